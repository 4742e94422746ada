"""Refusals counted by who is refused, address and kind, so that a flood of them is few events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from domain.access import Caller
from domain.certificates import CheckAnswer
from domain.events.certificates import CertificateChecked
from domain.events.declaring import Event
from domain.events.exchange import MessageRefused
from domain.events.looking import CallRefused
from domain.exchange.codes import FaultCode, StateCode

WINDOW_S = 300.0
"""The span in which equal refusals are one event, unless the settings say otherwise."""


class Refused(Protocol):
    """Something that was refused, and is put on record with how often that happened."""

    @property
    def caller(self) -> Caller:
        """The actor of its event."""

    @property
    def key(self) -> tuple[str, ...]:
        """The refusals that are counted together."""

    def event(self, calls: int) -> Event:
        """Return the event of this many of them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call of a known account that was refused; it names no object."""

    caller: Caller
    method: str
    route: str
    """The template of the address, without the ids that were asked for."""
    problem: str
    """The code of the refusal."""

    @property
    def key(self) -> tuple[str, ...]:
        """The refusals that are counted together."""
        actor = self.caller.actor
        return (actor.user_id, actor.force or "", self.method, self.route, self.problem)

    def event(self, calls: int) -> CallRefused:
        """Return the event of this many of them."""
        return CallRefused(self.method, self.route, self.problem, calls)


@dataclass(frozen=True, slots=True)
class TransmissionRefusal:
    """A transmission that anybody may have sent: nobody known signed it, or it is not fresh."""

    caller: Caller
    fault: FaultCode
    state: StateCode | None = None
    """Whose key signed it once."""

    @property
    def key(self) -> tuple[str, ...]:
        """The refusals that are counted together: there are as many as faults and States."""
        return (self.caller.actor.user_id, self.fault, self.state or "")

    def event(self, calls: int) -> MessageRefused:
        """Return the event of this many of them."""
        return MessageRefused(self.fault, self.state, calls=calls)


@dataclass(frozen=True, slots=True)
class UnknownCertificate:
    """A check of a number and a code that are of no certificate."""

    caller: Caller

    @property
    def key(self) -> tuple[str, ...]:
        """All of them are counted together."""
        return (self.caller.actor.user_id,)

    def event(self, calls: int) -> CertificateChecked:
        """Return the event of this many of them."""
        return CertificateChecked(CheckAnswer.UNKNOWN, calls=calls)


@dataclass(frozen=True, slots=True)
class Counted:
    """A refusal and how often it happened since its last event."""

    refusal: Refused
    calls: int


@dataclass(slots=True)
class _Window:
    refusal: Refused
    ends_s: float
    unwritten: int = 0


@dataclass(slots=True)
class Refusals:
    """Says which refusals are due to be written: the first at once, repetitions at the end.

    It holds one entry for each account, template and problem of a window at most, and one for each
    fault of each State. Thread-safe.
    """

    window_s: float = WINDOW_S
    seconds: Callable[[], float] = time.monotonic
    _windows: dict[tuple[str, ...], _Window] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, refusal: Refused) -> Counted | None:
        """Count a refusal; return it if it begins a window, with what was counted before."""
        with self._lock:
            now, known = self.seconds(), self._windows.get(refusal.key)
            if known is not None and now < known.ends_s:
                known.unwritten += 1
                return None
            unwritten = 0 if known is None else known.unwritten
            self._windows[refusal.key] = _Window(refusal, now + self.window_s)
            return Counted(refusal, unwritten + 1)

    def put_back(self, counted: Counted) -> None:
        """Keep the count of an event that could not be written for the next one."""
        with self._lock:
            window = self._windows.setdefault(
                counted.refusal.key, _Window(counted.refusal, self.seconds())
            )
            window.unwritten += counted.calls

    def due(self, *, is_last: bool = False) -> list[Counted]:
        """Return the counts of the windows that have ended, of all if this is the last call."""
        with self._lock:
            now = self.seconds()
            ended = [k for k, one in self._windows.items() if is_last or now >= one.ends_s]
            over = [self._windows.pop(key) for key in ended]
        return [Counted(one.refusal, one.unwritten) for one in over if one.unwritten]
