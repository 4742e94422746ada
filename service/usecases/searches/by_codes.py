"""The second look-up of a search in depth: by the codes of its minutiae in the index."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.prints.minutiae import MinutiaeSet
from indexing.codes.columns import ANY_FINGER, finger_bits
from indexing.manifests import Kind
from indexing.searching.by_codes import CodedFinger, code_similarities, columns_of
from indexing.searching.exhaustive import NearestCaptures
from indexing.searching.left_out import NOTHING
from prints.features.codes import codes_of
from prints.features.parameters import CODE
from service.live.coded_changes import codes_of_captures
from service.storage.people.gallery_feed import HeldTemplates
from service.storage.people.templates_in_force import NOW
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services

_SPARE = 2
"""So many times the captures that are wanted are asked for, because some may have changed since
the other look-up."""


@dataclass(frozen=True, slots=True, eq=False)
class ByCodes:
    """The fingers that codes chose, most alike first; int64 (h,) each."""

    encounter_rows: npt.NDArray[np.int64]
    """One finger of each capture."""
    columns: npt.NDArray[np.int64]
    """Its position less one."""


NOBODY = ByCodes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def coded_finger(minutiae: MinutiaeSet, position: int) -> CodedFinger:
    """Return a finger with its codes; position 0 is any finger."""
    return CodedFinger(1 << (position - 1) if position else ANY_FINGER, codes_of(minutiae))


def look_up_codes(services: Services, finger: CodedFinger, cursor: int) -> ByCodes:
    """Return the tenprints with the most similar minutiae, as the gallery was at change `cursor`.

    The index may have moved on since that change: captures that changed meanwhile are left out.
    """
    index, count = services.gallery.index, _SPARE * CODE.matched
    found = index.compare_codes([finger], Kind.TENPRINTS, left_out=NOTHING, count=count)
    nearest = found.nearest
    if found.cursor != cursor and len(nearest):
        newest = int(nearest.encounter_rows.max())
        with services.units.read() as unit:
            touched = unit.encounters.touched_after(cursor, newest=newest)
        kept = ~np.isin(nearest.encounter_rows, touched)
        nearest = NearestCaptures(nearest.encounter_rows[kept], nearest.similarities[kept])
    return chosen_by(nearest)


def chosen_by(nearest: NearestCaptures) -> ByCodes:
    """Return the fingers that are matched, of the captures that a comparison of codes found."""
    rows, alike = nearest.encounter_rows[: CODE.matched], nearest.similarities[: CODE.matched]
    return ByCodes(rows, columns_of(alike))


def nearest_by_codes(
    unit: UnitOfWork, finger: CodedFinger, held: HeldTemplates, *, at: int = NOW
) -> NearestCaptures:
    """Return all tenprints in `held` with what the index would find, without using it.

    `at` selects the minutiae that were in force at this change.
    """
    batch = held.tenprints
    ids = [held.encounter_ids[row] for row in batch.encounter_rows.tolist()]
    codes = codes_of_captures(unit, ids, are_marks=False, at=at)
    alike = code_similarities(
        [finger],
        codes,
        finger_bits(batch.captures.presence),
        places=np.arange(len(ids), dtype=np.int64),
        near_bits=CODE.near_bits,
    )
    return NearestCaptures(batch.encounter_rows, alike)
