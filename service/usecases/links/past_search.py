"""A past search, and the content of its gallery at that time, however it is found."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

import numpy as np

from domain.arrays import Float32s
from domain.people.people import Details
from domain.searches.evidence import Evidence
from domain.searches.searches import Probe, SearchType
from indexing.codes.batches import Gallery
from indexing.manifests import Kind
from indexing.searching.by_codes import CodedFinger
from indexing.searching.exhaustive import NO_CAPTURES, NearestCaptures, nearest_of
from indexing.searching.ranking import highest_per_person
from matching.scorer import Scorer
from prints.features.parameters import CODE
from prints.print_format import PrintFormat
from service.storage.database import UnitsOfWork
from service.storage.people.encounters import PastCaptures
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.links.replay_differences import Strongest
from service.usecases.searches.by_minutiae import nearest_by_codes
from service.usecases.searches.in_depth import SingleFinger
from service.usecases.searches.looking_up import compare, similarities
from service.usecases.searches.recorded import Recorded
from service.usecases.searches.weighing import prints_first

CAPTURES_A_STEP = 2_000
"""The number of captures held in memory at a time: about 30 MB."""

Advance = Callable[[int], None]
"""Called after each step with the number of gallery changes that the step covered."""


class Source(StrEnum):
    """Where a repeated look-up finds the strongest people."""

    GALLERY = "gallery"
    """In the database: all templates are read, without using any index."""
    INDEX = "index"
    """In the present index without later captures, and in the database for the rest."""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A past search, and what is needed to compute it again."""

    units: UnitsOfWork
    fmt: PrintFormat
    scorer: Scorer
    recorded: Recorded
    probe: Probe

    @property
    def search_type(self) -> SearchType:
        """The type of search: the kinds of probe and gallery."""
        return self.recorded.search.search_type

    @property
    def gallery(self) -> Gallery:
        """The gallery that was searched."""
        return Gallery.UNSOLVED_MARKS if self.search_type.is_among_marks else Gallery.TENPRINTS

    @property
    def among(self) -> Kind:
        """The kind of captures in that gallery."""
        return Kind.MARKS if self.search_type.is_among_marks else Kind.TENPRINTS

    @property
    def change(self) -> int:
        """The number of the last change of the gallery that was searched."""
        return self.recorded.search.basis.index_cursor

    @property
    def has_bits(self) -> bool:
        """Whether the prints have bits. If they have none, candidates are ranked by similarity."""
        return not any(c.evidence.is_withheld for c in self.recorded.candidates)

    @property
    def is_by_minutiae(self) -> bool:
        """Whether candidates without bits are in the order of their minutiae."""
        arithmetic = self.recorded.search.basis.arithmetic
        return not self.has_bits and arithmetic != self.fmt.comparison.arithmetic

    def stated(self, name: str) -> int:
        """Return a list length stated in the event; if none is, the number of candidates."""
        stated = getattr(self.recorded.stated, name, None)
        return len(self.recorded.candidates) if stated is None else int(stated)

    def alike(
        self, single: SingleFinger | None, held: HeldTemplates, rows: Sequence[int]
    ) -> Float32s:
        """Return the similarities by which the index ranks, float32 (n,); in depth, of the best
        turn.
        """
        found = [
            similarities(self.search_type, compare(self.fmt, self.search_type, one, held, rows))
            for one in self.turns(single)
        ]
        return np.asarray(np.max(found, axis=0), dtype=np.float32)

    def turns(self, single: SingleFinger | None) -> Sequence[Probe]:
        """Return the probe; for a search in depth, one probe for each turn."""
        turns = () if single is None else single.turns
        return [replace(self.probe, impressions=(one,)) for one in turns] or [self.probe]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The query to repeat against the gallery as it was at the time of the search."""

    past: PastSearch
    single: SingleFinger | None
    """The finger of a search in depth; None for another kind of search."""
    codes: Sequence[CodedFinger]
    """The fingers that were looked up by codes; empty if there were none."""
    captures: frozenset[int]
    """Captures, by row. The answer says which of them were in the gallery."""
    keep: int

    def compared(self, held: HeldTemplates) -> Strongest:
        """Return all captures in `held` with their similarities, in no particular order."""
        batch = held.marks if self.past.search_type.is_among_marks else held.tenprints
        rows = batch.encounter_rows
        alike = self.past.alike(self.single, held, rows.tolist())
        return Strongest(batch.person_rows, rows, alike)


def _nobody() -> Strongest:
    nothing = np.zeros(0, dtype=np.int64)
    return Strongest(nothing, nothing, nothing.astype(np.float32))


@dataclass(slots=True)
class Seen:
    """The result so far."""

    wanted: Wanted
    strongest: Strongest = field(default_factory=_nobody)
    captures: int = 0
    erased: int = 0
    present: set[int] = field(default_factory=set)
    """Those of the wanted captures that were found."""
    by_codes: NearestCaptures = NO_CAPTURES
    """The captures with the most similar minutiae, if the search looked for them by codes."""

    def take(self, held: HeldTemplates) -> int:
        """Compare captures with the probe and keep the strongest; return how many there were."""
        compared = self.wanted.compared(held)
        self.strongest = _stronger(self.strongest, compared, keep=self.wanted.keep)
        return len(compared)

    def take_all(self, held: HeldTemplates, *, erased: int) -> None:
        """Do the same, and count the captures compared and those that are erased."""
        self.captures += self.take(held)
        past, codes = self.wanted.past, self.wanted.codes
        if codes:
            with past.units.read() as unit:
                self.take_coded(nearest_by_codes(unit, codes, held, past.among, at=past.change))
        self.erased += erased
        self.present |= self.wanted.captures & held.encounter_ids.keys()

    def take_coded(self, found: NearestCaptures) -> None:
        """Keep the nearest of these captures, which were compared by codes."""
        self.by_codes = nearest_of((self.by_codes, found), CODE.matched)


class LookUpWay(Protocol):
    """A way to repeat a look-up: by reading all captures, or by asking the index."""

    @property
    def source(self) -> Source:
        """Where the strongest people are found."""

    def seen(self, wanted: Wanted, advance: Advance) -> Seen:
        """Find the strongest people in the gallery that was searched, as it was then."""


def _stronger(one: Strongest, other: Strongest, *, keep: int) -> Strongest:
    """Return the most similar people of both, with one capture for each person."""
    persons = np.concatenate((one.person_rows, other.person_rows))
    encounters = np.concatenate((one.encounter_rows, other.encounter_rows))
    found = np.concatenate((one.similarities, other.similarities))
    places = highest_per_person(found, lambda at: (persons[at], encounters[at]), k=keep)
    return Strongest(persons[places], encounters[places], found[places])


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The captures of k candidates, by row, and each candidate's details, in the same order."""

    held: HeldTemplates
    rows: Sequence[int]
    details: Sequence[Details | None]


def evidence_again(
    fmt: PrintFormat, scorer: Scorer, recorded: Recorded, probe: Probe, beside: Beside
) -> tuple[Evidence, ...]:
    """Return the evidence on k candidates, computed again, in their order.

    Prints are weighed first, up to the limit stated in the search's event. Without a stated limit,
    all details were weighed.
    """
    search, details = recorded.search, beside.details
    comparisons = compare(fmt, search.search_type, probe, beside.held, beside.rows)
    limit, first = recorded.stated.details_from_millibits if recorded.stated else None, None
    if limit is not None:
        captures = beside.held.tenprints
        first = prints_first(scorer, probe, comparisons, limit, captures, beside.rows)
        has_details = np.array([one is not None for one in details], dtype=np.bool_)
        first = replace(first, passed_over=first.passed_over & has_details)
        pairs = zip(details, first.passed_over.tolist(), strict=True)
        details = [None if gone else one for one, gone in pairs]
    size = search.basis.gallery_size
    return tuple(scorer.score_prints(probe, comparisons, details, gallery_size=size, first=first))


class EverybodyRead:
    """Reads and compares all templates of that time, in steps. Takes as long as reading them."""

    source = Source.GALLERY

    def seen(self, wanted: Wanted, advance: Advance) -> Seen:
        """See `LookUpWay`."""
        seen = Seen(wanted)
        for part in _parts(wanted.past, advance):
            seen.take_all(part.held, erased=part.gone)
        return seen


def _parts(past: PastSearch, advance: Advance) -> Iterator[PastCaptures]:
    """Yield the gallery that was searched as it was then, one step at a time."""
    after, is_last = 0, False
    while not is_last:
        with past.units.read() as unit:
            part = unit.past_gallery.captures_at(
                past.change, past.gallery, after=after, limit=CAPTURES_A_STEP
            )
        yield part
        advance(part.cursor - after)
        after, is_last = part.cursor, part.is_last
