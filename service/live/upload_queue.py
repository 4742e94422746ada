"""Turns in which documents of applicants are checked: few wait, and nobody takes all turns."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from domain.errors import UploadsBusyError

_RETRY_S = 10
"""The wait that a refusal asks for: some documents are checked in it."""


@dataclass(slots=True, eq=False)
class _Waiting:
    application: str


@dataclass(slots=True)
class UploadQueue:
    """One document is checked at a time. Thread-safe.

    The next one is the oldest of another application than the last one, where there is one: an
    application that sends many documents waits for the others, not they for it.
    """

    most: int = 8
    """Documents that are checked or wait; each holds a thread of the process."""
    most_of_one: int = 2
    """Most documents of one application that wait."""
    _waiting: list[_Waiting] = field(default_factory=list)
    _in_hand: _Waiting | None = None
    _last: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, application: str) -> Iterator[None]:
        """Wait for the turn of a document; raises UploadsBusyError where too many wait already."""
        mine = _Waiting(application)
        with self._changed:
            self._demand_room(application)
            self._waiting.append(mine)
            self._changed.wait_for(lambda: self._in_hand is None and self._next() is mine)
            self._waiting.remove(mine)
            self._in_hand, self._last = mine, application
        try:
            yield
        finally:
            with self._changed:
                self._in_hand = None
                self._changed.notify_all()

    def _demand_room(self, application: str) -> None:
        here = [*self._waiting, *([self._in_hand] if self._in_hand else [])]
        own = sum(one.application == application for one in here)
        if len(here) >= self.most or own >= self.most_of_one:
            raise UploadsBusyError().after(_RETRY_S)

    def _next(self) -> _Waiting:
        others = [one for one in self._waiting if one.application != self._last]
        return (others or self._waiting)[0]
