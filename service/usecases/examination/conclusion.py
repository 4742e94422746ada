"""What follows from sealed decisions: another examination, a review, a link, or no link."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from domain.access.access import Caller
from domain.errors import NotFoundError, StaleCaseError, existing
from domain.events.links import Linked, NotLinked
from domain.examination.cases import Case, CaseState, Decision, FurtherCause, Link, Outcome
from domain.ids import EncounterId, LinkId, PersonRow
from domain.prints.prints import Encounter, common_fingers
from domain.searches.searches import Candidate, Search
from indexing.codes.batches import Gallery
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import ask_further
from service.usecases.log.recording import record
from service.usecases.people.ended_cases import close_unlinked, count_case
from service.usecases.services import Services


def conclude(services: Services, unit: UnitOfWork, caller: Caller, case: Case) -> None:
    """Move a case on after an examination; `case` already includes the new decision.

    Decision, state, link and events are all written in the caller's transaction.
    """
    if case.is_control:
        _close_control_item(services, unit, caller, case)
        return
    wanted = services.policy.verifiers_required + 1
    is_reviewed = services.policy.differences_reviewed and not agree(case.decisions)
    agreeing = () if is_reviewed else agreed(case.decisions, wanted)
    if agreeing:
        close(services, unit, caller, case, agreeing=agreeing)
        return
    is_open = not is_reviewed and may_agree(case.decisions, wanted)
    if is_open and not agree(case.decisions):
        ask_further(services, unit, caller, case, FurtherCause.DIFFERENCE)
    _move(services, unit, case, CaseState.VERIFYING if is_open else CaseState.DIFFERING)


def close(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: Case,
    *,
    agreeing: tuple[Decision, ...],
) -> None:
    """Close a case on decisions that agree, with a link only if they identify somebody."""
    if agreeing[0].outcome is Outcome.IDENTIFIED:
        _link(services, unit, caller, case, agreeing=agreeing)
        _move(services, unit, case, CaseState.LINKED)
        return
    close_unlinked(services, unit, caller, case, agreeing[0].outcome)


def agreed(decisions: Sequence[Decision], wanted: int) -> tuple[Decision, ...]:
    """Return the largest group of decisions that agree, of at least `wanted`.

    Empty if there is no such group, or if two findings have equally large groups.
    """
    found = [
        some
        for size in range(len(decisions), wanted - 1, -1)
        for some in combinations(decisions, size)
        if agree(some)
    ]
    findings = {(some[0].outcome, some[0].candidate_id) for some in found}
    return found[0] if len(findings) == 1 else ()


def may_agree(decisions: Sequence[Decision], wanted: int) -> bool:
    """Whether `wanted` decisions can still agree, if at most one person more than that decides.

    So a difference between two examiners goes to a third, who is not told of either decision.
    """
    most_alike = next(
        size
        for size in range(len(decisions), 0, -1)
        if any(agree(some) for some in combinations(decisions, size))
    )
    return most_alike + (wanted + 1 - len(decisions)) >= wanted


def agree(decisions: Sequence[Decision]) -> bool:
    """Whether decisions are the same; identifications must have a finger in common."""
    findings = {(decision.outcome, decision.candidate_id) for decision in decisions}
    fingers = common_fingers([decision.fingers for decision in decisions])
    is_identified = decisions[0].outcome is Outcome.IDENTIFIED
    return len(findings) == 1 and not (is_identified and fingers and not fingers.identified)


def _close_control_item(services: Services, unit: UnitOfWork, caller: Caller, case: Case) -> None:
    """Close a control item after its only examination, always without a link."""
    _move(services, unit, case, CaseState.NOT_LINKED)
    event = NotLinked(case.case_id, case.search_id, case.decisions[-1].outcome)
    record(services, unit, caller, event, case)


def _link(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: Case,
    *,
    agreeing: tuple[Decision, ...],
) -> None:
    candidate = existing(unit.searches.candidate(existing(agreeing[0].candidate_id)))
    try:
        person_row = unit.people.locked(candidate.person_id)
    except NotFoundError:
        # Erased or hidden since the case was read, which has lost this exemplar.
        raise StaleCaseError from None
    # Whoever withdraws an exemplar claims its person first: from here on nobody does.
    if candidate.candidate_id in unit.findings.withdrawn(case.case_id):
        raise StaleCaseError
    search = existing(unit.searches.get(case.search_id))
    link = Link(
        link_id=LinkId(services.new_id()),
        case_id=case.case_id,
        search_id=search.search_id,
        candidate_id=candidate.candidate_id,
        person_id=candidate.person_id,
        record_id=candidate.record_id,
        encounter_id=_enrol_capture(services, unit, search, candidate, person_row),
        force=case.force,
        decision_ids=tuple(decision.decision_id for decision in agreeing),
        linked_at=services.now(),
        fingers=common_fingers([decision.fingers for decision in agreeing]),
    )
    unit.links.add(link)
    event = Linked.of(
        link,
        compared=link.fingers.compared_codes if link.fingers else None,
        identified=link.fingers.identified_codes if link.fingers else None,
    )
    record(services, unit, caller, event, case)
    count_case(services, unit, caller, case, search, outcome="linked")


def _enrol_capture(
    services: Services,
    unit: UnitOfWork,
    search: Search,
    candidate: Candidate,
    person_row: PersonRow,
) -> EncounterId | None:
    """Add a linked tenprint to the person's encounters. A mark stays with its search."""
    probe = existing(unit.searches.probe(search.search_id))
    if not search.search_type.has_tenprint_probe:
        return None
    encounter_id = EncounterId(services.new_id())
    unit.encounters.add(
        Encounter(
            encounter_id,
            candidate.person_id,
            search.force,
            search.submitted_at,
            probe.impressions,
        ),
        # The year of birth is only what the person said and may be false, so it must not exclude
        # the capture from searches.
        Placement(person_row, Gallery.TENPRINTS, year_of_birth=0),
    )
    unit.images.enrolled_from(encounter_id, search.search_id)
    return encounter_id


def _move(services: Services, unit: UnitOfWork, case: Case, state: CaseState) -> None:
    moved = replace(
        case,
        state=state,
        claimed_by=None,
        revision=services.new_id(),
        ready_at=services.now(),
    )
    unit.cases.save(moved, expected_revision=case.revision)
