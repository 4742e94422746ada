"""The resolution of the pictures that a probe is marked up in: distances depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.ids import SearchId
from domain.markups import NOMINAL_PPI, FingerMarkup
from service.ports.kept_pictures import picture_facts
from service.storage.unit_of_work import UnitOfWork


def at_their_scale(
    unit: UnitOfWork, search_id: SearchId, fingers: Sequence[FingerMarkup]
) -> tuple[FingerMarkup, ...]:
    """Return mark-ups of a probe that state the resolution of its pictures."""
    return tuple(replace(one, ppi=_ppi(unit, search_id, int(one.position))) for one in fingers)


def _ppi(unit: UnitOfWork, search_id: SearchId, position: int) -> int:
    png = _picture(unit, search_id, position)
    return NOMINAL_PPI if png is None else picture_facts(png).ppi


def _picture(unit: UnitOfWork, search_id: SearchId, position: int) -> bytes | None:
    """Return the picture of a probe, or of the enrolled capture that it was made with."""
    own = unit.images.of_search(search_id, position)
    encounter_id = None if own else unit.images.searched_with(search_id)
    if encounter_id is None:
        return own
    enrolled = unit.images.of_encounter(encounter_id, position)
    source = None if enrolled else unit.images.source_of(encounter_id)
    # A copy is always younger than its original, so this comes to an end.
    return enrolled if source is None else _picture(unit, source, position)
