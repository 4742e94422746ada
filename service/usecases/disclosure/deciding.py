"""Deletions decided by the owning force, reviewed by another officer of that force, and carried
out; and reminders to forces that are late.

The age of a case is shown, but does not affect the decision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from domain import errors
from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import ConflictError, existing
from domain.events.disclosure import DeletionCarriedOut, DeletionChased, DeletionDecided
from domain.events.looking import LookKind
from domain.events.people import RecordAmended
from domain.ids import DeletionId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.amending import amended
from domain.people.amendments import Amendment, AmendmentReason, ChangeKind, SourceKind, Withdraw
from domain.people.amendments import changes_between as changes
from domain.people.items import ItemId
from domain.people.people import ArrestReport
from domain.plain_text import require_words
from domain.plain_values import made_from
from domain.retention.disclosure import DeletionCase, DeletionDecision, DeletionPart, DeletionState
from rules.clocks import clock_rule, due_day
from rules.data_files import deletion_ground
from service.storage.unit_of_work import UnitOfWork
from service.usecases.disclosure.deletions import arrest_of
from service.usecases.log.recording import Concern, look, record
from service.usecases.people.amending import live_version_of
from service.usecases.people.merging import claimed_human
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
    with services.reading(caller, Scope.DECIDE_DELETIONS) as unit:
        case = _own(unit, caller, deletion_id)
        file = existing(unit.requests.file(case.request_id))
        arrest = arrest_of(unit, file, case.record_id, case.item_id)
    named = (deletion_id, case.person_id, case.record_id)
    look(services, caller, LookKind.DELETION, named, Concern(case.owner))
    return _listed(services, case), None if arrest is None else arrest.report


def _own(unit: UnitOfWork, caller: Caller, deletion_id: DeletionId) -> DeletionCase:
    case = existing(unit.deletions.get(deletion_id))
    if case.owner != caller.require_force():
        raise errors.NotFoundError
    return case


def _listed(services: StoreServices, case: DeletionCase) -> ListedDeletion:
    today, opened = services.today(), office_day(case.opened_at)
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
    require_words(command.reasons, "/reasons")
    with services.units.begin() as unit:
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
        record(services, unit, command.caller, event, Concern(case.owner))
        return existing(unit.deletions.get(case.deletion_id))


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
    return made_from(
        DeletionDecision,
        command,
        number=len(case.decisions) + 1,
        decided_by=by,
        decided_at=services.now(),
    )


def carry_out_deletion(
    services: Services, caller: Caller, deletion_id: DeletionId
) -> DeletionCase:
    """Destroy the data whose deletion the force approved: captures, and all versions of the entry.

    Raises NotPermittedError, NotFoundError, ConflictError (not decided, nothing approved, already
    carried out, an item of the person is restricted, or the data belongs to another person because
    a merge was undone).
    """
    with services.begin(caller, Scope.WORK_REQUESTS) as unit:
        case = existing(unit.deletions.get(deletion_id))
        if not case.approved:
            raise ConflictError(
                "The force has not approved any deletion, so there is nothing to carry out."
            )
        existing(unit.people.person_row(case.person_id))
        people = claimed_human(unit, case.person_id)
        if not unit.deletions.holders(case).issubset(people):
            raise ConflictError(
                "A merge was undone, so this data now belongs to another person: reload the page."
            )
        if unit.restrictions.has_items(people):
            # All versions are destroyed, and so would be the item that is kept as evidence.
            raise ConflictError(
                "An item on this person's record is restricted: lift the restriction first."
            )
        if DeletionPart.ENTRY in case.approved:
            _withdraw_entry(services, unit, caller, case)
        gone = unit.deletions.carry_out(case, caller.actor.user_id, services.now())
        event = DeletionCarriedOut(deletion_id, case.person_id, gone.versions, gone.captures)
        record(services, unit, caller, event, Concern(case.owner))
        done = existing(unit.deletions.get(deletion_id))
    services.gallery.catch_up()
    return done


def _withdraw_entry(
    services: Services, unit: UnitOfWork, caller: Caller, case: DeletionCase
) -> None:
    """Make a new version of the record without the entry."""
    before = existing(live_version_of(unit, case.record_id))
    amendment = Amendment(
        (Withdraw(ItemId(case.item_id)),),
        AmendmentReason.REQUEST_OF_THE_PERSON,
        "Deleted by decision of the owning force.",
        SourceKind.FORCE_REPORT,
        str(case.deletion_id),
    )
    now = services.now()
    after = amended(before.items, amendment.changes, today=office_day(now))
    by = caller.actor.user_id
    version, log_size = unit.records.amend(before, after, amendment, by=by, at=now)
    withdrawn = [one for one in changes(before.items, after) if one.change is ChangeKind.WITHDRAWN]
    event = RecordAmended(
        case.record_id,
        case.person_id,
        version=version,
        log_size=log_size,
        reason=amendment.reason,
        source=amendment.source,
        added=0,
        corrected=0,
        withdrawn=len(withdrawn),
    )
    record(services, unit, caller, event, Concern(case.owner))


CHASER = service_itself("chaser", Purpose.DELETION)
"""The actor that reminds forces: the service itself, which has no token."""

_AGAIN = timedelta(days=28)


def chase_late_deletions(
    services: StoreServices, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Remind forces of late cases, every 28 days for each case; return how many were reminded."""
    now = services.now()
    if is_stopped():
        return 0
    late = now - timedelta(days=clock_rule(CLOCK).count)
    with services.units.read() as unit:
        found = unit.deletions.undecided(late, _AGAIN, office_day(now))
    if not found:
        return 0
    with services.units.begin() as unit:
        return sum(remind(services, unit, one) for one in found)


def remind(services: StoreServices, unit: UnitOfWork, deletion_id: DeletionId) -> bool:
    """Remind a force of a case, in the current transaction.

    Returns False if another worker has already done so.
    """
    case, now = existing(unit.deletions.get(deletion_id)), services.now()
    number = case.chases + 1
    if not unit.deletions.chase(deletion_id, number, office_day(now)):
        return False
    event = DeletionChased(deletion_id, number, (now - case.opened_at).days)
    record(services, unit, CHASER, event, Concern(case.owner))
    return True
