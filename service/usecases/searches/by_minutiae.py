"""The order of captures found, by the minutiae of all fingers of a probe.

Used for tenprints and marks, except those that are searched in depth (`in_depth`). Everything is
computed from stored data, so a replay can compute it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterRow
from domain.searches.searches import Probe, SearchType
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.storage.people.gallery_feed import NOW
from service.storage.unit_of_work import UnitOfWork
from service.usecases.searches.correspondence import minutiae_order
from service.usecases.searches.looking_up import compare, similarities


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Captures in the order of their minutiae, one for each person; int64 (k,) each."""

    person_rows: npt.NDArray[np.int64]
    encounter_rows: npt.NDArray[np.int64]


def one_each(person_rows: npt.NDArray[np.int64], encounter_rows: npt.NDArray[np.int64]) -> Ordered:
    """Return the first capture of each person, in the given order."""
    _, firsts = np.unique(person_rows, return_index=True)
    kept = np.sort(firsts)
    return Ordered(person_rows[kept], encounter_rows[kept])


@dataclass(frozen=True, slots=True, eq=False)
class MatchedProbe:
    """A probe whose minutiae give the order of the captures found."""

    fmt: PrintFormat
    search_type: SearchType
    probe: Probe
    minutiae: Sequence[MinutiaeView]

    def order(self, unit: UnitOfWork, rows: Sequence[int], *, at: int = NOW) -> Ordered:
        """Return captures in the order of their minutiae, without those erased meanwhile.

        A capture whose minutiae are not stored keeps the place that its vectors give it. `at`
        selects the templates and minutiae that were in force at this change.
        """
        held = unit.encounters.templates([EncounterRow(row) for row in rows], at=at)
        batch = held.marks if self.search_type.is_among_marks else held.tenprints
        there = batch.encounter_rows
        found = compare(self.fmt, self.search_type, self.probe, held, there.tolist())
        alike = similarities(self.search_type, found)
        order = np.lexsort((there, batch.person_rows, -alike))
        if self.fmt.features is not None:
            ids = [held.encounter_ids[row] for row in there[order].tolist()]
            sets = unit.minutiae.of_encounters(ids, at=at)
            candidates = [sets.get(one, ()) for one in ids]
            order = order[
                minutiae_order(
                    self.fmt.features, self.search_type, probe=self.minutiae, candidates=candidates
                )
            ]
        return one_each(batch.person_rows[order], there[order])
