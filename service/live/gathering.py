"""Questions that are asked at one time: worked together, in one pass for several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition
from typing import Generic, TypeVar

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")

Work = Callable[[Sequence[_Asked]], Sequence[_Answer]]
"""Answers several questions, in their order."""


class Question(Generic[_Asked, _Answer]):
    """One question in the company of others; made by `Gathering.joined`."""

    def __init__(self, gathering: Gathering[_Asked, _Answer], asked: _Asked) -> None:
        self.asked = asked
        self.answers: list[_Answer] = []
        """The answer, once there is one."""
        self.error: BaseException | None = None
        self._gathering = gathering

    @property
    def is_done(self) -> bool:
        """Whether it was worked, by whomever."""
        return bool(self.answers) or self.error is not None

    def answer(self, work: Work[_Asked, _Answer]) -> _Answer:
        """Return the answer, which another's work may have found already.

        Raises what the work has raised that this question was a part of.
        """
        while gathered := self._gathering.next_in_line(self):
            self._gathering.work_for_all(gathered, work)
        if self.error is not None:
            raise self.error
        return self.answers[0]


_Questions = Sequence[Question[_Asked, _Answer]]


class Gathering(Generic[_Asked, _Answer]):
    """Lets questions that are asked at one time be worked together. Thread-safe.

    One pass over the index serves several searches for less than each would cost by itself.
    Nobody waits for company: who wants an answer while nobody is at work is at work at once, for
    up to `at_most` of those who have joined by then, whether they want theirs already or later.
    Who wants one meanwhile waits for that, and works next if it was not among them.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._changed = Condition()
        self._is_busy = False
        self._joined: list[Question[_Asked, _Answer]] = []
        """Whose question nobody works yet, in the order in which they came."""

    @contextmanager
    def joined(self, asked: _Asked) -> Iterator[Question[_Asked, _Answer]]:
        """Let whoever works next answer this question too, until the block ends."""
        mine = Question(self, asked)
        with self._changed:
            self._joined.append(mine)
        try:
            yield mine
        finally:
            with self._changed:
                if mine in self._joined:
                    self._joined.remove(mine)

    def ask(self, asked: _Asked, work: Work[_Asked, _Answer]) -> _Answer:
        """Return the answer to a question that is wanted at once."""
        with self.joined(asked) as mine:
            return mine.answer(work)

    def next_in_line(self, mine: Question[_Asked, _Answer]) -> _Questions[_Asked, _Answer]:
        """Wait until nobody is at work and take who came first; nobody once `mine` is done."""
        with self._changed:
            self._changed.wait_for(lambda: mine.is_done or not self._is_busy)
            if mine.is_done:
                return ()
            self._is_busy = True
            gathered = self._joined[: self._at_most]
            self._joined = self._joined[self._at_most :]
            return gathered

    def work_for_all(
        self, gathered: _Questions[_Asked, _Answer], work: Work[_Asked, _Answer]
    ) -> None:
        """Answer the questions that `next_in_line` has given, or note why that failed."""
        try:
            answers = work([one.asked for one in gathered])
            for one, answer in zip(gathered, answers, strict=True):
                one.answers.append(answer)
        except BaseException as error:  # noqa: BLE001 - raised to everybody it concerns
            for one in gathered:
                one.error = error
        with self._changed:
            self._is_busy = False
            self._changed.notify_all()
