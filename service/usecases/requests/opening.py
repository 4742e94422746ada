"""Receiving requests: each is checked by its kind, stored once, and logged."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.countries import country_names
from domain.errors import InvalidInputError, NoAgreementError, existing
from domain.events.requests import RequestReceived
from domain.forces import find_force
from domain.ids import RequestId
from domain.plain_text import folded
from domain.plain_values import made_from
from domain.requests.request_states import FIRST, Step
from domain.requests.requests import Ask, Channel, Entry, Party, PartyKind, Request, RequestFile
from domain.restrictions import UNRESTRICTED, Restrictions, UsePurpose
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import record
from service.usecases.requests.kind import Kind, due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.stepping import AtWork, count_received
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request as received."""

    caller: Caller
    kind: str
    channel: Channel
    asker: Party
    purpose: UsePurpose
    legal_basis: str
    received_on: date
    ask: Ask
    restrictions: Restrictions = UNRESTRICTED
    message_id: str = ""
    about: str = ""
    idempotency: IdempotencyKey | None = None


def open_request(services: Services, command: OpenRequest) -> RequestId:
    """Store a request and return its id. The same message from a sender makes only one request.

    Raises NotPermittedError, UnknownRequestKindError, InvalidInputError (the kind does not allow
    this requester, purpose or request, no country has the code, or the day is in the future),
    UnknownForceError, NoAgreementError, OutsideCalendarError, IdempotencyConflictError.
    """
    caller, key = command.caller, command.idempotency
    with services.begin(caller, Scope.WORK_REQUESTS) as unit:
        earlier = claimed(unit, caller, key)
        if earlier is not None:
            return RequestId(earlier)
        request_id = open_in(services, unit, command)
        remember(services, unit, caller, key, request_id)
    return request_id


def open_in(services: Services, unit: UnitOfWork, command: OpenRequest) -> RequestId:
    """Store a request in a unit of work, without checking the scope.

    Raises the other errors of `open_request`.
    """
    kind = kind_named(command.kind)
    request = _request(services, command)
    today = services.today()
    _check(request, kind, today)
    demand_agreement(unit, request.asker, request.purpose, today)
    digest = None
    if command.ask.reference:
        digest = _digest(services, folded(command.ask.reference))
    if not unit.requests.open(request, keyed_digest=digest):
        return existing(unit.requests.of_message(request.asker, request.message_id))
    event = RequestReceived.of(
        request, kind=kind.name, asker_kind=request.asker.kind, asker_code=request.asker.code
    )
    record(services, unit, command.caller, event)
    AtWork(services, unit, command.caller, RequestFile(request, ())).enter(_first(request))
    count_received(services, unit, command.caller, request)
    return request.request_id


def _request(services: Services, command: OpenRequest) -> Request:
    return made_from(
        Request,
        command,
        request_id=RequestId(services.new_id()),
        received_by=command.caller.actor.user_id,
        opened_at=services.now(),
    )


def demand_agreement(unit: UnitOfWork, asker: Party, purpose: UsePurpose, on: date) -> None:
    """Raise NoAgreementError if an agency has no agreement in force for a purpose."""
    if asker.kind is not PartyKind.AGENCY:
        return
    agreement = unit.agreements.newest(asker.code)
    if agreement is None or not agreement.covers(purpose, on):
        raise NoAgreementError(
            "This agency has no agreement in force for this purpose, so it cannot "
            "make the request."
        )


def _first(request: Request) -> Entry:
    return Entry(
        number=1,
        step=Step.RECEIVE,
        state=FIRST,
        by=request.received_by,
        at=request.opened_at,
        on=request.received_on,
    )


def _check(request: Request, kind: Kind, today: date) -> None:
    if request.asker.kind not in kind.askers:
        raise InvalidInputError(
            "This requester cannot make a request of this kind.", pointer="/asker/kind"
        )
    _check_code(request.asker)
    if request.purpose not in kind.purposes:
        raise InvalidInputError(
            "This purpose is not allowed for this kind of request: choose another purpose.",
            pointer="/purpose",
        )
    kind.may_ask(request)
    # Refuse a day that no calendar covers here, rather than fail when the list is opened.
    due_of(RequestFile(request, (_first(request),)), kind, today)


def _check_code(asker: Party) -> None:
    if asker.kind is PartyKind.FORCE:
        find_force(asker.code)
    if asker.kind is PartyKind.STATE and asker.code not in country_names():
        raise InvalidInputError(
            "No country has this code (ISO 3166-1 alpha-3): check it.", pointer="/asker/code"
        )


def request_reference_digests(services: Services, reference: str) -> frozenset[str]:
    """Return every digest under which a reference may be stored.

    Earlier releases kept its accents as they were typed: each as one character, or as two.
    """
    form = folded(reference)
    forms = (form, unicodedata.normalize("NFD", form), reference.casefold())
    return frozenset(_digest(services, one) for one in forms)


def _digest(services: Services, form: str) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of a form of a requester's reference."""
    return services.reference_mac(f"request {form}".encode()).hex()
