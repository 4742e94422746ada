"""Deletions decided by the owning force, and reviewed by another officer of that force.

The age of a case is shown, but does not affect the decision.
"""

from dataclasses import dataclass
from datetime import date

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.disclosure import (
    DeletionDecided,
)
from domain.events.looking import LookKind
from domain.ids import DeletionId
from domain.list_pages import ListPage
from domain.people.people import ArrestReport
from domain.plain_text import require_reason
from domain.retention.disclosure import (
    DeletionCase,
    DeletionDecision,
    DeletionPart,
    DeletionState,
)
from rules.clocks import clock_rule, due_day
from rules.data_files import deletion_ground
from service.storage.unit_of_work import UnitOfWork
from service.usecases.disclosure.deletions import arrests
from service.usecases.existing import existing
from service.usecases.log.recording import Concern, look, record
from service.usecases.services import Services, StoreServices

CLOCK = "deletion-decision"


@dataclass(frozen=True, slots=True)
class DecideDeletion:
    """The owning force's decision, or another officer's review of it."""

    caller: Caller
    deletion_id: DeletionId
    approved: frozenset[DeletionPart]
    ground: str
    reasons: str


@dataclass(frozen=True, slots=True)
class ListedDeletion:
    """A case with its age, which is shown but does not affect the decision."""

    case: DeletionCase
    due_on: date | None
    age_days: int
    is_late: bool


def own_deletions(
    services: StoreServices, caller: Caller, *, after: str | None, limit: int
) -> ListPage[ListedDeletion, str]:
    """Return a page of the cases of the caller's force that are not carried out, oldest first.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.DECIDE_DELETIONS)
    force = caller.require_force()
    with services.units.read() as unit:
        page = unit.deletions.of_force(force, after=after, limit=limit)
    listed = tuple(_listed(services, one) for one in page.items)
    shown = [(one.deletion_id, one.person_id) for one in page.items]
    look(services, caller, LookKind.DELETIONS, (ref for pair in shown for ref in pair))
    return ListPage(listed, page.next_key)


def own_deletion(
    services: StoreServices, caller: Caller, deletion_id: DeletionId
) -> tuple[ListedDeletion, ArrestReport | None]:
    """Return one case of the caller's force with its arrest.

    The arrest is None once it has been deleted. Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.DECIDE_DELETIONS)
    with services.units.read() as unit:
        case = _own(unit, caller, deletion_id)
        file = existing(unit.requests.file(case.request_id))
        arrest = next(
            (
                one.report
                for one in arrests(unit, file)
                if (one.record_id, one.item_id) == (case.record_id, case.item_id)
            ),
            None,
        )
    named = (deletion_id, case.person_id, case.record_id)
    look(services, caller, LookKind.DELETION, named, Concern(case.owner))
    return _listed(services, case), arrest


def _own(unit: UnitOfWork, caller: Caller, deletion_id: DeletionId) -> DeletionCase:
    case = existing(unit.deletions.get(deletion_id))
    if case.owner != caller.require_force():
        raise errors.NotFoundError
    return case


def _listed(services: StoreServices, case: DeletionCase) -> ListedDeletion:
    today, opened = services.surroundings.clock().date(), case.opened_at.date()
    due = due_day(clock_rule(CLOCK), opened)
    is_late = case.state is DeletionState.WAITING and due is not None and due < today
    return ListedDeletion(case, due, (today - opened).days, is_late)


def decide_deletion(services: Services, command: DecideDeletion) -> DeletionCase:
    """Store the owning force's decision, or another officer's review if it is already decided.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reasons, or a part that was not
    requested), UnknownRuleError (an unknown ground), SelfVerificationError (the caller's own
    decision), ConflictError (already reviewed or carried out).
    """
    command.caller.actor.require(Scope.DECIDE_DELETIONS)
    deletion_ground(command.ground)
    require_reason(command.reasons, "/reasons")
    with services.units.write() as unit:
        case = _own(unit, command.caller, command.deletion_id)
        if not command.approved <= case.asked:
            raise errors.InvalidInputError(
                "This part was not requested: decide only on what was requested.",
                pointer="/approved",
            )
        decision = _decision(services, command, case)
        first_by = case.decisions[0].decided_by if case.decisions else None
        unit.deletions.decide(case.deletion_id, decision, first_by)
        event = DeletionDecided(
            case.deletion_id,
            case.person_id,
            decision.number,
            decision.ground,
            entry=DeletionPart.ENTRY in decision.approved,
            prints=DeletionPart.PRINTS in decision.approved,
        )
        record(unit, services.surroundings, command.caller, event, Concern(case.owner))
        decided = existing(unit.deletions.get(case.deletion_id))
        unit.commit()
    return decided


def _decision(services: Services, command: DecideDeletion, case: DeletionCase) -> DeletionDecision:
    by = command.caller.actor.user_id
    if case.state not in (DeletionState.WAITING, DeletionState.DECIDED):
        raise errors.ConflictError(
            "This decision on the deletion has already been reviewed or carried out, so "
            "it cannot be changed."
        )
    if case.decisions and case.decisions[0].decided_by == by:
        raise errors.SelfVerificationError(
            "You made this decision: another officer of the force must review it."
        )
    return DeletionDecision(
        len(case.decisions) + 1,
        command.approved,
        command.ground,
        command.reasons,
        by,
        services.surroundings.clock(),
    )
