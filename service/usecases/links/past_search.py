"""A search of the past, and the content of its gallery at that time, however it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.searches import Probe, SearchType
from indexing.batches import Gallery
from indexing.ranking import highest_per_person
from matching.scorer import Scorer
from prints.print_format import PrintFormat
from service.storage.database import UnitsOfWork
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.links.look_up_differences import Strongest
from service.usecases.searches.comparing import compare, similarities
from service.usecases.searches.in_depth import SingleFinger
from service.usecases.searches.recorded import Recorded

CAPTURES_A_STEP = 2_000
"""How many captures are held in memory at a time: some 30 MB."""

Advance = Callable[[int], None]
"""Is told how many changes of the gallery each step went through."""


class Source(StrEnum):
    """Where a repeated look-up finds the strongest people."""

    GALLERY = "gallery"
    """In the database: all templates are read, and no index has a part in it."""
    INDEX = "index"
    """In the index as it is now, without later captures, and in the database for the rest."""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search of the past, and the means to compute it again."""

    units: UnitsOfWork
    fmt: PrintFormat
    scorer: Scorer
    recorded: Recorded
    probe: Probe

    @property
    def search_type(self) -> SearchType:
        """The kinds of probe and gallery."""
        return self.recorded.search.search_type

    @property
    def gallery(self) -> Gallery:
        """The gallery that was searched."""
        return Gallery.UNSOLVED_MARKS if self.search_type.is_among_marks else Gallery.TENPRINTS

    @property
    def change(self) -> int:
        """The number of the last change of the gallery that was searched."""
        return self.recorded.search.basis.index_cursor

    @property
    def has_bits(self) -> bool:
        """Whether the prints have bits; where they have none, candidates rank by similarity."""
        return not any(c.evidence.is_withheld for c in self.recorded.candidates)

    @property
    def is_by_minutiae(self) -> bool:
        """Whether candidates without bits stand in the order of their minutiae."""
        arithmetic = self.recorded.search.basis.arithmetic
        return not self.has_bits and arithmetic != self.fmt.comparison.arithmetic

    def stated(self, name: str) -> int:
        """Return a length of lists from the event in the log; older events state none."""
        stated = getattr(self.recorded.stated, name, None)
        return len(self.recorded.candidates) if stated is None else int(stated)

    def alike(
        self, single: SingleFinger | None, held: HeldTemplates, rows: Sequence[int]
    ) -> npt.NDArray[np.float32]:
        """Return the measure the index ranks by, float32 (n,): in depth of the best turn."""
        found = [
            similarities(self.search_type, compare(self.fmt, self.search_type, one, held, rows))
            for one in self.turns(single)
        ]
        return np.asarray(np.max(found, axis=0), dtype=np.float32)

    def turns(self, single: SingleFinger | None) -> Sequence[Probe]:
        """Return the probe, of a search in depth once in each turn."""
        turns = () if single is None else single.turns
        return [replace(self.probe, impressions=(one,)) for one in turns] or [self.probe]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The question of a repeated look-up to the gallery of that time."""

    past: PastSearch
    single: SingleFinger | None
    """The finger of a search in depth, None for another search."""
    captures: frozenset[int]
    """Captures, by row, of which the answer says whether they were there."""
    keep: int
    """How many of the strongest people to keep."""

    def compared(self, held: HeldTemplates) -> Strongest:
        """Return all captures that are held with their similarities, in no order."""
        batch = held.marks if self.past.search_type.is_among_marks else held.tenprints
        rows = batch.encounter_rows
        alike = self.past.alike(self.single, held, rows.tolist())
        return Strongest(batch.person_rows, rows, alike)


def _nobody() -> Strongest:
    nothing = np.zeros(0, dtype=np.int64)
    return Strongest(nothing, nothing, nothing.astype(np.float32))


@dataclass(slots=True)
class Seen:
    """The answer so far."""

    wanted: Wanted
    strongest: Strongest = field(default_factory=_nobody)
    captures: int = 0
    erased: int = 0
    present: set[int] = field(default_factory=set)
    """The wanted captures that were found."""

    def take(self, held: HeldTemplates) -> int:
        """Compare captures as evidence is, keep the strongest; return how many there were."""
        compared = self.wanted.compared(held)
        self.strongest = _stronger(self.strongest, compared, keep=self.wanted.keep)
        return len(compared)

    def take_all(self, held: HeldTemplates, *, erased: int) -> None:
        """Do the same, and count them, and those that are gone and could not be compared."""
        self.captures += self.take(held)
        self.erased += erased
        self.present |= self.wanted.captures & held.encounter_ids.keys()


class LookUpWay(Protocol):
    """A way to repeat a look-up: reading everybody, or asking the index."""

    @property
    def source(self) -> Source:
        """Where the strongest are found."""

    def seen(self, wanted: Wanted, advance: Advance) -> Seen:
        """Find the strongest people of the gallery that was searched, as it stood."""


def _stronger(one: Strongest, other: Strongest, *, keep: int) -> Strongest:
    """Return the most similar of both, one capture for each person."""
    persons = np.concatenate((one.person_rows, other.person_rows))
    encounters = np.concatenate((one.encounter_rows, other.encounter_rows))
    found = np.concatenate((one.similarities, other.similarities))
    places = highest_per_person(found, lambda at: (persons[at], encounters[at]), k=keep)
    return Strongest(persons[places], encounters[places], found[places])
