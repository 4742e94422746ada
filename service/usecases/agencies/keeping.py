"""Convictions that their source no longer lets be kept: listed, and destroyed by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.agencies.matters import WAITING, Matter
from domain.errors import ConflictError
from domain.people.amendments import (
    Amendment,
    AmendmentReason,
    RecordVersion,
    SourceKind,
    Withdraw,
)
from domain.people.convictions import Conviction
from domain.people.items import ItemId
from service.storage.agencies.matters import EndedKeeping
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.told import forget_message, is_deleted, places_of, version_of
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.people.merging import same_person
from service.usecases.people.rehoming import At, claims_by, take_off
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Overdue:
    """A conviction that its source no longer lets be kept, and its matter."""

    kept_until: date
    matter_id: str | None
    """None if its force entered the conviction itself."""
    keeping: EndedKeeping | None = None
    """Where it is on record; None if its matter is on no record."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A matter's conviction on the live version of a record, that may no longer be kept."""

    now: RecordVersion
    item_id: ItemId
    kept_until: date | None
    """The last day; None if its State deleted the conviction."""


def overdue(unit: UnitOfWork, today: date, limit: int) -> tuple[Overdue, ...]:
    """Return the convictions to remove, those of the earliest day first."""
    ended, past = unit.keepings.ended(today, limit), unit.matters.past(today, limit)
    on_record = (Overdue(one.kept_until, _matter_of(unit, one), one) for one in ended)
    others = (Overdue(one.kept_until or today, one.matter_id) for one in past)
    return tuple(sorted([*on_record, *others], key=lambda one: one.kept_until)[:limit])


def _matter_of(unit: UnitOfWork, keeping: EndedKeeping) -> str | None:
    place = (keeping.record_id, keeping.item_id)
    found = unit.matters.on_record(keeping.record_id)
    return next((one.matter_id for one in found if place in places_of([one])), None)


def is_over(matter: Matter, today: date) -> bool:
    """Whether the last day on which its source lets a matter be kept is over."""
    return matter.kept_until is not None and matter.kept_until < today


def ending_of(unit: UnitOfWork, matter: Matter, today: date) -> Ending | None:
    """Return the conviction of a matter if it may no longer be kept, or None.

    What the record says counts: a later message, or an amendment, may have moved the day.
    """
    places = places_of([matter])
    if not places or not matter.is_on_record:
        return None
    record_id, item_id = places[-1]
    now = live_version_of(unit, record_id)
    held = None if now is None else now.items.get(item_id)
    if now is None or held is None or not isinstance(held.value, Conviction):
        return None
    if is_deleted(matter):
        return Ending(now, item_id, None)
    until = held.value.restrictions.retention_end
    return Ending(now, item_id, until) if until is not None and until < today else None


def ended_on(services: StoreServices, matter: Matter) -> date | None:
    """Return the last day on which the source of a matter let it be kept, if it is over, for a
    page that has already recorded its access.
    """
    today = services.surroundings.clock().date()
    if not matter.is_on_record:
        return matter.kept_until if is_over(matter, today) else None
    with services.units.read() as unit:
        found = ending_of(unit, matter, today)
    return None if found is None else found.kept_until


@dataclass(frozen=True, slots=True)
class Ended:
    """What was destroyed: the content of a matter, and of the record that it was on."""

    kept_until: date | None
    """The day that is over; None if its State deleted the conviction."""
    now: RecordVersion | None = None
    """The version of the record before."""
    made: int | None = None
    """The version of the record without the conviction."""


def take_away(at: At, matter: Matter) -> Ended | None:
    """Take a matter off its record, or out of the inbox. Return what was destroyed, because its
    source no longer lets it be kept; None if the matter is to wait again.

    Raises ConflictError if what the matter added has changed, a later version of the conviction
    waits, or an item of the person is restricted.
    """
    if not matter.is_on_record:
        at.unit.matters.erase([matter.matter_id])
        forget_message(at.unit, matter)
        return Ended(matter.kept_until)
    ending = ending_of(at.unit, matter, at.services.surroundings.clock().date())
    if ending is None:
        take_off(at, matter)
        return None
    gone = _versions_gone(at.unit, matter, ending.now)
    made = _withdraw(at, matter, ending, gone)
    at.unit.keepings.destroy(matter.matter_id, matter.last.number + 1, places_of(gone))
    at.unit.matters.erase([one.matter_id for one in gone])
    forget_message(at.unit, matter)
    return Ended(ending.kept_until, ending.now, made)


def _versions_gone(unit: UnitOfWork, matter: Matter, now: RecordVersion) -> list[Matter]:
    """Return the versions of a conviction that go with a matter."""
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
    return [one for one in versions if one.state not in WAITING]


def _withdraw(at: At, matter: Matter, ending: Ending, gone: Sequence[Matter]) -> int:
    """Store the version of the record without the conviction and what its source told about the
    person; return its number.
    """
    now = ending.now
    claims = {one.item_id for version in gone for one in claims_by(at.unit, version, now)}
    changes = tuple(map(Withdraw, (ending.item_id, *sorted(claims))))
    amendment = Amendment(
        changes,
        AmendmentReason.NEW_INFORMATION,
        "Its State deleted it."
        if ending.kept_until is None
        else f"Its source lets it be kept until {ending.kept_until}.",
        SourceKind.DOCUMENT,
        f"keeping of matter {matter.matter_id}",
    )
    change = (now, at.changed(now, changes))
    return store_amended(at.services, at.unit, at.caller, change, amendment)
