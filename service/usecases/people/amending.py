"""Amending a record: its next version, the numbers issued for its person, and the withdrawal of
items that no frame supports.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.conversion.content import items_without_a_frame
from domain.errors import ConflictError, StaleRecordError
from domain.events.people import NumberIssued, RecordAmended
from domain.ids import FrameId, PersonId, RecordId
from domain.office_days import office_day
from domain.people import amendments
from domain.people.amending import amended
from domain.people.claims import joined_nationalities, own_nationalities
from domain.people.identifiers import IssuedNumber, NumberKind, NumberSeries
from domain.people.items import ItemKind, Items
from domain.plain_text import require_words
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import record
from service.usecases.people.merging import claimed_human, same_person
from service.usecases.people.records import live_head, version_of
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class AmendRecord:
    """An amendment of a record that the caller's force owns."""

    caller: Caller
    record_id: RecordId
    expected_version: int
    """The live version to which the changes apply."""
    amendment: amendments.Amendment
    idempotency: IdempotencyKey | None = None


def amend_record(services: Services, command: AmendRecord) -> int:
    """Store the next version of a record and return its number; searches use it at once.

    Raises NotPermittedError, NotFoundError (not a record of the caller's force),
    PayloadErasedError, StaleRecordError, ConflictError (the person is merged into another, or an
    item is already withdrawn), InvalidInputError (no reason or source, or a change that `amended`
    refuses), IdempotencyConflictError.
    """
    command.caller.actor.require(Scope.AMEND_RECORDS)
    command.caller.require_force()
    _check_words(command.amendment)
    with services.units.begin() as unit:
        earlier = claimed(unit, command.caller, command.idempotency)
        if earlier is not None:
            return int(earlier)
        before = version_read(unit, command.caller, command.record_id, command.expected_version)
        after = amended(before.items, command.amendment.changes, today=services.today())
        version = store_amended(services, unit, command.caller, (before, after), command.amendment)
        remember(services, unit, command.caller, command.idempotency, str(version))
    return version


def _check_words(amendment: amendments.Amendment) -> None:
    require_words(amendment.words, "/reason_text")
    require_words(amendment.reference, "/source_reference", "Name the source of the correction.")


def version_read(
    unit: UnitOfWork, caller: Caller, record_id: RecordId, expected: int
) -> amendments.RecordVersion:
    """Return the live version of a record, which must be the version that the caller read.

    Raises NotFoundError, PayloadErasedError, ConflictError (merged), StaleRecordError.
    """
    head = live_head(unit, caller, record_id)
    if unit.merges.survivor(head.person_id) is not None:
        detail = "The person has been merged into another person: amend that person's record."
        raise ConflictError(detail)
    if head.version != expected:
        detail = "The record has a newer version: read that version and make the changes to it."
        raise StaleRecordError(detail, pointer="/expected_version")
    return version_of(unit, head)


def store_amended(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    change: tuple[amendments.RecordVersion, Items],
    amendment: amendments.Amendment,
) -> int:
    """Store a version of a record and its event, in the current transaction; return its number.

    `change` is the live version and the items after the change. Records merged with this one have
    its nationalities too. Raises StaleRecordError, NotFoundError.
    """
    before, after = change
    now, by = services.now(), caller.actor.user_id
    people: tuple[PersonId, ...] = ()
    if own_nationalities(before.items) != own_nationalities(after):
        people = claimed_human(unit, before.head.person_id)
    version, log_size = unit.records.amend(before, after, amendment, by=by, at=now)
    counts = Counter(change.change for change in amendments.changes_between(before.items, after))
    event = RecordAmended(
        before.head.record_id,
        before.head.person_id,
        version=version,
        log_size=log_size,
        reason=amendment.reason,
        source=amendment.source,
        added=counts[amendments.ChangeKind.ADDED],
        corrected=counts[amendments.ChangeKind.CORRECTED],
        withdrawn=counts[amendments.ChangeKind.WITHDRAWN],
    )
    record(services, unit, caller, event)
    join_nationalities(services, unit, caller, people)
    return version


def live_version_of(unit: UnitOfWork, record_id: RecordId) -> amendments.RecordVersion | None:
    """Return the live version of a record; None if it is erased or hidden."""
    live = next((one for one in unit.records.versions(record_id) if one.is_live), None)
    return None if live is None else unit.records.version(record_id, live.version)


def join_nationalities(
    services: StoreServices, unit: UnitOfWork, caller: Caller, people: Sequence[PersonId]
) -> None:
    """Give each record of one person the nationalities of all; the duties to States follow.

    Call it in the transaction that merges or parts people. Raises StaleRecordError.
    """
    rows = [row for one in people if (row := unit.people.person_row(one)) is not None]
    found = [one.record_id for one in unit.people.records_of(rows).values()]
    live = [one for record_id in found if (one := live_version_of(unit, record_id)) is not None]
    today = services.today()
    for version in live:
        others = (one.items for one in live if one is not version)
        changes = joined_nationalities(version.items, others)
        if changes:
            amendment = amendments.Amendment(
                changes,
                amendments.AmendmentReason.NEW_INFORMATION,
                "Two people decided which records are of this person.",
                amendments.SourceKind.DOCUMENT,
                "records of one person",
            )
            after = amended(version.items, changes, today=today)
            store_amended(services, unit, caller, (version, after), amendment)


def withdraw_taken_back(
    services: StoreServices, unit: UnitOfWork, caller: Caller, people: Sequence[PersonId]
) -> None:
    """Withdraw from people's records all items whose frames have all been taken back.

    Such items exist if they were hidden by a restriction, or by an erasure that was called back,
    while their lot was taken back.
    """
    for record_id, label in unit.conversion_writings.taken_back_of(people):
        withdraw_unfounded(services, unit, caller, record_id, (None, label))


def withdraw_unfounded(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    record_id: RecordId,
    leaving: tuple[FrameId | None, str],
) -> tuple[int | None, int]:
    """Withdraw the items that no frame supports once `leaving` is removed.

    `leaving` is the frame to remove, if any, and the label of its lot. Returns the new version, or
    None, and the number of items withdrawn.
    """
    frame_id, label = leaving
    before = live_version_of(unit, record_id)
    if before is None:
        return None, 0
    unfounded = items_without_a_frame(unit.conversion_writings.sources(record_id), frame_id)
    gone = [item.item_id for item in before.items.held if item.item_id in unfounded]
    if not gone:
        return None, 0
    amendment = amendments.Amendment(
        tuple(amendments.Withdraw(one) for one in gone),
        amendments.AmendmentReason.RECORDED_IN_ERROR,
        "The lot of old records that this was read from was withdrawn or rejected.",
        amendments.SourceKind.DOCUMENT,
        label,
    )
    after = amended(before.items, amendment.changes, today=services.today())
    return store_amended(services, unit, caller, (before, after), amendment), len(gone)


_ITEMS = {NumberKind.PNC: ItemKind.PNC_ID, NumberKind.CRO: ItemKind.CRO_NUMBER}
_ATTEMPTS = 50
"""One of the competing processes wins each attempt. So this many attempts fail only if more
processes than this ask at once."""


@dataclass(frozen=True, slots=True)
class IssueNumber:
    """A number to issue for the person of a record that the caller's force owns."""

    caller: Caller
    record_id: RecordId
    expected_version: int
    kind: NumberKind


@dataclass(frozen=True, slots=True)
class NumberedRecord:
    """The issued number, and the version of the record that contains it."""

    number: str
    """The number that was issued."""
    version: int
    """Number of the version, 1 for the first."""


def issue_number(services: Services, command: IssueNumber) -> NumberedRecord:
    """Issue the next number of the year and add it to the record, in one transaction.

    Raises NotPermittedError, NotFoundError, PayloadErasedError, StaleRecordError, ConflictError
    (not the issuer, the person already has a number of this kind, or is merged into another),
    InvalidIdentifierError if the year has no number left.
    """
    command.caller.actor.require(Scope.AMEND_RECORDS)
    command.caller.require_force()
    for _ in range(_ATTEMPTS):
        if (issued := _issued(services, command)) is not None:
            return issued
    raise ConflictError("Other officers are issuing numbers at the same moment: try again.")


def _issued(services: Services, command: IssueNumber) -> NumberedRecord | None:
    """Issue a number. Return None if another process was first (on PostgreSQL); then try again."""
    now, caller = services.now(), command.caller
    with services.units.write() as unit:
        before = version_read(unit, caller, command.record_id, command.expected_version)
        if not services.issues_numbers:
            raise ConflictError(
                "This installation does not issue numbers for people: ask the office that does."
            )
        person_id = before.head.person_id
        _demand_none(unit, command, [one.kind for one in before.items.held])
        serial = unit.issued_numbers.next_serial(command.kind, now.year)
        text = command.kind.text(now.year, serial)
        number = IssuedNumber(
            *(services.new_id(), command.kind, now.year, serial),
            *(person_id, command.record_id, caller.actor.user_id, now),
        )
        if not unit.issued_numbers.issue(number):
            return None
        event = NumberIssued(number.number_id, command.record_id, person_id, command.kind)
        record(services, unit, caller, event)
        amendment = _amendment(number.number_id, amendments.Add(_ITEMS[command.kind], text))
        after = amended(before.items, amendment.changes, today=office_day(now))
        version = store_amended(services, unit, caller, (before, after), amendment)
        unit.commit()
    return NumberedRecord(text, version)


def _demand_none(unit: UnitOfWork, command: IssueNumber, held: list[ItemKind]) -> None:
    person_id = unit.records.versions(command.record_id)[-1].person_id
    people = same_person(unit, person_id)
    if _ITEMS[command.kind] in held or unit.issued_numbers.held(people, command.kind):
        raise ConflictError("The person already has a number of this kind.")


def _amendment(number_id: str, change: amendments.Add) -> amendments.Amendment:
    return amendments.Amendment(
        (change,),
        amendments.AmendmentReason.NEW_INFORMATION,
        "The number that this office issued.",
        amendments.SourceKind.DOCUMENT,
        f"issue {number_id}",
    )


def issued_series(services: Services, caller: Caller) -> tuple[NumberSeries, ...]:
    """Return an account of all numbers that were issued here, by kind and year; it names nobody.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        return unit.issued_numbers.series()
