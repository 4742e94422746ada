"""The unsolved mark file: marks that no person has been linked to."""

from __future__ import annotations

from domain.ids import EncounterId, PersonId
from domain.prints import Encounter
from domain.searches import Search, SearchType
from indexing.batches import Gallery
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services


def file_unsolved_mark(services: Services, unit: UnitOfWork, search: Search) -> EncounterId | None:
    """File a mark without a link in the unsolved mark file, under an unknown donor."""
    if search.search_type is not SearchType.LT_TP:
        return None
    probe = unit.searches.probe(search.search_id)
    if probe is None:
        return None
    donor = PersonId(services.surroundings.new_id())
    mark = EncounterId(services.surroundings.new_id())
    unit.encounters.add(
        Encounter(mark, donor, search.force, search.submitted_at, probe.impressions),
        Placement(unit.people.add_person(donor), Gallery.UNSOLVED_MARKS, year_of_birth=0),
    )
    unit.images.enrolled_from(mark, search.search_id)
    return mark
