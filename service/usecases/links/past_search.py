"""A search of the past, and what its gallery of that time holds: however that is found out."""

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
    """In the index as it is now, less who came later, and in the database what that lacks."""


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

    def asked(self, single: SingleFinger | None) -> Sequence[Probe]:
        """Return the probe, of a search in depth once in each turn."""
        turns = () if single is None else single.turns
        return [replace(self.probe, impressions=(one,)) for one in turns] or [self.probe]

    def alike(
        self, single: SingleFinger | None, held: HeldTemplates, rows: Sequence[int]
    ) -> npt.NDArray[np.float32]:
        """Return the measure the index ranks by, float32 (n,): in depth of the best turn."""
        found = [
            similarities(self.search_type, compare(self.fmt, self.search_type, one, held, rows))
            for one in self.asked(single)
        ]
        return np.asarray(np.max(found, axis=0), dtype=np.float32)


def _nobody() -> Strongest:
    nothing = np.zeros(0, dtype=np.int64)
    return Strongest(nothing, nothing, nothing.astype(np.float32))


@dataclass(slots=True)
class Seen:
    """What was found out about the gallery so far."""

    keep: int
    """How many people to keep."""
    wanted: frozenset[int]
    """Captures of which it matters whether they were there, by row."""
    strongest: Strongest = field(default_factory=_nobody)
    captures: int = 0
    erased: int = 0
    present: set[int] = field(default_factory=set)
    """Those of them that were."""

    def take(self, compared: Strongest) -> None:
        """Add captures that were compared in the arithmetic of the evidence."""
        self.strongest = _stronger(self.strongest, compared, keep=self.keep)

    def count(self, captures: int, *, erased: int) -> None:
        """Count captures that were compared, and those that could not be."""
        self.captures += captures
        self.erased += erased


class LookUpWay(Protocol):
    """A way to repeat a look-up: reading everybody, or asking the index."""

    @property
    def source(self) -> Source:
        """Where the strongest are found."""

    def seen(
        self,
        past: PastSearch,
        single: SingleFinger | None,
        wanted: frozenset[int],
        *,
        keep: int,
        advance: Advance,
    ) -> Seen:
        """Find the `keep` strongest people of the gallery that was searched, as it stood.

        `wanted`: captures of which it is told whether they were there.
        """


def compared_of(past: PastSearch, single: SingleFinger | None, held: HeldTemplates) -> Strongest:
    """Return all captures that are held with their similarities, in no order."""
    batch = held.marks if past.search_type.is_among_marks else held.tenprints
    rows = batch.encounter_rows
    return Strongest(batch.person_rows, rows, past.alike(single, held, rows.tolist()))


def _stronger(one: Strongest, other: Strongest, *, keep: int) -> Strongest:
    """Return the most similar of both, one capture for each person."""
    persons = np.concatenate((one.person_rows, other.person_rows))
    encounters = np.concatenate((one.encounter_rows, other.encounter_rows))
    found = np.concatenate((one.similarities, other.similarities))
    places = highest_per_person(found, lambda at: (persons[at], encounters[at]), k=keep)
    return Strongest(persons[places], encounters[places], found[places])
