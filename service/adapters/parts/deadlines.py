"""Questions to what may never answer: each is asked in a thread of its own and has a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


def begun(question: Callable[[], T]) -> Future[T]:
    """Ask in a thread that no exit of the process waits for."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - handed to who waits
            answer.set_exception(error)

    threading.Thread(target=ask, name="asked", daemon=True).start()
    return answer


def in_time(question: Callable[[], T], seconds: float) -> T:
    """Return the answer; raises TimeoutError when there is none after `seconds`."""
    return begun(question).result(timeout=seconds)


class Repeated(Generic[T]):
    """One question that is asked again and again, never twice at a time. Thread-safe."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._asking = threading.Lock()
        self._pending: Future[T] | None = None

    def answer(self, seconds: float) -> T:
        """Return an answer; raises TimeoutError when there is none after `seconds`.

        Whoever asks while the question is open waits for its answer: threads do not pile up.
        """
        with self._asking:
            if self._pending is None or self._pending.done():
                self._pending = begun(self._question)
            pending = self._pending
        return pending.result(timeout=seconds)
