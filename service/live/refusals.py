"""Counts refusals by caller, address and kind, so that a flood of refusals makes few events."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from domain.access.access import Caller
from domain.events.certificates import CertificateChecked
from domain.events.declaring import Event
from domain.events.exchange import MessageRefused
from domain.events.looking import CallRefused
from domain.exchange.codes import FaultCode, StateCode
from domain.requests.certificates import CheckAnswer

WINDOW_S = 300.0
"""Seconds in which equal refusals make one event, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal, recorded with the number of times it happened."""

    caller: Caller
    """The actor of the refusal's event."""
    key: tuple[str, ...]
    """The key under which refusals are counted together."""
    event: Callable[[int], Event]
    """Returns the event for a number of such refusals."""


def refused_call(caller: Caller, method: str, route: str, problem: str) -> Refusal:
    """Return a refused call of a known account. It does not state which object was requested.

    `route`: the template of the address, without the requested ids. `problem`: the problem code.
    """
    key = (caller.actor.user_id, caller.actor.force or "", method, route, problem)
    return Refusal(caller, key, partial(CallRefused, method, route, problem))


def refused_transmission(
    caller: Caller, fault: FaultCode, state: StateCode | None = None
) -> Refusal:
    """Return a transmission from an unverified sender: of no known partner, or not fresh.

    `state`: the State whose key once signed the transmission.
    """
    key = (caller.actor.user_id, fault, state or "")
    return Refusal(caller, key, lambda calls: MessageRefused(fault, state, calls=calls))


def unknown_certificate(caller: Caller) -> Refusal:
    """Return a check of a number and code that do not belong to any certificate."""
    key = (caller.actor.user_id,)
    return Refusal(caller, key, lambda calls: CertificateChecked(CheckAnswer.UNKNOWN, calls=calls))


@dataclass(frozen=True, slots=True)
class Counted:
    """A refusal, and how often it has happened since its last event."""

    refusal: Refusal
    calls: int


@dataclass(slots=True)
class _Window:
    refusal: Refusal
    ends_s: float
    unwritten: int = 0


@dataclass(slots=True)
class Refusals:
    """Decides when refusals are written: the first immediately, repetitions when the window ends.

    Holds at most one entry in a window for each combination of account, address template and
    problem, or of account, fault and State. Thread-safe.
    """

    window_s: float = WINDOW_S
    seconds: Callable[[], float] = time.monotonic
    _windows: dict[tuple[str, ...], _Window] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, refusal: Refusal) -> Counted | None:
        """Count a refusal.

        If it begins a new window, return it with the repetitions not yet written.
        """
        with self._lock:
            now, known = self.seconds(), self._windows.get(refusal.key)
            if known is not None and now < known.ends_s:
                known.unwritten += 1
                return None
            unwritten = 0 if known is None else known.unwritten
            self._windows[refusal.key] = _Window(refusal, now + self.window_s)
            return Counted(refusal, unwritten + 1)

    def put_back(self, counted: Counted) -> None:
        """Add the count of an event that could not be written to the next event."""
        with self._lock:
            window = self._windows.setdefault(
                counted.refusal.key, _Window(counted.refusal, self.seconds())
            )
            window.unwritten += counted.calls

    def due(self, *, is_last: bool = False) -> list[Counted]:
        """Return the counts of ended windows, or of all windows if this is the last call."""
        with self._lock:
            now = self.seconds()
            ended = [k for k, one in self._windows.items() if is_last or now >= one.ends_s]
            over = [self._windows.pop(key) for key in ended]
        return [Counted(one.refusal, one.unwritten) for one in over if one.unwritten]
