"""A gallery whose parts are each held by two processes; a search sees one exact state.

A search names a change number. Every part answers from the state at that number, and states what
it holds: buckets, key and codec. A list is returned only if the answers together cover the whole
gallery; otherwise `GalleryIncompleteError` is raised. A search does not wait for a replica that
fails or is late. The other replica is sent the question and all steps so far, and answers with the
same bytes.
"""

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

from domain.arrays import Float32s
from domain.errors import GalleryIncompleteError, LinkingError
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import changed_sum
from indexing.files.snapshots import content_digest
from indexing.manifests import Kind
from indexing.parameters import STANDOUT_PERSONS
from indexing.parts.part_protocol import (
    Compare,
    CompareAll,
    Refused,
    Scan,
    SearchStep,
    Share,
    Worked,
)
from indexing.placing import mapped_buckets
from indexing.searching.candidates import Extent
from indexing.searching.exhaustive import AllCompared, ComparedAt, whole_of
from indexing.searching.hits import Hits, joined
from indexing.searching.part_search import Ahead, PartHits
from indexing.searching.questions import Everybody, Question, Sought, WholeQuestion

_SCOPES = 256
"""How many kinds of question are remembered."""
_EVERYBODY_S = 3600.0
"""How long an exhaustive comparison may take, in seconds."""
_EVERYBODY_HEDGE_S = 300.0
"""Seconds after which the other replica is asked in an exhaustive comparison. A part of ten
million captures compares all of them in ten seconds of one core, or in minutes from a cold disk
and under other load."""
_INCOMPLETE = "Some parts of the gallery are not up to date yet: try again in a moment."


class Replica(Protocol):
    """A replica of a part in another process."""

    @property
    def name(self) -> str:
        """The name of the replica, unique in the gallery."""

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """Call a method of its `HeldPart`. The future may raise anything if a replica is lost."""


class ReplicaLostError(Exception):
    """A replica ended, cannot be reached, or failed. Another replica may answer."""


@dataclass(slots=True)
class Patience:
    """How long a search waits for its parts."""

    deadline_s: float = 10.0
    """Limit for the whole list."""
    behind_s: float = 0.5
    """Limit for a part that has not yet received the changes that the search needs."""
    least_hedge_s: float = 0.05
    most_hedge_s: float = 0.25
    """Lower and upper limit of the time after which the other replica is asked too. Between the
    limits, it is the time within which nineteen of twenty recent steps were answered."""
    _lately: dict[int, deque[float]] = field(default_factory=dict)

    def note(self, probes: int, seconds: float) -> None:
        """Record how long the answer to a step with about this many probes took."""
        self._lately.setdefault(probes.bit_length(), deque(maxlen=200)).append(seconds)

    def hedge_s(self, probes: int) -> float:
        """Return the time after which the other replica is asked, for about so many probes.

        A batch takes longer than a single search. If the other replicas were asked just as early,
        they would repeat the work of the whole batch.
        """
        most = self.most_hedge_s * max(1.0, probes / 4)
        lately = sorted(self._lately.get(probes.bit_length(), ()))
        if len(lately) < 20:
            return most
        usual = lately[len(lately) * 19 // 20]
        return min(max(usual, self.least_hedge_s), most)


class PassedError(Exception):
    """A part no longer keeps the state of the search. Search a newer state instead."""


class RemotePart:
    """A search of one part by whichever of its replicas answers. It is a `PartSearch`."""

    def __init__(
        self,
        replicas: Sequence[Replica],
        at: int,
        question: Question | Everybody,
        patience: Patience,
    ) -> None:
        """Prepare a search. The first of `replicas` is asked first."""
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
        """Begin the search; return what the part states it holds.

        `guess` is the scan that will follow if the gallery has not changed; sending it now saves a
        round trip. An exhaustive comparison has only this step.
        """
        self._steps = [] if guess is None else [guess]
        self._opened = self._answered()
        return self._opened.share

    @property
    def extent(self) -> Extent:
        """See `PartSearch.extent`."""
        if self._opened is None:
            raise ValueError("This part of the gallery has no open search: open one first.")
        return self._opened.extent

    @property
    def everybody(self) -> AllCompared:
        """The result of an exhaustive comparison. Raises GalleryIncompleteError if absent."""
        if self._opened is None or self._opened.everybody is None:
            raise GalleryIncompleteError(_INCOMPLETE)
        return self._opened.everybody

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Float32s]:
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
        """Return the scan that was sent with the question, if it is the only step sent so far."""
        if len(self._steps) == 1 and isinstance(self._steps[0], Scan):
            return replace(self._steps[0], ahead=0, k=0)
        return None

    def _answered(self) -> Worked:
        """Return the first answer that any replica gives to the last step."""
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
        """Wait for an answer, and ask the other replica too if the first is late."""
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
        """Send the last step to a replica that knows the search, everything to any other."""
        question = None if replica is self._knowing else self._question
        ends = self._patience.behind_s
        sent = replica.call("work", self._ticket, self._at, question, tuple(self._steps), ends)
        pending[sent] = replica

    def _checked(self, answer: Worked) -> Worked:
        """Return an answer if it is from the state and the part with which the search began."""
        if answer.share.cursor != self._at:
            raise GalleryIncompleteError(_INCOMPLETE)
        if self._opened is not None and answer.share != self._opened.share:
            raise GalleryIncompleteError(
                "Two replicas of a part differ: run `identlink gallery verify`."
            )
        return answer


def _answer_of(done: Future[Any]) -> Any:
    """Return the answer of a replica, or None if the replica is lost."""
    try:
        return done.result()
    except (ReplicaLostError, LinkingError):
        return None


def demand_whole(shares: Sequence[Share], at: int) -> None:
    """Raise GalleryIncompleteError unless these parts are the whole gallery at change `at`.

    Every bucket must be in exactly one part, and all parts must have the same map, key and codec.
    """
    if not shares:
        raise GalleryIncompleteError(_INCOMPLETE)
    buckets = mapped_buckets([share.buckets for share in shares])
    alike = {(share.version, share.identity, share.codec, share.cursor) for share in shares}
    if len(alike) != 1 or shares[0].cursor != at or not (buckets == 1).all():
        raise GalleryIncompleteError(_INCOMPLETE)


def digest_of(shares: Sequence[Share]) -> str:
    """Return the digest of the whole gallery, equal to that of one index with the same content."""
    contents = {
        kind: changed_sum(0, added=sum(share.contents[place] for share in shares))
        for place, kind in enumerate(Kind)
    }
    return content_digest(shares[0].identity, contents)


class PartsSearcher:
    """Searches several parts together. Thread-safe."""

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
        """Return the hits of each probe at change `at`, as a single index would find them.

        `parts` has the replicas of each part. Raises GalleryIncompleteError, and PassedError if a
        part no longer keeps that state.
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
        self, parts: Sequence[Sequence[Replica]], question: Everybody, *, count: int, at: int
    ) -> ComparedAt:
        """Return the nearest captures at change `at`, as a single index would find them.

        Raises the same errors as `search`. Waits up to an hour, and asks the other replica if one
        does not answer within five minutes; by codes, it waits as for a search.
        """
        is_long = isinstance(question, WholeQuestion)
        patience = self._long_patience if is_long else self._patience
        opened = self._asked(parts, question, at, patience)
        shares = list(self._pool.map(lambda part: part.open(CompareAll(count)), opened))
        demand_whole(shares, at)
        return whole_of([part.everybody for part in opened], count, at)

    def _asked(
        self,
        parts: Sequence[Sequence[Replica]],
        question: Question | Everybody,
        at: int,
        patience: Patience,
    ) -> list[RemotePart]:
        if not parts:
            raise GalleryIncompleteError(_INCOMPLETE)
        with self._turning:
            turn = next(self._turns)
        return [RemotePart(_turned(replicas, turn), at, question, patience) for replicas in parts]

    def _guess(self, question: Question, k: int, parts: int) -> Scan | None:
        """Return the scan that would follow if as much passed the filter as for the last question
        of this scope.

        For tenprints, a part's share of the later comparison is done ahead. For marks it is not:
        each position would be compared separately, which costs as much as the round trip it saves.
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
        """Stop the threads."""
        self._pool.shutdown(wait=False)


def _ahead(depth: int, parts: int) -> int:
    """Return how many of the `depth` best of all parts are in one part, at most, very probably.

    People are assigned to parts at random, so this is three standard deviations above the mean. A
    part that has more is asked in a separate round.
    """
    share = depth / parts
    return int(share + 3 * share**0.5) + 1


def _turned(replicas: Sequence[Replica], turn: int) -> Sequence[Replica]:
    if not replicas:
        raise GalleryIncompleteError(_INCOMPLETE)
    first = turn % len(replicas)
    return [*replicas[first:], *replicas[:first]]
