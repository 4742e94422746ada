"""Counts refusals by caller, address and kind, so that a flood of refusals makes few events."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from domain.access.access import Caller
from domain.events.certificates import CertificateChecked
from domain.events.declaring import Event
from domain.events.exchange import MessageRefused
from domain.events.looking import CallRefused
from domain.exchange.codes import FaultCode, StateCode
from domain.requests.certificates import CheckAnswer

WINDOW_S = 300.0
"""Seconds in which equal refusals make one event, unless the settings say otherwise."""


class Refused(Protocol):
    """A refusal, recorded with the number of times it happened."""

    @property
    def caller(self) -> Caller:
        """The actor of the refusal's event."""

    @property
    def key(self) -> tuple[str, ...]:
        """The key under which refusals are counted together."""

    def event(self, calls: int) -> Event:
        """Return the event for this number of refusals."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call of a known account. It does not state which object was requested."""

    caller: Caller
    method: str
    route: str
    """The template of the address, without the requested ids."""
    problem: str
    """The problem code of the refusal."""

    @property
    def key(self) -> tuple[str, ...]:
        """The key under which refusals are counted together."""
        actor = self.caller.actor
        return (actor.user_id, actor.force or "", self.method, self.route, self.problem)

    def event(self, calls: int) -> CallRefused:
        """Return the event for this number of refusals."""
        return CallRefused(self.method, self.route, self.problem, calls)


@dataclass(frozen=True, slots=True)
class TransmissionRefusal:
    """A transmission from an unverified sender: not signed by a known partner, or not fresh."""

    caller: Caller
    fault: FaultCode
    state: StateCode | None = None
    """The State whose key once signed the transmission."""

    @property
    def key(self) -> tuple[str, ...]:
        """The key under which refusals are counted together, by fault and State."""
        return (self.caller.actor.user_id, self.fault, self.state or "")

    def event(self, calls: int) -> MessageRefused:
        """Return the event for this number of refusals."""
        return MessageRefused(self.fault, self.state, calls=calls)


@dataclass(frozen=True, slots=True)
class UnknownCertificate:
    """A check of a certificate number and code that do not belong to any certificate."""

    caller: Caller

    @property
    def key(self) -> tuple[str, ...]:
        """The key; all such checks by one caller are counted together."""
        return (self.caller.actor.user_id,)

    def event(self, calls: int) -> CertificateChecked:
        """Return the event for this number of checks."""
        return CertificateChecked(CheckAnswer.UNKNOWN, calls=calls)


@dataclass(frozen=True, slots=True)
class Counted:
    """A refusal, and how often it has happened since its last event."""

    refusal: Refused
    calls: int


@dataclass(slots=True)
class _Window:
    refusal: Refused
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

    def note(self, refusal: Refused) -> Counted | None:
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
