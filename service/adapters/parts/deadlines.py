"""Calls that may never return: each runs in its own thread and has a deadline."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


def begun(question: Callable[[], T]) -> Future[T]:
    """Run a call in a daemon thread, for which the exit of the process does not wait."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - passed to the waiting caller
            answer.set_exception(error)

    threading.Thread(target=ask, name="asked", daemon=True).start()
    return answer


def in_time(question: Callable[[], T], seconds: float) -> T:
    """Return the result of a call. Raises TimeoutError if there is none after `seconds`."""
    return begun(question).result(timeout=seconds)


class Repeated(Generic[T]):
    """One call that is repeated, but never runs twice at the same time. Thread-safe."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._asking = threading.Lock()
        self._pending: Future[T] | None = None

    def answer(self, seconds: float) -> T:
        """Return a result. Raises TimeoutError if there is none after `seconds`.

        While the call is running, further callers wait for the same result, so threads do not
        accumulate.
        """
        with self._asking:
            if self._pending is None or self._pending.done():
                self._pending = begun(self._question)
            pending = self._pending
        return pending.result(timeout=seconds)
