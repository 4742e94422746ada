"""A gallery whose parts are held by others, two replicas each: one search of exactly one state.

A search names a change number. Every part answers from the state at that number, and says what it
holds: buckets, key, codec. Only when the answers together are the whole gallery is there a list;
else `GalleryIncompleteError`. A replica that fails or is late is not waited for: the other one is
sent the question and all steps so far, and answers in the same bytes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import astuple, dataclass, field, replace
from itertools import count
from typing import Any, Protocol
from uuid import uuid4

import numpy as np

from domain.errors import GalleryIncompleteError, LinkingError
from domain.templates import IndexedFormat
from indexing.candidates import Extent
from indexing.columns import changed_sum
from indexing.exhaustive import AllCompared, ComparedAt, whole_of
from indexing.hits import Hits
from indexing.joining import joined
from indexing.manifests import Kind
from indexing.parameters import STANDOUT_PERSONS
from indexing.part_protocol import Compare, CompareAll, Refused, Scan, SearchStep, Share, Worked
from indexing.part_search import Ahead, PartHits, Similarities
from indexing.placing import mapped_buckets
from indexing.questions import Question, Sought, WholeQuestion
from indexing.snapshots import content_digest

_SCOPES = 256
"""How many kinds of question are remembered."""
_EVERYBODY_S = 3600.0
"""How long a comparison with everybody may take."""
_EVERYBODY_HEDGE_S = 300.0
"""Its other replica is asked as late: a part of ten million captures compares all of them in ten
seconds of a core, from a cold disk and beside other work in minutes."""
_INCOMPLETE = "Some parts of the gallery are not up to date yet: try again in a moment."


class Replica(Protocol):
    """A replica of a part, somewhere else."""

    @property
    def name(self) -> str:
        """Its name among all replicas of the gallery."""

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """Call a method of its `HeldPart`; the future may raise anything if it is lost."""


class ReplicaLostError(Exception):
    """A replica ended, cannot be reached, or failed; another may answer."""


@dataclass(slots=True)
class Patience:
    """How long a search waits."""

    deadline_s: float = 10.0
    """For the whole list."""
    behind_s: float = 0.5
    """For a part that has not been sent the changes that the search needs."""
    least_hedge_s: float = 0.05
    most_hedge_s: float = 0.25
    """Bounds of the time after which the other replica is asked too: between them, the time in
    which nineteen of twenty steps were answered lately."""
    _lately: dict[int, deque[float]] = field(default_factory=dict)

    def note(self, probes: int, seconds: float) -> None:
        """Learn from a step about this many probes that was answered."""
        self._lately.setdefault(probes.bit_length(), deque(maxlen=200)).append(seconds)

    def hedge_s(self, probes: int) -> float:
        """The time after which the other replica is asked, for a step about this many probes.

        A batch takes longer than a search: asked as early, the others would do all of it too.
        """
        most = self.most_hedge_s * max(1.0, probes / 4)
        lately = sorted(self._lately.get(probes.bit_length(), ()))
        if len(lately) < 20:
            return most
        usual = lately[len(lately) * 19 // 20]
        return min(max(usual, self.least_hedge_s), most)


class PassedError(Exception):
    """A part no longer keeps the state of the search: ask with a newer one."""


class RemotePart:
    """A search of one part by whichever of its replicas answers; a `PartSearch`."""

    def __init__(
        self,
        replicas: Sequence[Replica],
        at: int,
        question: Question | WholeQuestion,
        patience: Patience,
    ) -> None:
        """`replicas`: the first is asked first."""
        self._replicas = list(replicas)
        self._at = at
        self._question = question
        self._patience = patience
        self._ends = time.monotonic() + patience.deadline_s
        self._ticket = uuid4().hex
        self._steps: list[SearchStep] = []
        self._knowing: Replica | None = None
        self._opened: Worked | None = None
        self._ahead: dict[int, Ahead] = {}

    def open(self, guess: Scan | CompareAll | None = None) -> Share:
        """Begin; return what the part says it holds.

        `guess` is the scan that will follow unless the gallery has changed: it saves a round. A
        comparison with everybody is all in one.
        """
        self._steps = [] if guess is None else [guess]
        self._opened = self._answered()
        return self._opened.share

    @property
    def extent(self) -> Extent:
        """See `PartSearch.extent`."""
        if self._opened is None:
            raise ValueError("The search of the part has not begun.")
        return self._opened.extent

    @property
    def everybody(self) -> AllCompared:
        """The answer to a comparison with everybody; raises GalleryIncompleteError without one."""
        if self._opened is None or self._opened.everybody is None:
            raise GalleryIncompleteError(_INCOMPLETE)
        return self._opened.everybody

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Similarities]:
        """See `PartSearch.scan`."""
        wanted = Scan(tuple(rows), depth, whole)
        if self._opened is not None and self._guessed() == wanted:
            self._ahead = dict(zip(rows, self._opened.ahead, strict=bool(self._opened.ahead)))
            return list(self._opened.found)  # type: ignore[arg-type]
        self._ahead = {}
        self._steps.append(wanted)
        return list(self._answered().found)  # type: ignore[arg-type]

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """See `PartSearch.compare`."""
        ahead = [self._ahead.get(row) for row in least]
        known = [
            one.at(reached, k)
            for one, reached in zip(ahead, least.values(), strict=True)
            if one is not None and reached >= one.least
        ]
        if len(known) == len(least):
            return known
        self._steps.append(Compare(dict(least), k))
        return list(self._answered().found)  # type: ignore[arg-type]

    def _guessed(self) -> Scan | None:
        """Return the scan that was sent with the question, if no other step was."""
        if len(self._steps) == 1 and isinstance(self._steps[0], Scan):
            return replace(self._steps[0], ahead=0, k=0)
        return None

    def _answered(self) -> Worked:
        """Return the first answer of any replica to the last step."""
        pending: dict[Future[Any], Replica] = {}
        spare = self._in_order()
        self._send(next(spare), pending)
        refusals: set[Refused] = set()
        while pending:
            done = self._first(pending, spare)
            for one in done:
                replica = pending.pop(one)
                answer = _answer_of(one)
                if isinstance(answer, Worked):
                    self._knowing = replica
                    return self._checked(answer)
                if answer is Refused.FORGOTTEN:
                    self._knowing = None
                    self._send(replica, pending)
                elif answer is not None:
                    refusals.add(answer)
            if not pending and (other := next(spare, None)) is not None:
                self._send(other, pending)
        if Refused.PASSED in refusals:
            raise PassedError
        raise GalleryIncompleteError(_INCOMPLETE)

    def _first(
        self, pending: dict[Future[Any], Replica], spare: Iterator[Replica]
    ) -> set[Future[Any]]:
        """Wait for an answer; ask the other replica too when the first is late."""
        probes = len(self._question.values)
        begun, hedge_s = time.monotonic(), self._patience.hedge_s(probes)
        while True:
            left = self._ends - time.monotonic()
            if left <= 0:
                raise GalleryIncompleteError(_INCOMPLETE)
            done, _ = wait(pending, timeout=min(hedge_s, left), return_when=FIRST_COMPLETED)
            if done:
                self._patience.note(probes, time.monotonic() - begun)
                return done
            other = next(spare, None)
            if other is not None:
                self._send(other, pending)
            else:
                hedge_s = left

    def _in_order(self) -> Iterator[Replica]:
        known = self._knowing
        return iter(sorted(self._replicas, key=lambda replica: replica is not known))

    def _send(self, replica: Replica, pending: dict[Future[Any], Replica]) -> None:
        """Send the last step to the replica that knows the search, everything to another."""
        question = None if replica is self._knowing else self._question
        ends = self._patience.behind_s
        sent = replica.call("work", self._ticket, self._at, question, tuple(self._steps), ends)
        pending[sent] = replica

    def _checked(self, answer: Worked) -> Worked:
        """Return an answer if it is of the state and the part that the search began with."""
        if answer.share.cursor != self._at:
            raise GalleryIncompleteError(_INCOMPLETE)
        if self._opened is not None and answer.share != self._opened.share:
            raise GalleryIncompleteError(
                "Two replicas of a part differ: run `identlink gallery verify`."
            )
        return answer


def _answer_of(done: Future[Any]) -> Any:
    """Return the answer of a replica, None when it is lost."""
    try:
        return done.result()
    except (ReplicaLostError, LinkingError):
        return None


def demand_whole(shares: Sequence[Share], at: int) -> None:
    """Raise GalleryIncompleteError unless these parts are the whole gallery at change `at`.

    Every bucket in exactly one part, all of one map, one key and one codec.
    """
    if not shares:
        raise GalleryIncompleteError(_INCOMPLETE)
    buckets = mapped_buckets([share.buckets for share in shares])
    alike = {(share.version, share.identity, share.codec, share.cursor) for share in shares}
    if len(alike) != 1 or shares[0].cursor != at or not (buckets == 1).all():
        raise GalleryIncompleteError(_INCOMPLETE)


def digest_of(shares: Sequence[Share]) -> str:
    """Return the digest of the whole gallery: that of one index with the same content."""
    contents = {
        kind: changed_sum(0, added=sum(share.contents[place] for share in shares))
        for place, kind in enumerate(Kind)
    }
    return content_digest(shares[0].identity, contents)


class PartsSearcher:
    """Searches parts together. Thread-safe."""

    def __init__(self, fmt: IndexedFormat, threads: int, patience: Patience | None = None) -> None:
        self._fmt = fmt
        self._patience = patience or Patience()
        self._long_patience = Patience(
            deadline_s=_EVERYBODY_S,
            behind_s=self._patience.behind_s,
            least_hedge_s=_EVERYBODY_HEDGE_S,
            most_hedge_s=_EVERYBODY_HEDGE_S,
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="parts")
        self._turns = count()
        self._extents: dict[Hashable, Extent] = {}
        self._turning = threading.Lock()

    def search(
        self, parts: Sequence[Sequence[Replica]], question: Question, *, k: int, at: int
    ) -> tuple[Hits, ...]:
        """Return the hits of each probe at change `at`, as one index would find them.

        `parts`: the replicas of each. Raises GalleryIncompleteError, and PassedError when a part
        no longer keeps that state.
        """
        opened = self._asked(parts, question, at, self._patience)
        guess = self._guess(question, k, len(parts))
        shares = list(self._pool.map(lambda part: part.open(guess), opened))
        demand_whole(shares, at)
        self._learn(question, [part.extent for part in opened])
        return joined(
            opened,
            lambda size: question.depths(size, k, self._fmt),
            k=k,
            state=(shares[0].version, digest_of(shares), at),
            each=self._pool.map,
        )

    def compare_all(
        self, parts: Sequence[Sequence[Replica]], question: WholeQuestion, *, count: int, at: int
    ) -> ComparedAt:
        """Return the nearest captures at change `at`, as one index would find them.

        Raises as `search` does. Waits up to an hour; a replica that does not answer within five
        minutes is not waited for.
        """
        opened = self._asked(parts, question, at, self._long_patience)
        shares = list(self._pool.map(lambda part: part.open(CompareAll(count)), opened))
        demand_whole(shares, at)
        return whole_of([part.everybody for part in opened], count, at)

    def _asked(
        self,
        parts: Sequence[Sequence[Replica]],
        question: Question | WholeQuestion,
        at: int,
        patience: Patience,
    ) -> list[RemotePart]:
        if not parts:
            raise GalleryIncompleteError(_INCOMPLETE)
        with self._turning:
            turn = next(self._turns)
        return [RemotePart(_turned(replicas, turn), at, question, patience) for replicas in parts]

    def _guess(self, question: Question, k: int, parts: int) -> Scan | None:
        """Return the scan that would follow if as much passed as of the last such question.

        Of tenprints, what is compared after it is compared ahead, as much as falls to one of the
        parts. Of marks not: each position would be compared by itself, which costs as much as
        the round that it saves.
        """
        whole = self._extents.get(question.scope)
        if whole is None:
            return None
        depths = question.depths(whole.size, k, self._fmt)
        if not depths:
            return None
        scan = Scan(tuple(range(len(depths))), max(one.full for one in depths), whole)
        if question.sought is not Sought.TENPRINTS:
            return scan
        heads = max(one.head or one.full for one in depths)
        return replace(scan, ahead=_ahead(heads, parts), k=max(k, STANDOUT_PERSONS))

    def _learn(self, question: Question, extents: Sequence[Extent]) -> None:
        if len(self._extents) > _SCOPES:
            self._extents.clear()
        passing, size = (sum(each) for each in zip(*map(astuple, extents), strict=True))
        self._extents[question.scope] = Extent(passing, size)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False)


def _ahead(depth: int, parts: int) -> int:
    """Return how many of the `depth` best of all one part has, hardly ever more.

    People fall to parts by chance; three deviations above the mean. A part that has more of them
    is asked in a round of its own.
    """
    share = depth / parts
    return int(share + 3 * share**0.5) + 1


def _turned(replicas: Sequence[Replica], turn: int) -> Sequence[Replica]:
    if not replicas:
        raise GalleryIncompleteError(_INCOMPLETE)
    first = turn % len(replicas)
    return [*replicas[first:], *replicas[:first]]
