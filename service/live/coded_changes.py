"""The feed of the gallery with codes of minutiae, for an index that keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterId
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.batches import GalleryBatch
from indexing.codes.columns import no_codes
from prints.features.codes import codes_of
from prints.features.parameters import CODE
from service.storage.people.gallery_feed import NOW, GalleryChanges
from service.storage.unit_of_work import UnitOfWork

_AT_ONCE = 500
"""Captures whose minutiae are held in memory at a time."""
_EVERY_FINGER = range(FINGER_COUNT + 1)


def coded_changes(unit: UnitOfWork, fmt: IndexedFormat, cursor: int, limit: int) -> GalleryChanges:
    """Return up to `limit` changes after `cursor`, with the codes of the minutiae in force.

    For a format without codes, no minutiae are read.
    """
    changes = unit.gallery_feed.changes_after(cursor, limit)
    if fmt.codes is None or not changes.encounter_ids:
        return changes
    enrolled, marks = (
        replace(one, codes=_of_batch(unit, changes.encounter_ids, one))
        for one in (changes.enrolled, changes.marks)
    )
    return replace(changes, enrolled=enrolled, marks=marks)


def codes_of_captures(
    unit: UnitOfWork,
    encounter_ids: Sequence[EncounterId],
    *,
    are_marks: bool,
    at: int = NOW,
) -> npt.NDArray[np.uint8]:
    """Return the codes of captures, uint8 (n, f, m, 16); zero for those without minutiae.

    `at` selects the minutiae that were in force at this change.
    """
    codes = no_codes(len(encounter_ids), 1 if are_marks else FINGER_COUNT, CODE.minutiae)
    for start in range(0, len(encounter_ids), _AT_ONCE):
        some = encounter_ids[start : start + _AT_ONCE]
        place_of = {one: place for place, one in enumerate(some, start)}
        found = unit.minutiae.of_fingers(dict.fromkeys(some, _EVERY_FINGER), at=at)
        for (encounter_id, position), minutiae in found.items():
            column = 0 if are_marks else position - 1
            own = codes_of(minutiae)
            codes[place_of[encounter_id], column, : len(own)] = own
    return codes


def _of_batch(
    unit: UnitOfWork,
    ids: Mapping[int, EncounterId],
    batch: GalleryBatch,
) -> npt.NDArray[np.uint8]:
    wanted = [ids[row] for row in batch.encounter_rows.tolist()]
    return codes_of_captures(unit, wanted, are_marks=batch.captures.are_marks)
