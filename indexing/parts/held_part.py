"""A replica of one part of a gallery.

It applies the changes that it is sent, and searches one exact state. A replica holds no key,
because columns and probes are already rotated when they arrive. It does not read the database:
changes are sent to it in the order of their numbers, including empty changes, so that it always
knows which number it has reached. Which captures are sealed depends only on that number
(`SEALED_EVERY`). Replicas therefore give byte-identical answers, even if they received the changes
in different batches, were restarted, or rewrote their files.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from domain.arrays import Float32s
from domain.errors import GalleryError
from domain.prints.captures import FINGER_COUNT
from indexing.codes.codec import Codec
from indexing.codes.columns import concatenate, empty_columns, take, without_codes
from indexing.files.generations import Generations
from indexing.files.maintenance import drop_erased, maintain
from indexing.files.snapshots import Snapshot
from indexing.files.store import Store
from indexing.files.verification import Verification, verify_store
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS
from indexing.parts.part_protocol import (
    SEALED_EVERY,
    CohortShare,
    Compare,
    CompareAll,
    PartPlan,
    Refused,
    SearchStep,
    Share,
    Standing,
    Step,
    Worked,
    step_end,
)
from indexing.placing import buckets_of, mapped_buckets
from indexing.searching.candidates import Extent
from indexing.searching.cohort import CohortKeeper
from indexing.searching.exhaustive import AllCompared, ExhaustiveSearch
from indexing.searching.part_search import Ahead, LocalSearch, PartHits
from indexing.searching.questions import Everybody, Part, Question

KEPT_STATES = 64
"""Number of past states that a part can still search. An erasure drops the states before it."""
_OPEN_SEARCHES = 64


@dataclass(slots=True, eq=False)
class OpenSearch:
    """A search of one part by codes, which has taken some of its steps."""

    share: Share
    local: LocalSearch
    working: threading.Lock = field(default_factory=threading.Lock)
    done: int = 0
    found: Sequence[Float32s] | Sequence[PartHits] = ()
    ahead: Sequence[Ahead] = ()

    def work(self, steps: Sequence[SearchStep]) -> Worked:
        """Take the steps that have not been taken yet. A step that is sent twice is taken once."""
        with self.working:
            for step in steps[self.done :]:
                self._take(step)
                self.done += 1
            return Worked(self.share, self.local.extent, self.found, self.ahead)

    def _take(self, step: SearchStep) -> None:
        self.ahead = ()
        if isinstance(step, Compare):
            self.found = self.local.compare(step.least, step.k)
            return
        if isinstance(step, CompareAll):
            raise GalleryError(
                "This search looks people up by index codes: start a separate search for an "
                "exhaustive comparison."
            )
        self.found = self.local.scan(step.rows, step.depth, step.whole)
        if step.ahead:
            self.ahead = self.local.ahead(step.rows, step.ahead, step.k)


@dataclass(slots=True, eq=False)
class _WholeSearch:
    share: Share
    search: ExhaustiveSearch | None
    """None once the answer is known, because the search would keep a past state in memory."""
    working: threading.Lock = field(default_factory=threading.Lock)
    compared: AllCompared | None = None

    def work(self, steps: Sequence[SearchStep]) -> Worked:
        """Compare. A repeated call returns the first result."""
        with self.working:
            if self.search is not None:
                (step,) = steps
                if not isinstance(step, CompareAll):
                    raise GalleryError(
                        "An exhaustive search needs exactly one step: send one `CompareAll`."
                    )
                self.compared, self.search = self.search.compare_all(step.count), None
            return Worked(self.share, Extent(0, 0), everybody=self.compared)


def _opened(question: Question | Everybody, part: Part, share: Share) -> _Opened:
    if isinstance(question, Everybody):
        return _WholeSearch(share, question.opened(part))
    return OpenSearch(share, question.opened(part))


_Opened = OpenSearch | _WholeSearch


class HeldPart:
    """One replica in one directory. Thread-safe: searches continue while changes are applied."""

    def __init__(self, plan: PartPlan, directory: Path) -> None:
        """Open the part in the directory, or create an empty one. Raises GalleryError.

        A part that has just been opened answers no search until a change is sent to it, because it
        cannot know whether it has missed erasures.
        """
        fmt = plan.template_format
        limits = replace(DEFAULT_LIMITS, codec_minimum=1 << 62)
        self._generations = Generations(
            directory,
            template_format=fmt.label,
            check=plan.check,
            threads=1,
            limits=limits,
        )
        self._plan = plan
        self._store = Store(self._generations, fmt, None)
        self._cohorts = CohortKeeper(self._store)
        self._kept: OrderedDict[int, Snapshot] = OrderedDict()
        self._feeding = threading.Lock()
        self._moved = threading.Condition()
        """Not held while changes are applied, so searches of earlier states can continue."""
        self._searches: OrderedDict[str, _Opened] = OrderedDict()
        if self.codec is not None and self.codec.digest != plan.codec:
            raise GalleryError(
                "This part of the gallery was built with another codec: build the gallery again."
            )

    def adopt(self, codec: Codec) -> None:
        """Store the codec that all parts use, once and permanently, before the first change.

        Raises GalleryError if the codec is not the one in the plan.
        """
        if codec.digest != self._plan.codec:
            raise GalleryError(
                "This part of the gallery was planned with another codec: build the gallery again."
            )
        with self._feeding:
            if self.codec is None:
                self._generations.adopt(codec)
                self._store.show(self._store.snapshot.shelves, self._store.snapshot.cursor)

    def feed(self, step: Step) -> int:
        """Apply changes; return the number of the last change applied.

        Changes that were sent before are skipped. If changes are missing in between, nothing is
        applied; the sender must then continue after the number that is returned. Raises
        GalleryError if a step does not end where parts are saved, and if writing to disk fails.
        """
        if self._plan.codec and self.codec is None:
            raise GalleryError(
                "This part of the gallery has no codec yet: run `identlink gallery rebalance`."
            )
        with self._feeding:
            have = self._store.snapshot.cursor
            if step.after > have or step.to < have:
                return have
            if step.to > have:
                self._apply(step, have)
            gone = len(step.erased_rows) + len(step.returned_rows)
            self._keep(step.to, is_alone=step.to > have and gone > 0)
            return step.to

    def _apply(self, step: Step, have: int) -> None:
        if step.to != step_end(have, step.to):
            raise GalleryError(
                "This step skips a change at which the part must be saved: use a smaller step."
            )
        if len(step.returned_rows):
            # They may be held with earlier templates: erase these, then add the new ones.
            self._cohorts.forget()
            self._store.erase(step.returned_rows, have)
        for kind, columns in step.added:
            self._store.add(kind, columns, have, again=step.returned_rows)
        if len(step.erased_rows):
            self._cohorts.forget()
        self._store.erase(step.erased_rows, step.to)
        if step.to % SEALED_EVERY == 0:
            self._store.seal()

    def _keep(self, cursor: int, *, is_alone: bool) -> None:
        """Make the present state available to searches. With `is_alone`, drop earlier ones."""
        with self._moved:
            if is_alone:
                self._kept.clear()
            self._kept[cursor] = self._store.snapshot
            while len(self._kept) > KEPT_STATES:
                self._kept.popitem(last=False)
            self._moved.notify_all()

    def work(
        self,
        ticket: str,
        at: int,
        question: Question | Everybody | None,
        steps: Sequence[SearchStep],
        wait_s: float,
    ) -> Worked | Refused:
        """Take the steps of a search, on the state at change `at`; return the last answer.

        `question` may be None if the search has already begun in this replica. Waits up to
        `wait_s` for the changes up to `at`.
        """
        found = self._searches.get(ticket)
        if found is None and question is None:
            return Refused.FORGOTTEN
        if found is None and question is not None:
            snapshot = self._state(at, wait_s)
            if isinstance(snapshot, Refused):
                return snapshot
            part = {kind: shelf.sources for kind, shelf in snapshot.shelves.items()}
            found = _opened(question, part, self._share(snapshot))
            self._remember(ticket, found)
        assert found is not None  # noqa: S101  # one of the two above
        return found.work(steps)

    def _remember(self, ticket: str, search: _Opened) -> None:
        with self._moved:
            self._searches[ticket] = search
            while len(self._searches) > _OPEN_SEARCHES:
                self._searches.popitem(last=False)

    def _state(self, at: int, wait_s: float) -> Snapshot | Refused:
        with self._moved:
            if not self._moved.wait_for(lambda: self._newest() >= at, wait_s):
                return Refused.BEHIND
            return self._kept.get(at, Refused.PASSED)

    def _newest(self) -> int:
        return next(reversed(self._kept), -1)

    @property
    def codec(self) -> Codec | None:
        """The codec of the gallery, to be passed to a new replica."""
        held = self._generations.codec
        return None if held is None else held.codec

    @property
    def share(self) -> Share:
        """The present content of the part, even if that state cannot be searched yet."""
        return self._share(self._store.snapshot)

    def standing(self, code: str) -> Standing:
        """Return the state of the replica."""
        return Standing(self.share, self._newest(), code)

    def _share(self, snapshot: Snapshot) -> Share:
        return Share(
            version=self._plan.version,
            number=self._plan.number,
            buckets=self._plan.buckets,
            identity=snapshot.identity,
            codec=self._plan.codec,
            cursor=snapshot.cursor,
            contents=tuple(snapshot.shelves[kind].content for kind in Kind),
            counts=tuple(snapshot.shelves[kind].count for kind in Kind),
        )

    def cohort(self, at: int, known: str, wait_s: float) -> CohortShare | Refused:
        """Return the people of the part who may be in the whole gallery's cohort, at change `at`.

        If the stamp of these people is `known`, only the stamp is returned.
        """
        snapshot = self._state(at, wait_s)
        if isinstance(snapshot, Refused):
            return snapshot
        shelf = snapshot.shelves[Kind.TENPRINTS]
        wanted = self._cohorts.cohort(shelf).encounter_rows
        stamp = hashlib.sha256(np.sort(wanted).tobytes()).hexdigest()
        if stamp == known:
            return CohortShare(stamp, None)
        drawn = [empty_columns(FINGER_COUNT, snapshot.fmt.template.dimension)]
        for source in shelf.sources:
            among = np.isin(source.columns.encounter_rows, wanted)
            alive = among if source.alive is None else among & source.alive
            drawn.append(take(without_codes(source.columns), alive))
        return CohortShare(stamp, concatenate(drawn))

    def tend(self) -> bool:
        """Merge small files and remove erased bytes; return whether there was anything to do."""
        merged = maintain(self._store)
        with self._feeding:
            dropped = drop_erased(self._store)
            cursor = self._store.snapshot.cursor
            # The state has the same people and the same bytes, but fewer files.
            if (dropped or merged) and cursor in self._kept:
                self._keep(cursor, is_alone=dropped)
        return dropped or merged

    def verify(self) -> Verification:
        """Read every file again and recount the content.

        Raises IndexDamagedError, and GalleryError for a person who belongs to another part.
        """
        mine = mapped_buckets([self._plan.buckets]) == 1
        for shelf in self._store.snapshot.shelves.values():
            for source in shelf.sources:
                if not mine[buckets_of(source.columns.person_rows)].all():
                    raise GalleryError(
                        "A part of the gallery holds people who belong to another part: build "
                        "the gallery again."
                    )
        return verify_store(self._store)

    def close(self) -> None:
        """Release the directory. Changes that were not sealed must be sent again."""
        self._generations.close()
