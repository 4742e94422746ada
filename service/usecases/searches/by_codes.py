"""The second look-up of a search: by the codes of its minutiae in the index.

It is part of a search in depth (`in_depth`), and of every search of the unsolved mark file.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from domain.prints.minutiae import MinutiaeSet
from indexing.codes.columns import ANY_FINGER, finger_bits
from indexing.manifests import Kind
from indexing.searching.by_codes import CodedFinger, code_similarities, columns_of
from indexing.searching.exhaustive import NOTHING, NearestCaptures
from prints.features.codes import codes_of
from prints.features.parameters import CODE
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.live.gallery import codes_of_captures
from service.storage.people.gallery_feed import HeldTemplates
from service.storage.people.templates_in_force import NOW
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of
from service.usecases.searches.correspondence import ordered_arithmetic
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


def ranks_by_bits(services: Services) -> bool:
    """Return whether prints have bits to rank by: the model was fitted on their format."""
    return services.scorer.template_format == services.print_format.template.label


def chooses_marks(services: Services, minutiae: Sequence[MinutiaeView]) -> bool:
    """Return whether a search of the unsolved mark file looks it up by codes too."""
    has_codes = services.print_format.index.codes is not None and len(minutiae) > 0
    return has_codes and not ranks_by_bits(services)


def coded_arithmetic(fmt: PrintFormat) -> str:
    """Return the label of the arithmetic of a search that codes chose marks for, with a digest."""
    if fmt.index.codes is None:
        return ordered_arithmetic(fmt)
    constants = json.dumps([asdict(CODE), fmt.index.codes.version], sort_keys=True)
    digest = hashlib.sha256(constants.encode()).hexdigest()
    return f"{ordered_arithmetic(fmt)}; marks by codes {digest[:16]}"


def coded_fingers(views: Sequence[MinutiaeView]) -> tuple[CodedFinger, ...]:
    """Return the fingers of a probe with their codes."""
    return tuple(coded_finger(set_of(view), int(view.position)) for view in views)


def coded_finger(minutiae: MinutiaeSet, position: int) -> CodedFinger:
    """Return a finger with its codes; position 0 is any finger."""
    return CodedFinger(1 << (position - 1) if position else ANY_FINGER, codes_of(minutiae))


def look_up_codes(
    services: Services, fingers: Sequence[CodedFinger], among: Kind, cursor: int
) -> ByCodes:
    """Return the captures of a kind with the most similar minutiae, as the gallery was at change
    `cursor`.

    The index may have moved on since that change: captures that changed meanwhile are left out.
    """
    index, count = services.gallery.index, _SPARE * CODE.matched
    found = index.compare_codes(fingers, among, left_out=NOTHING, count=count)
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
    unit: UnitOfWork,
    fingers: Sequence[CodedFinger],
    held: HeldTemplates,
    among: Kind,
    *,
    at: int = NOW,
) -> NearestCaptures:
    """Return all captures of a kind in `held` with what the index would find, without using it.

    `at` selects the minutiae that were in force at this change.
    """
    are_marks = among is Kind.MARKS
    batch = held.marks if are_marks else held.tenprints
    ids = [held.encounter_ids[row] for row in batch.encounter_rows.tolist()]
    codes = codes_of_captures(unit, ids, are_marks=are_marks, at=at)
    alike = code_similarities(
        fingers,
        codes,
        finger_bits(batch.captures.presence),
        places=np.arange(len(ids), dtype=np.int64),
        near_bits=CODE.near_bits,
    )
    return NearestCaptures(batch.encounter_rows, alike)
