"""A gallery whose parts other processes hold: their replicas, changes and searches."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from domain.arrays import Int64s
from domain.errors import GalleryIncompleteError
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from domain.prints.templates import IndexedFormat
from domain.searches.strangers import OwnStrangers
from indexing.codes.batches import GalleryBatch
from indexing.codes.columns import stored_columns
from indexing.codes.filters import NO_FILTER, Filter
from indexing.codes.rotation import key_check, secret_bit_order, secret_rotation
from indexing.manifests import Kind
from indexing.parts import replicated
from indexing.parts.part_protocol import Standing, Step
from indexing.searching import questions
from indexing.searching.by_codes import CodedFinger, about_codes
from indexing.searching.cohort import CohortKeeper
from indexing.searching.exhaustive import ComparedAt, LeftOut
from indexing.searching.hits import Hits
from indexing.searching.tenprint_search import excess_of
from service.adapters.parts import parts_layout

_LOOK_S = 2.0
"""How long a replica may take to report its state."""
_FEED_S = 60.0
_SPREAD_S = 0.05
"""How long to wait for the other replicas once a replica of every part has taken a step."""
_TEND_EVERY_S = 300.0
_TEND_S = 3600.0

_Answer = TypeVar("_Answer")


class PartedIndex:
    """A gallery in parts; see `service.ports.gallery.PartedGallery`. Thread-safe."""

    holds_erased = False
    """Always False, because parts remove erased bytes by themselves (`maintain`)."""

    def __init__(
        self,
        holders: parts_layout.Holders,
        template_format: IndexedFormat,
        key: bytes | None,
        *,
        code: str,
        patience: replicated.Patience | None = None,
    ) -> None:
        """Prepare the index. `key` stays in this process: probes and captures are rotated before
        they are sent.
        """
        template = template_format.template
        self._holders = holders
        self._fmt = template_format
        self._check = key_check(key)
        self._identity = f"{template_format.label} {self._check}"
        self._rotation = secret_rotation(key, template.dimension)
        self._bit_order = secret_bit_order(key)
        self._code = code
        self._known: dict[str, parts_layout.Known] = {}
        self._layout = parts_layout.Layout(0, ())
        self._looking, self._noting = threading.Lock(), threading.Lock()
        self._searcher = replicated.PartsSearcher(template_format, 64, patience)
        self._cohort = parts_layout.PartedCohort(self, self._identity, self._rotation)
        self._tended_at = time.monotonic()
        self.cohorts = CohortKeeper(self._cohort)
        """Measures how similar a probe is to people drawn from the tenprints."""
        self.refresh()

    @property
    def generation(self) -> int:
        """The version of the map of parts."""
        return self._layout.version

    @property
    def cursor(self) -> int:
        """The newest change at which all parts can be searched; 0 while parts are missing."""
        return max(0, self._layout.cursor)

    @property
    def is_whole(self) -> bool:
        """Whether every part had a replica that answered when they were last asked."""
        return bool(self._layout.parts)

    @property
    def digest(self) -> str:
        """SHA-256 of the whole present content, hexadecimal. Raises GalleryIncompleteError."""
        self.refresh()
        at = self.cursor
        standings = [[one.standing.share for one in part] for part in self._layout.parts]
        shares = [share for held in standings for share in held if share.cursor == at]
        firsts = list({share.number: share for share in shares}.values())
        replicated.demand_whole(firsts, at)
        return replicated.digest_of(firsts)

    @property
    def template_format(self) -> IndexedFormat:
        """The template format of the gallery."""
        return self._fmt

    @property
    def check(self) -> str:
        """Distinguishes the key of the gallery from another key, and reveals nothing about it."""
        return self._check

    @property
    def layout(self) -> parts_layout.Layout:
        """The parts that are searched."""
        return self._layout

    @property
    def known(self) -> Sequence[parts_layout.Known]:
        """Every replica that has answered, of any map."""
        return tuple(self._known.values())

    def __len__(self) -> int:
        return sum(part[0].standing.share.counts[0] for part in self._layout.parts)

    def refresh(self) -> None:
        """Ask all replicas for their states. Replicas that do not answer in time are left out."""
        with self._looking:
            begun = time.monotonic()
            asked = [(one, one.call("standing", self._code)) for one in self._holders.replicas()]
            ends = time.monotonic() + _LOOK_S
            known: dict[str, parts_layout.Known] = {}
            for replica, answer in asked:
                standing = parts_layout.heard(answer, ends)
                if isinstance(standing, Standing) and self._is_ours(standing):
                    known[replica.name] = parts_layout.Known(
                        replica, standing, standing.answers_at
                    )
            self._take(known, begun)

    def _take(self, known: dict[str, parts_layout.Known], begun: float) -> None:
        """Replace what is known about the replicas, except acknowledgements since `begun`."""
        with self._noting:
            for name, one in known.items():
                before = self._known.get(name)
                if before is not None and before.acked_at >= begun and one.fed_to >= 0:
                    one.fed_to = max(one.fed_to, before.fed_to)
            self._known = known
            self._layout = parts_layout.newest_whole(list(known.values()))

    def _ack(self, name: str, done: Future[Any], to: int) -> None:
        """If a replica has applied the changes up to `to`, record that."""
        reached = parts_layout.heard(done, 0.0)
        with self._noting:
            one = self._known.get(name)
            if one is not None and isinstance(reached, int) and reached >= to:
                one.fed_to = max(one.fed_to, reached)
                one.acked_at = time.monotonic()

    def _is_ours(self, standing: Standing) -> bool:
        return standing.share.identity == self._identity and standing.code == self._code

    def lagging(self) -> Sequence[tuple[str, int]]:
        """Return the replicas that lack changes, or have received none since they started."""
        reached = self.cursor
        return [
            (name, one.standing.share.cursor)
            for name, one in self._known.items()
            if one.fed_to < reached or one.fed_to < 0
        ]

    def feed(
        self,
        changes: tuple[int, int],
        batches: Sequence[GalleryBatch],
        *,
        returned_rows: Int64s,
        erased_rows: Int64s,
        replicas: Collection[str] | None = None,
    ) -> Collection[str]:
        """Send changes; see `service.ports.gallery.PartedGallery.feed`."""
        after, to = changes
        for batch in batches:
            batch.check_codes(self._fmt)
        added = tuple(
            (batch.kind, stored_columns(batch, self._rotation, self._bit_order))
            for batch in batches
        )
        whole = Step(after, to, added, returned_rows, erased_rows)
        if len(erased_rows):
            self.cohorts.forget()
        known = list(self._known.items())
        wanted = [one for name, one in known if replicas is None or name in replicas]
        steps: dict[bytes, Step] = {}
        sent: dict[Future[Any], str] = {}
        for one in wanted:
            buckets = one.standing.share.buckets
            step = steps.setdefault(buckets, whole.only(buckets))
            sent[one.replica.call("feed", step)] = one.replica.name
        if replicas is not None:
            self._await(sent, to, lambda: False)
        else:
            self._await(sent, to, lambda: self._layout.cursor >= to)
            if self._layout.cursor < to:
                raise GalleryIncompleteError(
                    "A part of the gallery does not accept changes: see `identlink gallery "
                    "status`."
                )
        names = set(sent.values())
        return [name for name, one in self._known.items() if name in names and one.fed_to >= to]

    def _await(self, sent: dict[Future[Any], str], to: int, is_enough: Callable[[], bool]) -> None:
        """Record what each replica has taken. Once enough have, wait a little for the others."""
        ends = time.monotonic() + _FEED_S
        pending = set(sent)
        while pending and time.monotonic() < ends:
            done, pending = wait(
                pending, timeout=max(0.0, ends - time.monotonic()), return_when="FIRST_COMPLETED"
            )
            for one in done:
                self._ack(sent[one], one, to)
            if is_enough():
                ends = min(ends, time.monotonic() + _SPREAD_S)
        for one in pending:
            one.add_done_callback(lambda done: self._ack(sent[done], done, to))

    def search_tenprint(self, probe: TenprintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons most similar to a capture."""
        return self.search_tenprints((probe,), k=k, where=where)[0]

    def search_tenprints(
        self,
        probes: Sequence[TenprintProbe],
        *,
        k: int,
        where: Filter = NO_FILTER,
        own: OwnStrangers | None = None,
    ) -> tuple[Hits, ...]:
        """Return the hits of captures, in order and from one state of the gallery.

        With `own`, the excess of people who resemble everybody is subtracted.
        """
        if not probes:
            return ()
        excess = None if own is None else excess_of(own, self._rotation)
        return self._found(questions.about_tenprints(probes, self._rotation, where, excess), k)

    def search_mark(self, probe: MarkProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons whose fingers are most similar to a mark."""
        return self.search_marks((probe,), k=k, where=where)[0]

    def search_marks(
        self, probes: Sequence[MarkProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of many marks, in the probes' order, from one state of the gallery."""
        return (
            self._found(questions.about_marks(probes, self._rotation, where), k) if probes else ()
        )

    def search_mark_file(self, probe: PrintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k unsolved marks most similar to a mark, or to any finger of a capture."""
        return self._found(questions.about_mark_file(probe, self._rotation, where), k)[0]

    def compare_all(
        self, probe: PrintProbe, among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Return the nearest of all captures of a kind but those left out, compared exactly."""
        return self._everybody(
            questions.about_everybody(probe, among, self._rotation, left_out), count
        )

    def compare_codes(
        self, fingers: Sequence[CodedFinger], among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """See `GalleryIndex.compare_codes`."""
        question = about_codes(fingers, among, self._fmt, self._bit_order, left_out)
        return self._everybody(question, count)

    def _everybody(self, question: questions.Everybody, count: int) -> ComparedAt:
        return self._answered(
            lambda parts, at: self._searcher.compare_all(parts, question, count=count, at=at)
        )

    def _found(self, question: questions.Question, k: int) -> tuple[Hits, ...]:
        return self._answered(lambda parts, at: self._searcher.search(parts, question, k=k, at=at))

    def _answered(
        self, ask: Callable[[Sequence[Sequence[replicated.Replica]], int], _Answer]
    ) -> _Answer:
        """Ask about the present state. Ask once more if a part no longer keeps that state."""
        try:
            return ask(*self._present())
        except (replicated.PassedError, GalleryIncompleteError):
            self.refresh()
        try:
            return ask(*self._present())
        except replicated.PassedError:
            raise GalleryIncompleteError(
                "The gallery changed during the search: try again in a moment."
            ) from None

    def _present(self) -> tuple[Sequence[Sequence[replicated.Replica]], int]:
        """Return the replicas of all parts, and the change at which they are to be searched."""
        layout = self._layout
        at = layout.cursor
        # Replicas known to be behind are asked last.
        parts = [
            [one.replica for one in part if one.fed_to >= at]
            + [one.replica for one in part if one.fed_to < at]
            for part in layout.parts
        ]
        return parts, at

    def warm(self, *, marks: bool) -> None:
        """Do nothing, because parts prepare themselves."""

    def maintain(self) -> bool:
        """Merge small files and remove erased bytes, in one replica of each part at a time."""
        if time.monotonic() - self._tended_at < _TEND_EVERY_S:
            return False
        self._tended_at = time.monotonic()
        return self.tend()

    def tend(self) -> bool:
        """Do now what `maintain` does from time to time."""
        found = False
        most = max((len(part) for part in self._layout.parts), default=0)
        for turn in range(most):
            asked = [part[turn] for part in self._layout.parts if turn < len(part)]
            answers = [one.replica.call("tend") for one in asked]
            ends = time.monotonic() + _TEND_S
            did = [parts_layout.heard(one, ends) is True for one in answers]
            found = found or any(did)
        return found

    def compact(self) -> None:
        """Do nothing, because parts remove erased bytes by themselves (`maintain`)."""

    def close(self) -> None:
        """Disconnect from the parts, which keep running."""
        self._searcher.close()
        self._holders.close()
