"""Webhooks, by which forces are told that there is something new to read."""

from datetime import datetime
from operator import attrgetter
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field, StringConstraints

from domain.events.catalogue import topics
from domain.ids import EndpointId, JobId
from domain.list_pages import page_behind
from domain.webhooks import Circuit, CircuitState
from service.api.authentication import WebhookKeeper
from service.api.base import Answer, Body, Next, NextNumber, PageAnswer
from service.api.bodies import After, BodyOf, IdempotencyOf, IdInPath, Limit, TopicCode
from service.api.call_routes import CallRouter, found_at
from service.api.shapes import From, shows
from service.api.state import StateOf
from service.usecases.messages.webhooks import (
    AddWebhook,
    add_webhook,
    dead_letters,
    own_webhooks,
    remove_webhook,
    resend,
    resume_webhook,
    rotate_secret,
)

# Printable ASCII without a space: the characters that a URL can have.
Address = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^[\x21-\x7e]+$"),
    Field(json_schema_extra={"format": "uri"}),
]


class WebhookBody(Body):
    """A request to add a webhook endpoint."""

    url: Address = Field(description="An https URL that accepts POST.")
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=len(topics()))]
    """The topics that the endpoint receives."""


@shows(Circuit, without=("failing_since",))
class CircuitAnswer(Answer):
    """Whether messages are sent to an endpoint."""

    state: CircuitState
    """`open` after five failed attempts in a row: messages then wait, and one message is tried at
    `next_attempt_at`. If that attempt succeeds, the circuit closes. `resumption` closes it at
    once."""


class WebhookAnswer(Answer):
    """A webhook endpoint."""

    endpoint_id: EndpointId
    url: str
    """The https address that messages are posted to."""
    topics: tuple[TopicCode, ...]
    """The topics that the endpoint receives."""
    added_at: datetime
    """When it was added."""
    secret_version: int
    """Number of the secret: 1 for the first, then one more for each change."""
    is_paused: bool
    """True after the receiver answered 410 (gone); `resumption` ends the pause."""
    circuit: CircuitAnswer


class WebhookListAnswer(PageAnswer):
    """The webhook endpoints of a force."""

    webhooks: tuple[WebhookAnswer, ...]
    next_after: Next


class WebhookSecretAnswer(Answer):
    """A webhook endpoint, and the secret that signs its messages."""

    webhook: Annotated[WebhookAnswer, From("endpoint")]
    secret: str
    """Shown only now: `whsec_` and base64, the usual form for webhook libraries."""


class DeadLetterAnswer(Answer):
    """An undeliverable message."""

    message_id: Annotated[JobId, From("job_id")]
    """Id of the message."""
    topic: TopicCode
    subject_id: Annotated[str, From("subject_ref")]
    """The search, link or batch that the message is about."""
    at: Annotated[datetime, From("turn_at")] = Field(description="When the event happened.")
    problem: str = Field(description="The fault of the last attempt.")


class DeadLetterListAnswer(PageAnswer):
    """A page of undeliverable messages, newest first."""

    dead_letters: tuple[DeadLetterAnswer, ...]
    next_before: NextNumber


router = CallRouter(prefix="/v1/webhooks", tags=["force"])

BeforeNumber = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="`next_before` of the previous page.")
]


@router.post("", status_code=201, responses=found_at(201))
def post_webhook(
    call: WebhookKeeper,
    body: BodyOf[WebhookBody],
    key: IdempotencyOf,
    state: StateOf,
    response: Response,
) -> WebhookSecretAnswer:
    """Add an endpoint that is told of events from now on; the secret is shown only now."""
    allow_plain = state.settings.webhook_private_addresses
    command = body.to(AddWebhook, caller=call.caller, allow_plain=allow_plain)
    issued = add_webhook(state.services, command, mac=state.webhook_mac, repeated=key)
    response.headers["Location"] = f"/v1/webhooks/{issued.endpoint.endpoint_id}"
    return WebhookSecretAnswer.of(issued)


@router.get("")
def list_webhooks(
    call: WebhookKeeper, after: After = None, limit: Limit = 50
) -> WebhookListAnswer:
    """Return the endpoints of the caller's force."""
    found = call.use(own_webhooks)
    return WebhookListAnswer.of(page_behind(found, after, limit, attrgetter("endpoint_id")))


@router.delete("/{endpoint_id}", status_code=204)
def delete_webhook(call: WebhookKeeper, endpoint_id: IdInPath) -> Response:
    """Remove an endpoint; messages still waiting for it are not sent."""
    call.use(remove_webhook, EndpointId(endpoint_id))
    return Response(status_code=204)


@router.post("/{endpoint_id}/secret")
def post_webhook_secret(
    call: WebhookKeeper, endpoint_id: IdInPath, key: IdempotencyOf, state: StateOf
) -> WebhookSecretAnswer:
    """Change the secret; for one day, messages also carry a signature made with the old secret."""
    issued = rotate_secret(
        state.services, call.caller, EndpointId(endpoint_id), mac=state.webhook_mac, repeated=key
    )
    return WebhookSecretAnswer.of(issued)


@router.post("/{endpoint_id}/resumption", status_code=204)
def post_webhook_resumption(call: WebhookKeeper, endpoint_id: IdInPath) -> Response:
    """Resume sending to an endpoint that answered 410 (gone), or whose circuit is open."""
    call.use(resume_webhook, EndpointId(endpoint_id))
    return Response(status_code=204)


@router.get("/{endpoint_id}/dead-letters")
def list_dead_letters(
    call: WebhookKeeper, endpoint_id: IdInPath, *, limit: Limit = 50, before: BeforeNumber = None
) -> DeadLetterListAnswer:
    """Return undeliverable messages, newest first."""
    page = call.use(dead_letters, EndpointId(endpoint_id), before=before, limit=limit)
    return DeadLetterListAnswer.of(page)


@router.post("/{endpoint_id}/dead-letters/{message_id}/resending", status_code=204)
def post_resending(call: WebhookKeeper, endpoint_id: IdInPath, message_id: IdInPath) -> Response:
    """Send an undeliverable message again."""
    call.use(resend, EndpointId(endpoint_id), JobId(message_id))
    return Response(status_code=204)


ROUTERS = (router,)
