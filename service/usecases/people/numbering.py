"""Issuing numbers for people on record, if this installation is their issuer, and accounting for
them.
"""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.errors import ConflictError
from domain.events.people import NumberIssued
from domain.ids import RecordId
from domain.people.amending import amended
from domain.people.amendments import Add, Amendment, AmendmentReason, SourceKind
from domain.people.identifiers import IssuedNumber, NumberKind, NumberSeries
from domain.people.items import ItemKind
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.amending import store_amended, version_read
from service.usecases.people.merging import same_person
from service.usecases.services import Services

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
    now, caller = services.surroundings.clock(), command.caller
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
            *(services.surroundings.new_id(), command.kind, now.year, serial),
            *(person_id, command.record_id, caller.actor.user_id, now),
        )
        if not unit.issued_numbers.issue(number):
            return None
        event = NumberIssued(number.number_id, command.record_id, person_id, command.kind)
        record(unit, services.surroundings, caller, event)
        amendment = _amendment(number.number_id, Add(_ITEMS[command.kind], text))
        after = amended(before.items, amendment.changes, today=now.date())
        version = store_amended(services, unit, caller, (before, after), amendment)
        unit.commit()
    return NumberedRecord(text, version)


def _demand_none(unit: UnitOfWork, command: IssueNumber, held: list[ItemKind]) -> None:
    person_id = unit.records.versions(command.record_id)[-1].person_id
    people = same_person(unit, person_id)
    if _ITEMS[command.kind] in held or unit.issued_numbers.held(people, command.kind):
        raise ConflictError("The person already has a number of this kind.")


def _amendment(number_id: str, change: Add) -> Amendment:
    return Amendment(
        (change,),
        AmendmentReason.NEW_INFORMATION,
        "The number that this office issued.",
        SourceKind.DOCUMENT,
        f"issue {number_id}",
    )


def issued_series(services: Services, caller: Caller) -> tuple[NumberSeries, ...]:
    """Return an account of all numbers that were issued here, by kind and year; it names nobody.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        return unit.issued_numbers.series()
