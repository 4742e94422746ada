"""A force's webhook endpoints, their signing secrets, and undeliverable messages."""

from dataclasses import dataclass
from operator import attrgetter
from urllib.parse import urlsplit

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.events.looking import LookKind
from domain.events.messages import WebhookAdded, WebhookChanged, WebhookRemoved
from domain.ids import EndpointId, JobId, Topic
from domain.jobs import Job, JobKind, JobState
from domain.list_pages import ListPage, page_of
from domain.store_secrets import Mac
from domain.webhooks import Endpoint, secret_of, secret_text
from service.provenance.bundle.row_commitments import endpoint_digest
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices

MAX_ENDPOINTS = 20
"""The largest number of endpoints of one force."""


@dataclass(frozen=True, slots=True)
class AddWebhook:
    """A request to send messages to an address."""

    caller: Caller
    url: str
    topics: frozenset[Topic]
    allow_plain: bool = False
    """Whether the settings allow plain HTTP."""


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """An endpoint with its secret.

    The secret is shown only here, once for each version, and not stored.
    """

    endpoint: Endpoint
    secret: str


def add_webhook(
    services: StoreServices,
    command: AddWebhook,
    *,
    mac: Mac,
    repeated: IdempotencyKey | None = None,
) -> IssuedWebhook:
    """Add an endpoint. Messages about later events are sent there.

    Repeating an equal request has no further effect. Raises NotPermittedError, InvalidInputError
    (an address that is not https, or has a user name or fragment; or no topic), ConflictError (too
    many endpoints), IdempotencyConflictError, and NotFoundError if the endpoint of an equal
    request has since been removed.
    """
    command.caller.actor.require(Scope.WEBHOOKS)
    force = command.caller.require_force()
    _check(command)
    endpoint = Endpoint(
        endpoint_id=EndpointId(services.new_id()),
        force=force,
        url=command.url,
        topics=command.topics,
        added_by=command.caller.actor.user_id,
        added_at=services.now(),
    )
    with services.units.begin() as unit:
        earlier = claimed(unit, command.caller, repeated)
        if earlier is not None:
            return _issued(_own(unit, command.caller, EndpointId(earlier)), mac)
        if len(unit.webhooks.of_force(force)) >= MAX_ENDPOINTS:
            raise ConflictError(
                f"The force has {MAX_ENDPOINTS} webhooks, the most allowed: remove one first."
            )
        unit.webhooks.add(endpoint)
        _record(services, unit, command.caller, WebhookAdded, endpoint)
        remember(services, unit, command.caller, repeated, endpoint.endpoint_id)
    return _issued(endpoint, mac)


def _check(command: AddWebhook) -> None:
    try:
        target = urlsplit(command.url)
        has_host, _ = bool(target.hostname), target.port
    except ValueError:
        raise InvalidInputError("The address is not a valid URL.", pointer="/url") from None
    schemes = {"https", "http"} if command.allow_plain else {"https"}
    if target.scheme not in schemes or not has_host:
        raise InvalidInputError("The address is not an https URL.", pointer="/url")
    if target.username is not None or target.password is not None or target.fragment:
        raise InvalidInputError(
            "The address contains a user name or a fragment: leave both out.", pointer="/url"
        )
    if not command.topics:
        raise InvalidInputError(
            "The webhook has no topic: choose at least one.", pointer="/topics"
        )


def own_webhooks(services: StoreServices, caller: Caller) -> tuple[Endpoint, ...]:
    """Return the endpoints of the caller's force. Raises NotPermittedError."""
    with services.reading(caller, Scope.WEBHOOKS) as unit:
        return unit.webhooks.of_force(caller.require_force())


def rotate_secret(
    services: StoreServices,
    caller: Caller,
    endpoint_id: EndpointId,
    *,
    mac: Mac,
    repeated: IdempotencyKey | None = None,
) -> IssuedWebhook:
    """Give an endpoint a new secret. For one day, messages are also signed with the old secret.

    Repeating an equal request has no further effect. Raises NotPermittedError, NotFoundError,
    ConflictError (a simultaneous change), IdempotencyConflictError.
    """
    with services.units.begin() as unit:
        endpoint = _own(unit, caller, endpoint_id)
        if claimed(unit, caller, repeated) is not None:
            return _issued(endpoint, mac)
        version = endpoint.secret_version + 1
        if not unit.webhooks.rotate(endpoint_id, to_version=version, at=services.now()):
            raise ConflictError
        rotated = unit.webhooks.get(endpoint_id) or endpoint
        _record(services, unit, caller, WebhookChanged, rotated)
        remember(services, unit, caller, repeated, endpoint_id)
    return _issued(rotated, mac)


def resume_webhook(services: StoreServices, caller: Caller, endpoint_id: EndpointId) -> None:
    """Resume sending to an endpoint at once.

    Sending had stopped because the endpoint answered that it was gone, or because its circuit
    breaker was open. Raises NotPermittedError, NotFoundError.
    """
    with services.units.begin() as unit:
        endpoint = _own(unit, caller, endpoint_id)
        if endpoint.is_paused:
            unit.webhooks.pause(endpoint_id, is_paused=False)
            _record(services, unit, caller, WebhookChanged, endpoint)
        unit.webhooks.note_circuit(endpoint_id, endpoint.circuit.closed_by_hand(services.now()))


def remove_webhook(services: StoreServices, caller: Caller, endpoint_id: EndpointId) -> None:
    """Remove an endpoint; its waiting messages are not sent.

    Raises NotPermittedError, NotFoundError.
    """
    now = services.now()
    with services.units.begin() as unit:
        endpoint = _own(unit, caller, endpoint_id)
        unit.webhooks.remove(endpoint_id, now)
        unit.jobs.cancel(JobKind.DELIVERY, endpoint_id, now)
        _record(services, unit, caller, WebhookRemoved, endpoint)


def dead_letters(
    services: StoreServices,
    caller: Caller,
    endpoint_id: EndpointId,
    *,
    before: int | None,
    limit: int,
) -> ListPage[Job, int]:
    """Return messages that were given up. Raises NotPermittedError, NotFoundError."""
    with services.units.read() as unit:
        _own(unit, caller, endpoint_id)
        found = unit.jobs.failed(JobKind.DELIVERY, endpoint_id, before=before, limit=limit + 1)
    page = page_of(found, limit, attrgetter("number"))
    shown = (letter.subject_ref for letter in page.items)
    look(services, caller, LookKind.DEAD_LETTERS, (endpoint_id, *shown))
    return page


def resend(
    services: StoreServices, caller: Caller, endpoint_id: EndpointId, job_id: JobId
) -> None:
    """Queue a message again that was given up, with the full number of attempts. Raises
    NotPermittedError, NotFoundError, ConflictError (it was not given up).
    """
    with services.units.begin() as unit:
        _own(unit, caller, endpoint_id)
        job = unit.jobs.get(job_id)
        if job is None or job.kind is not JobKind.DELIVERY or job.group_id != endpoint_id:
            raise NotFoundError
        if job.state is not JobState.FAILED or not unit.jobs.revive(job_id, services.now()):
            raise ConflictError(
                "The message is still being delivered: only undeliverable messages can "
                "be sent again."
            )


def _own(unit: UnitOfWork, caller: Caller, endpoint_id: EndpointId) -> Endpoint:
    caller.actor.require(Scope.WEBHOOKS)
    endpoint = unit.webhooks.get(endpoint_id)
    if (
        endpoint is None
        or endpoint.removed_at is not None
        or endpoint.force != caller.require_force()
    ):
        raise NotFoundError
    return endpoint


def _issued(endpoint: Endpoint, mac: Mac) -> IssuedWebhook:
    secret = secret_of(mac, endpoint.endpoint_id, endpoint.secret_version)
    return IssuedWebhook(endpoint, secret_text(secret))


def _record(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    kind: type[WebhookAdded | WebhookChanged | WebhookRemoved],
    endpoint: Endpoint,
) -> None:
    digest = endpoint_digest(endpoint)
    event = kind(endpoint.endpoint_id, endpoint.secret_version, row_sha256=digest)
    record(services, unit, caller, event)
