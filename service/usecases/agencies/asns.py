"""Arrest Summons Numbers (ASNs) issued for agencies, and the court results received for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain import errors
from domain.access.access import Caller, Scope
from domain.agencies.agencies import IssuedAsn, ResultFate, fate_of, number_of
from domain.events.agencies import AsnIssued, AsnResultAttached, AsnResultReceived
from domain.events.looking import LookKind
from domain.ids import EventType, RecordId, RequestId
from domain.people import amendments
from domain.people.amending import amended
from domain.people.identifiers import plain_asn
from domain.people.items import Item, ItemKind, Items
from domain.people.partial_dates import refuse_future
from domain.people.people import ArrestReport, Disposal, DisposalType, Offence
from domain.requests.request_states import DECIDED, RequestState
from service.storage.agencies.agreements import AsnResult
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.people.amending import store_amended, version_read
from service.usecases.requests.kinds.office_work import RECORD_CREATION
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """A court result, with the Arrest Summons Number it was sent with."""

    caller: Caller
    asn: str
    result_on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class AsnList:
    """A page of the ASNs issued, all that are overdue for a result, and a page of the results
    that match no ASN.
    """

    issued: tuple[IssuedAsn, ...]
    silent: tuple[IssuedAsn, ...]
    unmatched: tuple[AsnResult, ...]
    next_before: str | None = None
    next_unmatched_before: str | None = None


def issue_asn(services: StoreServices, caller: Caller, request_id: RequestId) -> str:
    """Issue the Arrest Summons Number for a record that was agreed to, and return it.

    Raises NotPermittedError, NotFoundError, RequestStepError (another kind of request, or not
    released yet), ConflictError (the request already has a number).
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    force = caller.require_force()
    now = services.now()
    with services.units.begin() as unit:
        file = errors.existing(unit.requests.file(request_id))
        if file.request.kind != RECORD_CREATION.name:
            raise errors.RequestStepError(
                "An ASN can only be issued for a request to make a record on behalf of an agency."
            )
        is_released = file.state in DECIDED and file.state is not RequestState.REFUSED
        if not is_released:
            raise errors.RequestStepError("The request has not been released: decide on it first.")
        sequence = unit.asns.next_sequence(now.year)
        asn = number_of(now.year, sequence, force)
        issued = IssuedAsn(
            asn,
            now.year,
            sequence,
            request_id,
            file.request.asker.code,
            caller.actor.user_id,
            now,
        )
        unit.asns.issue(issued)
        record(services, unit, caller, AsnIssued(request_id, issued.agency))
    return asn


def receive_result(services: StoreServices, command: ReceiveResult) -> ResultFate:
    """Store a court result and return how it was matched.

    A result that matches no number is also kept. Raises NotPermittedError, InvalidInputError (a
    day in the future).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    refuse_future(command.result_on, services.today(), "/result_on")
    with services.units.begin() as unit:
        return _received(services, unit, command, unit.asns.issued(plain_asn(command.asn)))


def _received(
    services: StoreServices, unit: UnitOfWork, command: ReceiveResult, issued: IssuedAsn | None
) -> ResultFate:
    asn = plain_asn(command.asn)
    result = AsnResult(
        services.new_id(),
        asn,
        fate_of(asn, issued),
        None if issued is None else issued.request_id,
        command.result_on,
        command.caller.actor.user_id,
        services.now(),
        command.words,
    )
    unit.asns.add_result(result)
    event = AsnResultReceived(result.result_id, result.fate, result.request_id)
    record(services, unit, command.caller, event)
    return result.fate


def answer_numbers(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    change: tuple[amendments.RecordVersion, Items, int],
    on: date,
) -> None:
    """Note that a court has told the result of numbers issued here, in the current transaction.

    `change` is a record before and after a matter of a court was attached, and its new version.
    Whatever number the court gave, the numbers are those of the charges that changed.
    """
    before, after, version = change
    for asn in dict.fromkeys(_changed_numbers(before.items, after)):
        issued = unit.asns.issued(asn)
        if issued is not None and issued.result_on is None:
            _received(services, unit, ReceiveResult(caller, asn, on), issued)
            head = before.head
            event = AsnResultAttached(
                issued.request_id, head.record_id, head.person_id, version=version
            )
            record(services, unit, caller, event)


def _changed_numbers(before: Items, after: Items) -> Iterator[str]:
    for one in amendments.changes_between(before, after):
        item: Item | None = one.item
        while item is not None and item.parent is not None:
            item = after.get(item.parent)
        if item is not None and isinstance(item.value, ArrestReport):
            yield plain_asn(item.value.asn)


def list_asns(
    services: StoreServices,
    caller: Caller,
    *,
    before: str | None,
    unmatched_before: str | None = None,
    limit: int,
) -> AsnList:
    """Return a page of the numbers issued, newest first, with what has to be looked into.

    The results that match no number are a second list, with a cursor of its own.

    Raises NotPermittedError.
    """
    today = services.today()
    with services.reading(caller, Scope.READ_AGREEMENTS) as unit:
        page = unit.asns.page(before=before, limit=limit)
        open_ones = unit.asns.without_result()
        unmatched = unit.asns.unmatched(before=unmatched_before, limit=limit)
    silent = tuple(one for one in open_ones if one.is_silent(today))
    shown = {one.request_id for one in (*page.items, *silent)}
    look(services, caller, LookKind.ASNS, shown)
    return AsnList(page.items, silent, unmatched.items, page.next_key, unmatched.next_key)


@dataclass(frozen=True, slots=True)
class AttachResult:
    """The court result received for a number, and the record that it belongs to."""

    caller: Caller
    asn: str
    record_id: RecordId
    expected_version: int
    """The live version of the record that the caller has seen."""
    disposal: DisposalType
    """The officer's classification of the court's words."""
    offence: Offence
    """The offence, for a record that does not list the number yet. Otherwise the offences on the
    record are kept."""


def attach_result(services: StoreServices, command: AttachResult) -> int:
    """Add a court result to a record of the caller's office, and return the record's version.

    The result then no longer waits. A record that already shows it stays unchanged, whoever owns
    it. Raises NotPermittedError, NotFoundError (no result under this number, or no record),
    PayloadErasedError, ConflictError (attached already, or another force has to amend its record
    first), SelfVerificationError (the caller entered the result), StaleRecordError,
    InvalidInputError (an impossible day).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    force = command.caller.require_force()
    with services.units.begin() as unit:
        result = errors.existing(unit.asns.matched(plain_asn(command.asn)))
        request_id = errors.existing(result.request_id)
        if result.received_by == command.caller.actor.user_id:
            raise errors.SelfVerificationError(
                "You entered this court result: another person must put it on the record."
            )
        if unit.events.about(request_id, [EventType(AsnResultAttached.event_type)]):
            raise errors.ConflictError("This result is already on a record.")
        before = version_read(unit, command.caller, command.record_id, command.expected_version)
        version = before.head.version
        if not _is_told(before.items.held, result):
            if before.head.force != force:
                raise errors.ConflictError(
                    "Another force owns this record: ask that force to amend it."
                )
            version = _amend(services, unit, command, before, result)
        person_id = before.head.person_id
        event = AsnResultAttached(request_id, command.record_id, person_id, version=version)
        record(services, unit, command.caller, event)
    return version


def _amend(
    services: StoreServices,
    unit: UnitOfWork,
    command: AttachResult,
    before: amendments.RecordVersion,
    result: AsnResult,
) -> int:
    amendment = amendments.Amendment(
        (_change(command, before, result),),
        amendments.AmendmentReason.COURT_RESULT,
        "The result that a court reported under the Arrest Summons Number.",
        amendments.SourceKind.COURT,
        f"ASN {result.asn}, result {result.result_id}",
    )
    after = amended(before.items, amendment.changes, today=services.today())
    return store_amended(services, unit, command.caller, (before, after), amendment)


def _change(
    command: AttachResult, before: amendments.RecordVersion, result: AsnResult
) -> amendments.Add:
    """Return the disposal for the listed offence, or a whole entry if the number is not listed."""
    disposal = Disposal(command.disposal, result.result_on, result.words)
    listed = _listed(before.items.held, result.asn)
    if listed is not None:
        return amendments.Add(ItemKind.DISPOSAL, disposal, listed.item_id)
    offence = replace(command.offence, disposals=(disposal,))
    force = command.caller.require_force()
    entry = ArrestReport(result.asn, force, offence.committed_on, (offence,))
    return amendments.Add(ItemKind.ARREST_REPORT, entry)


def _is_told(held: tuple[Item, ...], result: AsnResult) -> bool:
    """Whether the offence listed with the result's number has a disposal on the result's day."""
    listed = _listed(held, result.asn)
    return listed is not None and any(
        isinstance(one.value, Disposal) and one.value.on == result.result_on
        for one in held
        if one.parent == listed.item_id
    )


def _listed(held: tuple[Item, ...], asn: str) -> Item | None:
    """Return the first offence of the entry with this number; None if there is no such entry.

    Raises NotFoundError if the entry has no offence.
    """
    entries = [
        one
        for one in held
        if isinstance(one.value, ArrestReport) and plain_asn(one.value.asn) == asn
    ]
    if not entries:
        return None
    return errors.existing(next((one for one in held if one.parent == entries[0].item_id), None))
