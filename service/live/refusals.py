"""Refused calls counted by account, address and kind, so that a flood of them is few events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.access import Caller

WINDOW_S = 300.0
"""The span in which equal refusals are one event, unless the settings say otherwise."""


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


@dataclass(frozen=True, slots=True)
class Counted:
    """A refusal and how often it happened since its last event."""

    refusal: Refusal
    calls: int


@dataclass(slots=True)
class _Window:
    refusal: Refusal
    ends_s: float
    unwritten: int = 0


@dataclass(slots=True)
class Refusals:
    """Says which refusals are due to be written: the first at once, repetitions at the end.

    It holds one entry for each account, template and problem of a window at most. Thread-safe.
    """

    window_s: float = WINDOW_S
    seconds: Callable[[], float] = time.monotonic
    _windows: dict[tuple[str, ...], _Window] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, refusal: Refusal) -> Counted | None:
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
