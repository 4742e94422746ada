"""Convictions that their source no longer lets be kept: listed, and destroyed by two people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.agencies.matters import WAITING, Matter, MatterState, Step
from domain.errors import ConflictError
from domain.exchange.contents import details_of
from domain.ids import RecordId
from domain.people.amendments import (
    Amendment,
    AmendmentReason,
    RecordVersion,
    SourceKind,
    Withdraw,
)
from domain.people.claims import new_claims
from domain.people.convictions import Conviction
from domain.people.items import Item, ItemId
from service.storage.people.keepings import EndedKeeping
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.told import forget_message, version_of
from service.usecases.existing import existing
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.people.merging import same_person
from service.usecases.people.rehoming import At
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Overdue:
    """A conviction that its source no longer lets be kept, and the matter that added it."""

    keeping: EndedKeeping
    matter_id: str | None
    """None if its force entered the conviction itself."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A matter's conviction on the live version of a record, after its last day."""

    now: RecordVersion
    item_id: ItemId
    kept_until: date


def overdue(unit: UnitOfWork, today: date, limit: int) -> tuple[Overdue, ...]:
    """Return the convictions to remove, those of the earliest day first."""
    return tuple(Overdue(one, _matter_of(unit, one)) for one in unit.keepings.ended(today, limit))


def _matter_of(unit: UnitOfWork, keeping: EndedKeeping) -> str | None:
    place = (keeping.record_id, keeping.item_id)
    found = unit.matters.on_record(keeping.record_id)
    return next((one.matter_id for one in found if place in _places([one])), None)


def _attached(matter: Matter) -> Iterator[Step]:
    return (one for one in matter.steps if one.state is MatterState.ATTACHED)


def _places(versions: Sequence[Matter]) -> list[tuple[RecordId, ItemId]]:
    """Return where convictions of other countries are or were on record."""
    return [
        (step.record_id, ItemId(item_id))
        for one in versions
        if one.told is not None
        for step in _attached(one)
        for _, item_id in step.laid
        if step.record_id is not None
    ]


def ending_of(unit: UnitOfWork, matter: Matter, today: date) -> Ending | None:
    """Return the conviction of a matter if its source no longer lets it be kept, or None.

    What the record says counts: a later message, or an amendment, may have moved the day.
    """
    places = _places([matter])
    if not places:
        return None
    record_id, item_id = places[-1]
    now = live_version_of(unit, record_id)
    held = None if now is None else now.items.get(item_id)
    if now is None or held is None or not isinstance(held.value, Conviction):
        return None
    until = held.value.restrictions.retention_end
    return Ending(now, item_id, until) if until is not None and until < today else None


def ended_on(services: StoreServices, matter: Matter) -> date | None:
    """Return the last day on which the source of a matter let it be kept, if it is over, for a
    page that has already recorded its access.
    """
    with services.units.read() as unit:
        found = ending_of(unit, matter, services.surroundings.clock().date())
    return None if found is None else found.kept_until


def end_keeping(at: At, matter: Matter, ending: Ending) -> int:
    """Destroy the conviction in every version of a record, in its matter and in its messages.

    Return the new version of the record. Raises ConflictError if a later version of the conviction
    waits, or an item of the person is restricted.
    """
    unit, now = at.unit, ending.now
    versions = unit.matters.under(matter.source, matter.reference.rpartition("/")[0] + "/")
    if any(one.state in WAITING and version_of(one) > version_of(matter) for one in versions):
        raise ConflictError(
            "A later version of this conviction is in the inbox: decide on that version first."
        )
    if unit.restrictions.has_items(same_person(unit, now.head.person_id)):
        # All versions are destroyed, and so would be the item that is kept as evidence.
        raise ConflictError(
            "An item on this person's record is restricted: lift the restriction first."
        )
    gone = [one for one in versions if one.state not in WAITING]
    claims = {one.item_id for version in gone for one in _claims(unit, version, now)}
    changes = tuple(map(Withdraw, (ending.item_id, *sorted(claims))))
    amendment = Amendment(
        changes,
        AmendmentReason.NEW_INFORMATION,
        f"Its source lets it be kept until {ending.kept_until}.",
        SourceKind.DOCUMENT,
        f"keeping of matter {matter.matter_id}",
    )
    change = (now, at.changed(now, changes))
    made = store_amended(at.services, unit, at.caller, change, amendment)
    unit.keepings.destroy(matter.matter_id, matter.last.number + 1, _places(gone))
    unit.matters.erase([one.matter_id for one in gone])
    forget_message(unit, matter)
    return made


def _claims(unit: UnitOfWork, matter: Matter, now: RecordVersion) -> Iterator[Item]:
    """Yield the details about its person that a record has only from a matter."""
    for step in _attached(matter):
        if matter.told is None or step.record_id != now.head.record_id:
            continue
        before = _readable_before(unit, step)
        added = new_claims(before.items, details_of(matter.told.person)) if before else ()
        told = {(one.kind, one.value) for one in added}
        known = {one.item_id for one in before.items.held} if before else set()
        for one in now.items.held:
            if (one.kind, one.value) in told and one.item_id not in known:
                yield one


def _readable_before(unit: UnitOfWork, step: Step) -> RecordVersion | None:
    """Return the newest version before a step that is not destroyed.

    The version just before may have been destroyed with another conviction.
    """
    number = existing(step.version)
    earlier = (
        unit.records.version(existing(step.record_id), one) for one in range(number - 1, 0, -1)
    )
    return next((one for one in earlier if one is not None), None)
