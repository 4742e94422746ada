"""Work that arrives at the same time and is done together, such as recording accesses."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Condition
from typing import Generic, TypeVar

from domain.events.catalogue import NewEvent
from domain.events.looking import LookKind
from service.storage.database import UnitsOfWork

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")

Work = Callable[[Sequence[_Asked]], Sequence[_Answer]]
"""Answers several questions and returns the answers in the same order."""


@dataclass(eq=False)
class Question(Generic[_Asked, _Answer]):
    """One of several questions; created by `Gathering.joined`."""

    _gathering: Gathering[_Asked, _Answer]
    asked: _Asked
    answers: list[_Answer] = field(default_factory=list)
    """The answer as the only element; empty until it is known."""
    error: BaseException | None = None
    is_done: bool = False
    """Whether some thread has answered the question, or has failed to."""

    def answer(self, work: Work[_Asked, _Answer]) -> _Answer:
        """Return the answer, which another thread may already have found.

        Raises the error of the pass that this question was part of.
        """
        while gathered := self._gathering.next_in_line(self):
            self._gathering.work_for_all(gathered, work)
        if self.error is not None:
            raise self.error
        return self.answers[0]


_Questions = Sequence[Question[_Asked, _Answer]]


class Gathering(Generic[_Asked, _Answer]):
    """Answers questions that are asked at the same time in one pass. Thread-safe.

    One pass over the index serves several searches for less than a pass each. No question waits
    for others to join: if no pass is running, the caller starts one immediately, for up to
    `at_most` of the questions that have joined, in order. A caller that finds a pass running waits
    for its end and, unless that pass answered its question, starts the next.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._changed = Condition()
        self._is_busy = False
        self._joined: list[Question[_Asked, _Answer]] = []
        """Questions that no pass has taken yet, in the order in which they joined."""

    @contextmanager
    def joined(self, asked: _Asked) -> Iterator[Question[_Asked, _Answer]]:
        """Offer a question to the next pass until the block ends."""
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
        """Return the answer to a question that needs an answer immediately."""
        with self.joined(asked) as mine:
            return mine.answer(work)

    def next_in_line(self, mine: Question[_Asked, _Answer]) -> _Questions[_Asked, _Answer]:
        """Wait for the running pass, then take the next questions; none if `mine` is answered."""
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
        """Answer the questions that `next_in_line` returned, or record the error in each one."""
        try:
            answers = work([one.asked for one in gathered])
            for one, answer in zip(gathered, answers, strict=True):
                one.answers.append(answer)
        except BaseException as error:  # noqa: BLE001 - raised again for each question of the pass
            for one in gathered:
                one.error = error
        with self._changed:
            for one in gathered:
                one.is_done = True
            self._is_busy = False
            self._changed.notify_all()


_WRITTEN_TOGETHER = 64
"""The most access events in one transaction; together they need only one write to the disk."""


def _gathering() -> Gathering[NewEvent, None]:
    return Gathering(_WRITTEN_TOGETHER)


@dataclass(frozen=True, slots=True)
class LookBook:
    """Stores events of accesses durably before any data is shown. Thread-safe."""

    one_in: Mapping[LookKind, int] = field(default_factory=dict)
    """For each kind listed, one in this many accesses is recorded.

    All other accesses are recorded.
    """
    _together: Gathering[NewEvent, None] = field(default_factory=_gathering)

    def is_due(self, kind: LookKind, event_id: str) -> bool:
        """Whether to record an access. If only a sample of accesses is recorded, the random id of
        the event decides.
        """
        return zlib.crc32(event_id.encode()) % self.one_in.get(kind, 1) == 0

    def keep(self, units: UnitsOfWork, event: NewEvent) -> None:
        """Write an event. If an outage prevents the write, raises the error of that outage."""
        self._together.ask(event, partial(_written, units))


def _written(units: UnitsOfWork, looks: Sequence[NewEvent]) -> Sequence[None]:
    with units.write() as unit:
        for look in looks:
            unit.events.append(look)
        unit.commit()
    return [None] * len(looks)
