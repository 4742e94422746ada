"""Restricting one item of a record with its parts, while everything else of it serves on.

The next version of the record lacks the item, and the versions that hold it are withheld: what
reads records does not find it, and is not asked to look away. Lifting it makes a version that
holds it again, under the same id and in its old place.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.amendments import Amendment, AmendmentReason, RecordVersion, SourceKind
from domain.disclosure.restricted_items import brought_back, with_entry, without
from domain.disclosure.restriction import (
    RestrictedRecord,
    Restriction,
    RestrictionGround,
    check_reasons,
)
from domain.errors import ConflictError, NotFoundError
from domain.events.disclosure import RestrictionBegun
from domain.ids import ForceCode, RecordId, RestrictionId
from domain.items import ItemId, Items
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import store_amended
from service.usecases.people.merging import same_person
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class RestrictItem:
    """An item to restrict, with the ground, the reasons, and the holder of the evidence."""

    caller: Caller
    record_id: RecordId
    item_id: ItemId
    ground: RestrictionGround
    holder: ForceCode
    reasons: str


def restrict_item(services: Services, command: RestrictItem) -> Restriction:
    """Restrict an item of a record and its parts: they are hidden at once, everywhere.

    Raises NotPermittedError, NotFoundError (no such item, withdrawn, or restricted already),
    InvalidInputError (no reasons), ConflictError (the only name, or an erasure is open),
    StaleRecordError (the record was amended meanwhile).
    """
    command.caller.actor.require(Scope.RESTRICT)
    check_reasons(command.reasons)
    with services.units.write() as unit:
        before = _live(unit, command.record_id)
        restriction = _begun(services, command, before)
        people = same_person(unit, restriction.person_id)
        after = without(before.items, command.item_id)
        _store(services, unit, command.caller, (before, after))
        unit.restrictions.begin_item(restriction, people)
        event = RestrictionBegun(
            restriction.restriction_id,
            (restriction.person_id,),
            restriction.ground,
            restriction.holder,
            restriction.record_id,
            restriction.item_id,
        )
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    services.gallery.catch_up()
    return restriction


def _begun(services: Services, command: RestrictItem, before: RecordVersion) -> Restriction:
    return Restriction(
        RestrictionId(services.surroundings.new_id()),
        before.head.person_id,
        command.ground,
        command.holder,
        command.reasons,
        begun_by=command.caller.actor.user_id,
        begun_at=services.surroundings.clock(),
        record_id=command.record_id,
        item_id=command.item_id,
        version=before.head.version + 1,
    )


def _live(unit: UnitOfWork, record_id: RecordId) -> RecordVersion:
    """Return the live version of a record; raises NotFoundError."""
    heads = [head for head in unit.records.versions(record_id) if head.is_live]
    if not heads:
        raise NotFoundError
    return existing(unit.records.version(record_id, heads[0].version))


def _store(
    services: StoreServices, unit: UnitOfWork, caller: Caller, change: tuple[RecordVersion, Items]
) -> None:
    """Store a version whose words are the same whether an item went or came."""
    amendment = Amendment(
        (),
        AmendmentReason.NEW_INFORMATION,
        "Brought in line with a decision of the office.",
        SourceKind.DOCUMENT,
        "Decision of the office",
    )
    store_amended(services, unit, caller, change, amendment)


def bring_back(
    services: StoreServices, unit: UnitOfWork, caller: Caller, restriction: Restriction
) -> None:
    """Make the version of the record that holds the item of a restriction again.

    Raises ConflictError: the person, or the entry that it is part of, is restricted too, or the
    record has another item in its place.
    """
    record_id, item_id = existing(restriction.record_id), existing(restriction.item_id)
    try:
        live = _live(unit, record_id)
    except NotFoundError:
        raise ConflictError(
            "The person is also restricted: lift that restriction first."
        ) from None
    held = unit.restrictions.items_before(restriction)
    above = {one.item_id for one in with_entry(held, item_id)} - {item_id}
    if any(unit.restrictions.is_item_restricted(record_id, one) for one in sorted(above)):
        raise ConflictError(
            "The entry that contains this item is restricted: lift that restriction first."
        )
    after = brought_back(live.items, held, item_id)
    if after != live.items:
        _store(services, unit, caller, (live, after))


def hidden_item(unit: UnitOfWork, restriction: Restriction) -> tuple[RestrictedRecord, ...]:
    """Return what the restriction of an item hides: the item with its parts and its entry."""
    record_id, item_id = existing(restriction.record_id), existing(restriction.item_id)
    head = unit.records.versions(record_id)[0]
    held = with_entry(unit.restrictions.items_before(restriction), item_id)
    return (RestrictedRecord(record_id, restriction.person_id, head.force, held),)
