"""A result of a court attached to the record of its person, as an amendment with its source."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.access import Caller, Scope
from domain.amending import amended
from domain.amendments import (
    Add,
    Amendment,
    AmendmentReason,
    RecordVersion,
    SourceKind,
)
from domain.errors import ConflictError, NotFoundError
from domain.events.agencies import AsnResultAttached
from domain.identifiers import plain_asn
from domain.ids import EventType, RecordId
from domain.items import Item, ItemKind
from domain.people import ArrestReport, Disposal, DisposalType, Offence
from service.storage.agencies.asns import AsnResult
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import store_amended, version_read
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class AttachResult:
    """The result that came under a number, and the record that it belongs to."""

    caller: Caller
    asn: str
    record_id: RecordId
    expected_version: int
    """The live version of the record that the caller has seen."""
    disposal: DisposalType
    """How the officer reads the words of the court."""
    offence: Offence
    """For a record that does not list the number yet; else its own offences stand."""


def attach_result(services: StoreServices, command: AttachResult) -> int:
    """Put a court's result on a record of the caller's office, and return the version.

    A record that tells it already stays as it is, whoever holds it. The result no longer waits.
    Raises NotPermittedError, NotFoundError (no result under this number, or no record),
    PayloadErasedError, ConflictError (attached already, or another force has to amend its record
    first), StaleRecordError, InvalidInputError (a day that cannot be).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    force = command.caller.require_force()
    with services.units.write() as unit:
        result = existing(unit.asns.matched(plain_asn(command.asn)))
        request_id = existing(result.request_id)
        if unit.events.about(request_id, [EventType(AsnResultAttached.event_type)]):
            raise ConflictError("This result is already on a record.")
        before = version_read(unit, command.caller, command.record_id, command.expected_version)
        version = before.head.version
        if not _is_told(before.items.held, result):
            if before.head.force != force:
                raise ConflictError("Another force owns this record: ask that force to amend it.")
            version = _amend(services, unit, command, (before, result))
        person_id = before.head.person_id
        event = AsnResultAttached(request_id, command.record_id, person_id, version=version)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return version


def _amend(
    services: StoreServices,
    unit: UnitOfWork,
    command: AttachResult,
    found: tuple[RecordVersion, AsnResult],
) -> int:
    before, result = found
    amendment = Amendment(
        (_change(command, before, result),),
        AmendmentReason.COURT_RESULT,
        "The result that a court told under the Arrest Summons Number.",
        SourceKind.COURT,
        f"ASN {result.asn}, result {result.result_id}",
    )
    today = services.surroundings.clock().date()
    after = amended(before.items, amendment.changes, today=today)
    return store_amended(services, unit, command.caller, (before, after), amendment)


def _change(command: AttachResult, before: RecordVersion, result: AsnResult) -> Add:
    """Return the disposal under the listed offence, or the whole entry where none is listed."""
    disposal = Disposal(command.disposal, result.result_on, result.words)
    listed = _listed(before.items.held, result.asn)
    if listed is not None:
        return Add(ItemKind.DISPOSAL, disposal, listed.item_id)
    offence = replace(command.offence, disposals=(disposal,))
    force = command.caller.require_force()
    entry = ArrestReport(result.asn, force, offence.committed_on, (offence,))
    return Add(ItemKind.ARREST_REPORT, entry)


def _is_told(held: tuple[Item, ...], result: AsnResult) -> bool:
    """Whether an offence under the number of a result has a disposal on its day."""
    listed = _listed(held, result.asn)
    return listed is not None and any(
        isinstance(one.value, Disposal) and one.value.on == result.result_on
        for one in held
        if one.parent == listed.item_id
    )


def _listed(held: tuple[Item, ...], asn: str) -> Item | None:
    """Return the first offence of the entry with this number; None where there is no such entry.

    Raises NotFoundError for an entry without an offence.
    """
    entries = [
        one
        for one in held
        if isinstance(one.value, ArrestReport) and plain_asn(one.value.asn) == asn
    ]
    if not entries:
        return None
    offence = next((one for one in held if one.parent == entries[0].item_id), None)
    if offence is None:
        raise NotFoundError
    return offence
