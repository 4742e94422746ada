"""Forces are told when there is something to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from domain.errors import ConflictError, IdempotencyConflictError, NotFoundError
from domain.ids import EndpointId, JobId
from service.api.authentication import WebhookKeeper
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.messages.webhooks_schemas import (
    DeadLetterListAnswer,
    WebhookBody,
    WebhookListAnswer,
    WebhookSecretAnswer,
)
from service.api.parameters import IdInPath, Limit
from service.api.state import ServicesOf, StateOf
from service.usecases.messages.webhooks import (
    add_webhook,
    dead_letters,
    own_webhooks,
    remove_webhook,
    resend,
    resume_webhook,
    rotate_secret,
)

router = APIRouter(prefix="/v1/webhooks", tags=["force"])

BeforeNumber = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="`next_before` of the page before.")
]


@router.post(
    "",
    status_code=201,
    responses=body_problems(ConflictError, IdempotencyConflictError, NotFoundError)
    | found_at(201),
)
def post_webhook(
    caller: WebhookKeeper,
    body: BodyOf[WebhookBody],
    key: IdempotencyOf,
    state: StateOf,
    response: Response,
) -> WebhookSecretAnswer:
    """Add an endpoint that is told of events from now on; the secret is answered this once."""
    allow_plain = state.settings.webhook_private_addresses
    command = body.to_command(caller, allow_plain=allow_plain)
    issued = add_webhook(state.services, command, mac=state.webhook_mac, repeated=key)
    response.headers["Location"] = f"/v1/webhooks/{issued.endpoint.endpoint_id}"
    return WebhookSecretAnswer.of(issued)


@router.get("", responses=call_problems())
def list_webhooks(caller: WebhookKeeper, services: ServicesOf) -> WebhookListAnswer:
    """Return the endpoints of the caller's force."""
    return WebhookListAnswer(webhooks=own_webhooks(services, caller))


@router.delete("/{endpoint_id}", status_code=204, responses=call_problems(NotFoundError))
def delete_webhook(caller: WebhookKeeper, endpoint_id: IdInPath, services: ServicesOf) -> Response:
    """Remove an endpoint; messages that wait for it are not sent."""
    remove_webhook(services, caller, EndpointId(endpoint_id))
    return Response(status_code=204)


@router.post(
    "/{endpoint_id}/secret",
    responses=call_problems(NotFoundError, ConflictError, IdempotencyConflictError),
)
def post_webhook_secret(
    caller: WebhookKeeper, endpoint_id: IdInPath, key: IdempotencyOf, state: StateOf
) -> WebhookSecretAnswer:
    """Change the secret; for a day messages carry a signature by the old one as well."""
    issued = rotate_secret(
        state.services, caller, EndpointId(endpoint_id), mac=state.webhook_mac, repeated=key
    )
    return WebhookSecretAnswer.of(issued)


@router.post("/{endpoint_id}/resumption", status_code=204, responses=call_problems(NotFoundError))
def post_webhook_resumption(
    caller: WebhookKeeper, endpoint_id: IdInPath, services: ServicesOf
) -> Response:
    """Send again to an endpoint that had answered that it was gone, or whose circuit is open."""
    resume_webhook(services, caller, EndpointId(endpoint_id))
    return Response(status_code=204)


@router.get("/{endpoint_id}/dead-letters", responses=call_problems(NotFoundError))
def list_dead_letters(
    caller: WebhookKeeper,
    endpoint_id: IdInPath,
    services: ServicesOf,
    *,
    limit: Limit = 50,
    before: BeforeNumber = None,
) -> DeadLetterListAnswer:
    """Return messages that were given up, newest first."""
    page = dead_letters(services, caller, EndpointId(endpoint_id), before=before, limit=limit)
    return DeadLetterListAnswer.of(page)


@router.post(
    "/{endpoint_id}/dead-letters/{message_id}/resending",
    status_code=204,
    responses=call_problems(NotFoundError, ConflictError),
)
def post_resending(
    caller: WebhookKeeper, endpoint_id: IdInPath, message_id: IdInPath, services: ServicesOf
) -> Response:
    """Send a message that was given up once more."""
    resend(services, caller, EndpointId(endpoint_id), JobId(message_id))
    return Response(status_code=204)
