"""Questions that arrive while others are being worked: answered next, and together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class _Waiting(Generic[_Asked, _Answer]):
    """One who asked: woken with an answer, with an error, or with neither to work for all."""

    asked: _Asked
    woken: Lock = field(default_factory=Lock)
    answers: list[_Answer] = field(default_factory=list)
    """The answer, once there is one."""
    error: BaseException | None = None


class Gathering(Generic[_Asked, _Answer]):
    """Lets questions that are asked at one time be worked together. Thread-safe.

    One pass over the index serves several searches for less than each would cost by itself.
    Nobody waits for company: who comes while nobody is at work is at work at once, alone. Who
    comes meanwhile waits, and the first of those who wait works for up to `at_most` of them.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._lock = Lock()
        self._is_busy = False
        self._waiting: deque[_Waiting[_Asked, _Answer]] = deque()

    def ask(self, asked: _Asked, work: Callable[[Sequence[_Asked]], Sequence[_Answer]]) -> _Answer:
        """Return the answer to one question; `work` answers several, in their order.

        What `work` raises is raised to everybody it was to answer.
        """
        mine: _Waiting[_Asked, _Answer] = _Waiting(asked)
        if not self._goes_first(mine):
            # Whoever has an answer for us, or leaves the work to us, opens this lock.
            mine.woken.acquire()
        if not mine.answers and mine.error is None:
            self._work_for_all(work)
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _goes_first(self, mine: _Waiting[_Asked, _Answer]) -> bool:
        with self._lock:
            self._waiting.append(mine)
            if self._is_busy:
                mine.woken.acquire()
                return False
            self._is_busy = True
            return True

    def _work_for_all(self, work: Callable[[Sequence[_Asked]], Sequence[_Answer]]) -> None:
        with self._lock:
            count = min(len(self._waiting), self._at_most)
            gathered = [self._waiting.popleft() for _ in range(count)]
        try:
            answers = work([one.asked for one in gathered])
            for one, answer in zip(gathered, answers, strict=True):
                one.answers.append(answer)
        except BaseException as error:  # noqa: BLE001 - raised to everybody who asked
            for one in gathered:
                one.error = error
        self._leave(gathered)

    def _leave(self, gathered: Sequence[_Waiting[_Asked, _Answer]]) -> None:
        """Wake whoever has an answer, and who works for all next."""
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._is_busy = following is not None
        for one in gathered[1:]:  # the first is who worked
            one.woken.release()
        if following is not None:
            following.woken.release()
