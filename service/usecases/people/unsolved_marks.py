"""Cases that end without a link, and the unsolved mark file: marks without a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.access import Caller
from domain.cases import Case, CaseState, Outcome
from domain.events.links import NotLinked
from domain.ids import EncounterId, PersonId
from domain.prints import Encounter
from domain.searches import Search, SearchType
from indexing.batches import Gallery
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.counting import count_case
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class FiledMark:
    """A mark in the unsolved mark file, and the unknown person that it stands under."""

    encounter_id: EncounterId
    donor: PersonId


def close_unlinked(
    services: Services, unit: UnitOfWork, caller: Caller, case: Case, outcome: Outcome
) -> None:
    """Close a case that led to no link (current transaction); a mark is filed as unsolved."""
    moved = replace(
        case,
        state=CaseState.NOT_LINKED,
        claimed_by=None,
        revision=services.surroundings.new_id(),
    )
    unit.cases.save(moved, expected_revision=case.revision)
    search = existing(unit.searches.get(case.search_id))
    mark = file_unsolved_mark(services, unit, search)
    event = NotLinked(
        case.case_id,
        search.search_id,
        outcome,
        None if mark is None else mark.encounter_id,
        donor=None if mark is None else mark.donor,
    )
    record(unit, services.surroundings, caller, event, case)
    count_case(services, unit, caller, case, search, outcome="not linked")


def file_unsolved_mark(services: Services, unit: UnitOfWork, search: Search) -> FiledMark | None:
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
    return FiledMark(mark, donor)
