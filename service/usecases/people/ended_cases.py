"""Cases that end with or without a link, the unsolved mark file, and withdrawn exemplars."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.errors import existing
from domain.events.examination import ExemplarWithdrawn
from domain.events.links import NotLinked
from domain.examination.cases import Case, CaseState, Outcome, Withdrawal
from domain.ids import CandidateId, CaseId, EncounterId, PersonId
from domain.office_days import office_day
from domain.prints.prints import Encounter
from domain.publication import CountableFact, Stage
from domain.requests.requests import PartyKind
from domain.searches.searches import Search, SearchType
from indexing.codes.batches import Gallery
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import give_fact, record
from service.usecases.services import Services


def count_case(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: Case,
    search: Search,
    *,
    outcome: str,
) -> None:
    """Store the countable fact of a case that ended. Control items are not counted."""
    if case.is_control:
        return
    now = services.now()
    fact = CountableFact(
        case.case_id,
        number=0,
        stage=Stage.CLOSED,
        service=f"search {search.search_type.value}",
        counted_on=office_day(now),
        outcome=outcome,
        asker=PartyKind.FORCE.value,
        party=case.force,
        days=(now - case.opened_at).days,
    )
    give_fact(services, unit, caller, fact)


@dataclass(frozen=True, slots=True)
class FiledMark:
    """A mark in the unsolved mark file, and the unknown person under whom it is filed."""

    encounter_id: EncounterId
    donor: PersonId


def close_unlinked(
    services: Services, unit: UnitOfWork, caller: Caller, case: Case, outcome: Outcome
) -> None:
    """Close a case without a link, in the current transaction. A mark is filed as unsolved."""
    moved = replace(case, state=CaseState.NOT_LINKED, claimed_by=None, revision=services.new_id())
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
    record(services, unit, caller, event, case)
    count_case(services, unit, caller, case, search, outcome="not linked")


def file_unsolved_mark(services: Services, unit: UnitOfWork, search: Search) -> FiledMark | None:
    """File a mark that has no link in the unsolved mark file, under an unknown person."""
    if search.search_type is not SearchType.LT_TP:
        return None
    probe = unit.searches.probe(search.search_id)
    if probe is None:
        return None
    donor = PersonId(services.new_id())
    mark = EncounterId(services.new_id())
    unit.encounters.add(
        Encounter(mark, donor, search.force, search.submitted_at, probe.impressions),
        Placement(unit.people.add_person(donor), Gallery.UNSOLVED_MARKS, year_of_birth=0),
    )
    unit.images.enrolled_from(mark, search.search_id)
    return FiledMark(mark, donor)


def withdraw_exemplars(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    exemplars: Iterable[tuple[CaseId, CandidateId]],
    cause: Withdrawal,
) -> None:
    """Withdraw exemplars from open cases in the current transaction, each with an event.

    Examiners continue without them. A difference of opinion is closed without a link if none of
    its sealed decisions can be upheld any more.
    """
    by_case: dict[CaseId, list[CandidateId]] = defaultdict(list)
    for case_id, candidate_id in exemplars:
        by_case[case_id].append(candidate_id)
    for case_id, withdrawn in by_case.items():
        case = existing(unit.cases.get(case_id))
        for candidate_id in withdrawn:
            at = services.now()
            unit.findings.withdraw(case_id, candidate_id, cause, at)
            record(services, unit, caller, ExemplarWithdrawn(candidate_id, case_id, cause), case)
        if _is_void(unit, case):
            close_unlinked(services, unit, caller, case, Outcome.INCONCLUSIVE)


def _is_void(unit: UnitOfWork, case: Case) -> bool:
    gone = unit.findings.withdrawn(case.case_id)
    named = [decision.candidate_id for decision in case.decisions]
    return case.state is CaseState.DIFFERING and all(one in gone for one in named)
