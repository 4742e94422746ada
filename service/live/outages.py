"""The outages of one process: which are ongoing, when to check the store, when callers may retry.

Work that fails reports its outage here. A keeper then checks the store until a check finds no
fault. Checks are one second apart at first; the interval then doubles, up to half a minute.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from domain.errors import StateBehindError, StorePart, StoreUnavailableError
from domain.outages import StoreLockedError
from service.logs import LogEvent
from service.outages import outage_of

IDLE_S = 5.0
"""Seconds between checks while there is no outage."""

_FIRST_S = 1.0
_LONGEST_S = 30.0
_LONGEST_WAIT_S = 300
"""The longest wait that a caller is told."""

_JUST_NOW_S = 0.1

Faults = Callable[[bool], Iterable[StoreUnavailableError]]
"""Checks a store, thoroughly if the argument is true, and returns the current outages."""

_Key = tuple[type[StoreUnavailableError], StorePart]


@dataclass(frozen=True, slots=True)
class OutageChange:
    """An outage that began or ended."""

    outage: StoreUnavailableError
    lasted_s: float | None
    """None when the outage began."""

    @property
    def is_over(self) -> bool:
        """Whether the outage ended."""
        return self.lasted_s is not None


@dataclass(slots=True)
class _Lasting:
    outage: StoreUnavailableError
    since_s: float
    is_reported: bool = False
    """Whether work has reported the outage since the last check."""


class Outages:
    """The ongoing outages. Thread-safe; `seconds` is a monotonic clock."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._lasting: dict[_Key, _Lasting] = {}
        self._durations_s: dict[_Key, float] = {}
        self._pause_s = _FIRST_S
        self._next_look_s = seconds() + IDLE_S
        self._looking = threading.Lock()
        self._looked_s = -math.inf
        self._faults: Faults = lambda _: ()
        self._listeners: list[Callable[[OutageChange], None]] = []

    def watch(self, faults: Faults) -> None:
        """Use this function to check the store from now on."""
        self._faults = faults

    def listen(self, hear: Callable[[OutageChange], None]) -> None:
        """Call `hear` at each change of state: once when an outage begins, once when it ends."""
        self._listeners.append(hear)

    def report(self, outage: StoreUnavailableError) -> None:
        """Record an outage that made work fail; the keeper soon checks the store.

        A lock that blocks one call is not an outage unless the keeper's check is blocked as well.
        """
        if isinstance(outage, StoreLockedError):
            self._look_at_once()
            return
        with self._lock:
            begun = self._begin(outage)
            self._lasting[_key(outage)].is_reported = True
        self._tell(begun)
        if begun:
            self._wake.set()

    def look(self) -> None:
        """Check all parts of the store. Outages that the check no longer finds are over."""
        with self._looking:
            self._take(self._faults(bool(self.lasting())))

    def look_again(self) -> None:
        """Check immediately while there is an outage, unless another thread has just done so."""
        if self.lasting() and self._seconds() - self._looked_s > _JUST_NOW_S:
            self.look()

    def _take(self, found: Iterable[StoreUnavailableError]) -> None:
        kept = {_key(one): one for one in found}
        now_s = self._looked_s = self._seconds()
        with self._lock:
            over = [key for key in self._lasting if key not in kept and self._is_over(key)]
            changes = [self._end(key, now_s) for key in over]
            for one in kept.values():
                changes += self._begin(one)
            self._pause_s = min(2 * self._pause_s, _LONGEST_S) if self._lasting else _FIRST_S
            self._next_look_s = now_s + (self._pause_s if self._lasting else IDLE_S)
        self._tell(changes)

    def lasting(self) -> tuple[StoreUnavailableError, ...]:
        """Return the ongoing outages, oldest first."""
        with self._lock:
            return tuple(one.outage for one in self._lasting.values())

    def retry_after_s(self, outage: StoreUnavailableError) -> int:
        """Return the number of seconds until a call may succeed again, at least 1.

        This is when the store is next checked, or, if later, when the outage has lasted as long as
        the previous outage of this kind.
        """
        now_s = self._seconds()
        with self._lock:
            lasting = self._lasting.get(_key(outage))
            if lasting is None:
                return 1
            expected_s = lasting.since_s + self._durations_s.get(_key(outage), 0.0)
            wait_s = max(self._next_look_s, expected_s) - now_s
        return min(max(1, math.ceil(wait_s)), _LONGEST_WAIT_S)

    def wait_for_look(self) -> None:
        """Wait until the store should be checked: when a check is due, or after a report."""
        with self._lock:
            wait_s = self._next_look_s - self._seconds()
        self._wake.wait(max(0.0, wait_s))
        self._wake.clear()

    def wake(self) -> None:
        """End the wait for the next check."""
        self._wake.set()

    def _look_at_once(self) -> None:
        with self._lock:
            is_calm = not self._lasting
        if is_calm:
            self._wake.set()

    def _begin(self, outage: StoreUnavailableError) -> list[OutageChange]:
        key = _key(outage)
        if key in self._lasting:
            return []
        now_s = self._seconds()
        if not self._lasting:
            self._pause_s = _FIRST_S
            self._next_look_s = now_s + _FIRST_S
        self._lasting[key] = _Lasting(outage, now_s)
        return [OutageChange(outage, None)]

    def _is_over(self, key: _Key) -> bool:
        """Whether an outage that a check did not find is over.

        A check does not reach every file. An outage of files is over only when no work has
        reported it since the last check.
        """
        lasting = self._lasting[key]
        was_reported, lasting.is_reported = lasting.is_reported, False
        return not (was_reported and key[1] is StorePart.FILES)

    def _end(self, key: _Key, now_s: float) -> OutageChange:
        ended = self._lasting.pop(key)
        self._durations_s[key] = now_s - ended.since_s
        return OutageChange(ended.outage, self._durations_s[key])

    def _tell(self, changes: Iterable[OutageChange]) -> None:
        for change in changes:
            for hear in self._listeners:
                hear(change)


def outage_note(logger: FilteringBoundLogger) -> Callable[[OutageChange], None]:
    """Return a function that logs each change of state; the start of an outage is an error."""

    def note(change: OutageChange) -> None:
        facts = {"problem": change.outage.code, "part": change.outage.part.value}
        if change.lasted_s is None:
            logger.error(LogEvent.OUTAGE_BEGAN, **facts)
        else:
            duration_ms = round(1_000 * change.lasted_s)
            logger.warning(LogEvent.OUTAGE_ENDED, duration_ms=duration_ms, **facts)

    return note


def report_or(
    outages: Outages, otherwise: Callable[[BaseException], None], part: StorePart = StorePart.FILES
) -> Callable[[BaseException], None]:
    """Return a function that reports an outage, and passes any other error to `otherwise`."""

    def note(error: BaseException) -> None:
        outage = outage_of(error, part)
        if outage is None:
            otherwise(error)
        else:
            outages.report(outage)

    return note


def _key(outage: StoreUnavailableError) -> _Key:
    return type(outage), outage.part


Listener = Callable[[bool], None]
"""Called at each change, with whether the database is behind its recorded state."""


class StateWatch:
    """The result of the last check that the database is not behind its recorded state.

    Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._detail: str | None = None
        self._listeners: list[Listener] = []

    def listen(self, hear: Listener) -> None:
        """Call `hear` at each change of the result."""
        self._listeners.append(hear)

    def note(self, behind: StateBehindError | None) -> None:
        """Record the result of a check: the error that the check raised, or None."""
        with self._lock:
            was_behind = self._detail is not None
            self._detail = None if behind is None else behind.detail
        if was_behind != (behind is not None):
            for hear in self._listeners:
                hear(not was_behind)

    def demand(self) -> None:
        """Raise StateBehindError while the database is behind its recorded state."""
        detail = self._detail
        if detail is not None:
            raise StateBehindError(detail)


def state_note(logger: FilteringBoundLogger) -> Listener:
    """Return a function that logs each change; falling behind is logged as an error."""

    def note(is_behind: bool) -> None:
        if is_behind:
            logger.error(LogEvent.STATE_BEHIND)
        else:
            logger.warning(LogEvent.STATE_ACCEPTED)

    return note
