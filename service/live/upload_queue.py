"""The order in which applicants' documents are checked: a short queue, shared fairly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from domain.errors import UploadsBusyError

_RETRY_S = 10
"""The wait in seconds that a refusal asks for; several documents are checked in this time."""


@dataclass(slots=True, eq=False)
class _Waiting:
    application: str


@dataclass(slots=True)
class UploadQueue:
    """Lets one document be checked at a time. Thread-safe.

    The next document is the oldest from an application other than the last one, if there is any.
    An application that sends many documents therefore waits for the others, not they for it.
    """

    most: int = 8
    """The most documents being checked or waiting; each of them holds a thread of the process."""
    most_of_one: int = 2
    """The most documents of one application being checked or waiting."""
    _waiting: list[_Waiting] = field(default_factory=list)
    _in_hand: _Waiting | None = None
    _last: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, application: str) -> Iterator[None]:
        """Wait for the document's turn.

        Raises UploadsBusyError when too many are already waiting.
        """
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
