"""Restricting a person or items of a record, and lifting restrictions.

Restricted data is kept as evidence, and hidden from all but the force that holds the evidence. A
restricted person seems to be erased: in searches, names enquiries, requests, the exchange and
figures. Only the force that holds the evidence can read the data, and each reading is logged. The
person must be told before the restriction is lifted; then everything is as it was before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from domain.access.access import Caller, Role, Scope
from domain.errors import ConflictError, InvalidInputError, NotFoundError, existing
from domain.events.disclosure import RestrictedEvidenceRead, RestrictionBegun, RestrictionLifted
from domain.events.looking import LookKind
from domain.ids import EncounterId, ForceCode, PersonId, RecordId, RestrictionId, UserId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.amendments import Amendment, AmendmentReason, RecordVersion, SourceKind
from domain.people.items import ItemId, Items
from domain.plain_text import require_words
from domain.retention.disclosure import (
    RestrictedRecord,
    Restriction,
    RestrictionGround,
    brought_back,
    with_entry,
    without,
)
from rules.offence_codes import titled
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import Concern, look, record
from service.usecases.people.amending import live_version_of, store_amended, withdraw_taken_back
from service.usecases.people.merging import claimed_human
from service.usecases.people.offence_tables import offence_table
from service.usecases.services import Services, StoreServices

# The next version of the record lacks the item, and the versions that hold it are withheld, so
# code that reads records needs no check for restrictions. Lifting the restriction makes a version
# that holds the item again, under the same id and in its old place.


@dataclass(frozen=True, slots=True)
class RestrictItem:
    """An item to restrict, with the ground, the reasons, and the force that holds the evidence."""

    caller: Caller
    record_id: RecordId
    item_id: ItemId
    ground: RestrictionGround
    holder: ForceCode
    reasons: str


@dataclass(frozen=True, slots=True)
class Restrict:
    """A person to restrict, with the ground, the reasons, and the force holding the evidence."""

    caller: Caller
    person_id: PersonId
    ground: RestrictionGround
    holder: ForceCode
    reasons: str


def restrict_item(services: Services, command: RestrictItem) -> Restriction:
    """Restrict an item of a record and its parts: they are hidden at once, everywhere.

    Raises NotPermittedError, NotFoundError (no such item, withdrawn, or already restricted),
    InvalidInputError (no reasons), ConflictError (the only name, or an erasure is open),
    StaleRecordError (the record was amended at the same time).
    """
    command.caller.actor.require(Scope.RESTRICT)
    require_words(command.reasons, "/reasons")
    with services.units.begin() as unit:
        before = existing(live_version_of(unit, command.record_id))
        restriction = replace(
            _begun(services, command, before.head.person_id),
            record_id=command.record_id,
            item_id=command.item_id,
            version=before.head.version + 1,
        )
        people = claimed_human(unit, restriction.person_id)
        after = without(before.items, command.item_id)
        _store(services, unit, command.caller, (before, after))
        unit.restrictions.begin_item(restriction, people)
        event = RestrictionBegun.of(restriction, person_ids=(restriction.person_id,))
        record(services, unit, command.caller, event)
    services.gallery.catch_up()
    return restriction


def _begun(
    services: Services, command: RestrictItem | Restrict, person_id: PersonId
) -> Restriction:
    return Restriction(
        RestrictionId(services.new_id()),
        person_id,
        command.ground,
        command.holder,
        command.reasons,
        begun_by=command.caller.actor.user_id,
        begun_at=services.now(),
    )


def _store(
    services: StoreServices, unit: UnitOfWork, caller: Caller, change: tuple[RecordVersion, Items]
) -> None:
    """Store a new version. Its text is the same whether an item was removed or brought back."""
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
    """Make a new version of the record that again holds the item of a restriction.

    Raises ConflictError if the person, or the entry that the item is part of, is also restricted,
    or if another item has taken its place in the record.
    """
    record_id, item_id = existing(restriction.record_id), existing(restriction.item_id)
    live = live_version_of(unit, record_id)
    if live is None:
        raise ConflictError(
            "All of the person's data is also restricted: lift that restriction first."
        )
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
    """Return what an item's restriction hides: the item with its parts and its entry."""
    record_id, item_id = existing(restriction.record_id), existing(restriction.item_id)
    head = unit.records.versions(record_id)[0]
    held = with_entry(unit.restrictions.items_before(restriction), item_id)
    return (RestrictedRecord(record_id, restriction.person_id, head.force, held),)


@dataclass(frozen=True, slots=True)
class Lift:
    """A restriction to lift; `told_on` is the day on which the person was told."""

    caller: Caller
    restriction_id: RestrictionId
    told_on: date
    reasons: str


@dataclass(frozen=True, slots=True)
class RestrictedEvidence:
    """The data that a restriction hides, as shown to the force that holds the evidence."""

    restriction: Restriction
    records: tuple[RestrictedRecord, ...]
    """The records in their newest versions."""
    captures: tuple[EncounterId, ...]


def restrict(services: Services, command: Restrict) -> Restriction:
    """Restrict a person and everyone merged with them: they are hidden at once, everywhere.

    Raises NotPermittedError, NotFoundError (unknown, erased, or already restricted),
    InvalidInputError (no reasons), ConflictError (an erasure of the person is open).
    """
    command.caller.actor.require(Scope.RESTRICT)
    require_words(command.reasons, "/reasons")
    restriction = _begun(services, command, command.person_id)
    with services.units.begin() as unit:
        existing(unit.people.person_row(command.person_id))
        # People merged with this person are the same human being.
        people = claimed_human(unit, command.person_id)
        unit.restrictions.begin(restriction, people)
        event = RestrictionBegun(
            restriction.restriction_id, people, restriction.ground, restriction.holder
        )
        record(services, unit, command.caller, event)
    services.gallery.catch_up()
    return restriction


def lift(services: Services, command: Lift) -> Restriction:
    """Lift a restriction after the person has been told, and show the data again.

    Only items of old records whose lot has been taken back meanwhile stay hidden: they are
    withdrawn. Raises NotPermittedError, NotFoundError, InvalidInputError (no reasons, or a day in
    the future), ConflictError (the person was told before the restriction began, it is already
    lifted, or the item cannot be brought back yet).
    """
    command.caller.actor.require(Scope.RESTRICT)
    require_words(command.reasons, "/reasons")
    now = services.now()
    with services.units.begin() as unit:
        found = existing(unit.restrictions.get(command.restriction_id))
        if not found.is_open:
            raise ConflictError("This restriction has already been lifted.")
        if command.told_on > office_day(now):
            raise InvalidInputError(
                "The day on which the person was told is in the future: tell the person "
                "first, then lift the restriction.",
                pointer="/told_on",
            )
        if command.told_on < office_day(found.begun_at):
            raise ConflictError(
                "The notice to the person is older than the restriction: send a new notice first."
            )
        lifted = replace(
            found,
            told_on=command.told_on,
            lifted_by=command.caller.actor.user_id,
            lifted_at=now,
            lifting_reasons=command.reasons,
        )
        people = unit.restrictions.hidden_by(found.restriction_id)
        if found.item_id is not None:
            people = (found.person_id,)
            bring_back(services, unit, command.caller, found)
        unit.restrictions.end(lifted)
        withdraw_taken_back(services, unit, command.caller, people)
        record(services, unit, command.caller, RestrictionLifted(found.restriction_id, people))
    services.gallery.catch_up()
    return lifted


def restrictions(
    services: StoreServices, caller: Caller, *, is_open: bool, before: str | None, limit: int
) -> ListPage[Restriction, str]:
    """Return restrictions that are in force, or those that were lifted, newest first.

    A force sees only restrictions whose evidence it holds. Raises NotPermittedError.
    """
    holder = _holder(caller)
    with services.units.read() as unit:
        page = unit.restrictions.page(is_open=is_open, holder=holder, before=before, limit=limit)
    shown = chain.from_iterable((one.restriction_id, one.person_id) for one in page.items)
    look(services, caller, LookKind.RESTRICTIONS, shown)
    return page


def restriction(
    services: StoreServices, caller: Caller, restriction_id: RestrictionId
) -> Restriction:
    """Return one restriction. Raises NotPermittedError, NotFoundError."""
    holder = _holder(caller)
    with services.units.read() as unit:
        found = existing(unit.restrictions.get(restriction_id))
    if holder not in (None, found.holder):
        raise NotFoundError
    look(services, caller, LookKind.RESTRICTION, (restriction_id, found.person_id))
    return found


def _holder(caller: Caller) -> ForceCode | None:
    """Return the force whose restrictions the caller may see; None if the caller may see all."""
    caller.actor.require(Scope.READ_RESTRICTIONS)
    return caller.require_force() if caller.actor.role is Role.FORCE else None


def restricted_evidence(
    services: StoreServices, caller: Caller, restriction_id: RestrictionId
) -> RestrictedEvidence:
    """Return the data that a restriction hides to the force that holds it, and log the access.

    Raises NotPermittedError, NotFoundError (unknown, lifted, or held by another force).
    """
    caller.actor.require(Scope.READ_RESTRICTED)
    force = caller.require_force()
    with services.units.begin() as unit:
        found = existing(unit.restrictions.get(restriction_id))
        if found.holder != force or not found.is_open:
            raise NotFoundError
        is_item = found.item_id is not None
        hidden_records = (
            hidden_item(unit, found) if is_item else unit.restrictions.records(restriction_id)
        )
        evidence = RestrictedEvidence(
            found,
            titled(offence_table(unit), hidden_records),
            unit.restrictions.captures(restriction_id),
        )
        hidden = unit.restrictions.hidden_by(restriction_id)
        event = RestrictedEvidenceRead(
            restriction_id,
            hidden or (found.person_id,),
            tuple(one.record_id for one in evidence.records),
        )
        record(services, unit, caller, event, Concern(force))
    return evidence


def people_behind(services: StoreServices, found: Iterable[Restriction]) -> Mapping[UserId, str]:
    """Return the names of the people who began and lifted restrictions, by account id."""
    steps = [(each.begun_by, each.lifted_by) for each in found]
    acting = {user for step in steps for user in step if user is not None}
    with services.units.read() as unit:
        return {**{user: user for user in acting}, **unit.accounts.names(sorted(acting))}
