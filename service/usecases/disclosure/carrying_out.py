"""Carrying out deletions approved by the owning force, and reminding forces that are late."""

from collections.abc import Callable
from datetime import timedelta

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.errors import ConflictError
from domain.events.disclosure import DeletionCarriedOut, DeletionChased
from domain.events.people import RecordAmended
from domain.ids import DeletionId, UserId
from domain.people.amending import amended
from domain.people.amendments import Amendment, AmendmentReason, ChangeKind, SourceKind, Withdraw
from domain.people.amendments import changes_between as changes
from domain.people.items import ItemId
from domain.retention.disclosure import DeletionCase, DeletionPart
from rules.clocks import clock_rule
from service.storage.unit_of_work import UnitOfWork
from service.usecases.disclosure.deciding import CLOCK
from service.usecases.existing import existing
from service.usecases.log.recording import Concern, record
from service.usecases.people.merging import same_person
from service.usecases.services import Services, StoreServices


def carry_out_deletion(
    services: Services, caller: Caller, deletion_id: DeletionId
) -> DeletionCase:
    """Destroy the data whose deletion the force approved: captures, and all versions of the entry.

    Raises NotPermittedError, NotFoundError, ConflictError (not decided, nothing approved, already
    carried out, an item of the person is restricted, or the data belongs to another person because
    a merge was undone).
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    with services.units.write() as unit:
        case = existing(unit.deletions.get(deletion_id))
        if not case.approved:
            raise ConflictError(
                "The force has not approved any deletion, so there is nothing to carry out."
            )
        existing(unit.people.person_row(case.person_id))
        people = same_person(unit, case.person_id)
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
        now = services.surroundings.clock()
        gone = unit.deletions.carry_out(case, caller.actor.user_id, now)
        event = DeletionCarriedOut(deletion_id, case.person_id, gone.versions, gone.captures)
        record(unit, services.surroundings, caller, event, Concern(case.owner))
        done = existing(unit.deletions.get(deletion_id))
        unit.commit()
    services.gallery.catch_up()
    return done


def _withdraw_entry(
    services: Services, unit: UnitOfWork, caller: Caller, case: DeletionCase
) -> None:
    """Make a new version of the record without the entry."""
    head = unit.records.versions(case.record_id)[-1]
    before = existing(unit.records.version(case.record_id, head.version))
    amendment = Amendment(
        (Withdraw(ItemId(case.item_id)),),
        AmendmentReason.REQUEST_OF_THE_PERSON,
        "Deleted by decision of the owning force.",
        SourceKind.FORCE_REPORT,
        str(case.deletion_id),
    )
    now = services.surroundings.clock()
    after = amended(before.items, amendment.changes, today=now.date())
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
    record(unit, services.surroundings, caller, event, Concern(case.owner))


CHASER = Caller(Actor(UserId("chaser"), Role.ADMINISTRATOR, None, frozenset()), Purpose.DELETION)
"""The actor that reminds forces: the service itself, which has no token."""

_AGAIN = timedelta(days=28)


def chase_late_deletions(
    services: StoreServices, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Remind forces of late cases, every 28 days for each case; return how many were reminded."""
    now = services.surroundings.clock()
    if is_stopped():
        return 0
    late = now - timedelta(days=clock_rule(CLOCK).count)
    with services.units.read() as unit:
        found = unit.deletions.undecided(late, _AGAIN, now.date())
    if not found:
        return 0
    with services.units.write() as unit:
        chased = sum(remind(services, unit, one) for one in found)
        unit.commit()
    return chased


def remind(services: StoreServices, unit: UnitOfWork, deletion_id: DeletionId) -> bool:
    """Remind a force of a case, in the current transaction.

    Returns False if another worker has already done so.
    """
    case, now = existing(unit.deletions.get(deletion_id)), services.surroundings.clock()
    number = case.chases + 1
    if not unit.deletions.chase(deletion_id, number, now.date()):
        return False
    event = DeletionChased(deletion_id, number, (now - case.opened_at).days)
    record(unit, services.surroundings, CHASER, event, Concern(case.owner))
    return True
