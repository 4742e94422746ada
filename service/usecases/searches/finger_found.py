"""The finger of a candidate that a mark, or a search of marks, found them by.

Computed again from what is stored, as the search did: equal prints give the same finger. No score
is told, and every candidate of a mark has one, whether it is the donor or only looks alike.
"""

from __future__ import annotations

import numpy as np

from domain.ids import EncounterId
from domain.prints import FingerPosition
from domain.searches import Candidate, Probe, Search, SearchType
from prints.print_format import PrintFormat
from service.storage.unit_of_work import UnitOfWork
from service.usecases.searches.comparing import compare
from service.usecases.searches.correspondence import correspondences


def finger_found(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, candidate: Candidate
) -> FingerPosition | None:
    """Return the finger by which a search of or among marks found a candidate.

    None for tenprints against tenprints, and where the prints are erased or of another format.
    Where the prints have no bits, the search ordered by minutiae, and their finger is returned.
    """
    probe = unit.searches.probe(search.search_id)
    encounter_id = candidate.encounter_id
    if search.search_type is SearchType.TP_TP or probe is None or encounter_id is None:
        return None
    by_minutiae = None
    if candidate.evidence.is_withheld:
        by_minutiae = _by_minutiae(unit, fmt, search, encounter_id)
    return by_minutiae or _by_templates(unit, fmt, search, probe, encounter_id)


def _by_minutiae(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, encounter_id: EncounterId
) -> FingerPosition | None:
    found = correspondences(unit, fmt, search, encounter_id)
    return (found[0].position or found[0].probe_position or None) if found else None


def _by_templates(
    unit: UnitOfWork,
    fmt: PrintFormat,
    search: Search,
    probe: Probe,
    encounter_id: EncounterId,
) -> FingerPosition | None:
    held = unit.encounters.templates_by_id([encounter_id], at=search.basis.index_cursor)
    search_type = search.search_type
    rows = (held.marks if search_type.is_among_marks else held.tenprints).encounter_rows.tolist()
    if len(rows) != 1 or any(one.fmt != fmt.template for one in probe.impressions):
        return None
    cosines = compare(fmt, search_type, probe, held, rows).cosines[0]
    known = np.flatnonzero(~np.isnan(cosines))
    return FingerPosition(int(known[0]) + 1) if len(known) else None
