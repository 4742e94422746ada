"""Arrest Summons Numbers issued for records of agencies, and the results of courts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.access import Caller, Scope
from domain.agencies.asns import IssuedAsn, ResultFate, fate_of, number_of
from domain.errors import InvalidInputError, RequestStepError
from domain.events.agencies import AsnIssued, AsnResultReceived
from domain.events.looking import LookKind
from domain.identifiers import plain_asn
from domain.ids import RequestId
from domain.request_states import DECIDED, RequestState
from service.storage.agencies.asns import AsnResult
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
from service.usecases.requests.kinds.record_creation import NAME as CREATION
from service.usecases.services import StoreServices

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """A result of a court, under the number that it came with."""

    caller: Caller
    asn: str
    result_on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class AsnList:
    """Numbers without a result for too long first, and results that belong to none."""

    issued: tuple[IssuedAsn, ...]
    silent: tuple[IssuedAsn, ...]
    unmatched: tuple[AsnResult, ...]


def issue_asn(services: StoreServices, caller: Caller, request_id: RequestId) -> str:
    """Issue the number for a record that was agreed to, and return it.

    Raises NotPermittedError, NotFoundError, RequestStepError (another kind of request, or not
    released yet), ConflictError (it has a number).
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    force = caller.require_force()
    now = services.surroundings.clock()
    with services.units.write() as unit:
        file = existing(unit.requests.file(request_id))
        if file.request.kind != CREATION:
            raise RequestStepError(
                "An ASN can only be issued for a request to make a record on behalf of an agency."
            )
        is_released = file.state in DECIDED and file.state is not RequestState.REFUSED
        if not is_released:
            raise RequestStepError("The request is not released: decide on it first.")
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
        record(unit, services.surroundings, caller, AsnIssued(request_id, issued.agency))
        unit.commit()
    return asn


def receive_result(services: StoreServices, command: ReceiveResult) -> ResultFate:
    """Store a result and return where it belongs; one that belongs to nothing is kept, too.

    Raises NotPermittedError, InvalidInputError (a day in the future).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    now = services.surroundings.clock()
    if command.result_on > now.date():
        raise InvalidInputError("The day is in the future: correct it.", pointer="/result_on")
    asn = plain_asn(command.asn)
    with services.units.write() as unit:
        issued = unit.asns.issued(asn)
        fate = fate_of(asn, issued)
        request_id = None if issued is None else issued.request_id
        result = AsnResult(
            services.surroundings.new_id(),
            asn,
            fate,
            request_id,
            command.result_on,
            command.caller.actor.user_id,
            now,
            command.words,
        )
        unit.asns.add_result(result)
        event = AsnResultReceived(result.result_id, fate, request_id)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return fate


def list_asns(services: StoreServices, caller: Caller) -> AsnList:
    """Return the numbers issued, those that are silent, and results that belong to none.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_AGREEMENTS)
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        issued = unit.asns.every(limit=MOST_LISTED)
        unmatched = unit.asns.unmatched(limit=MOST_LISTED)
    look(services, caller, LookKind.ASNS, (one.request_id for one in issued))
    return AsnList(issued, tuple(one for one in issued if one.is_silent(today)), unmatched)
