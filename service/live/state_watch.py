"""Whether the log of a process continued the memory of its key when it was looked at last."""

from __future__ import annotations

import threading
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from domain.errors import StateBehindError
from service.logs import LogEvent

Listener = Callable[[bool], None]
"""Hears whether the state is behind, at each change."""


class StateWatch:
    """The last look's result. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._detail: str | None = None
        self._listeners: list[Listener] = []

    def listen(self, hear: Listener) -> None:
        """Call `hear` at each change."""
        self._listeners.append(hear)

    def note(self, behind: StateBehindError | None) -> None:
        """Take note of a look: the refusal that it met, or None."""
        with self._lock:
            was_behind = self._detail is not None
            self._detail = None if behind is None else behind.detail
        if was_behind != (behind is not None):
            for hear in self._listeners:
                hear(not was_behind)

    def demand(self) -> None:
        """Raise StateBehindError while the state is behind."""
        detail = self._detail
        if detail is not None:
            raise StateBehindError(detail)


def state_note(logger: FilteringBoundLogger) -> Listener:
    """Return a function that logs each change, the loss as an error."""

    def note(is_behind: bool) -> None:
        if is_behind:
            logger.error(LogEvent.STATE_BEHIND)
        else:
            logger.warning(LogEvent.STATE_ACCEPTED)

    return note
