"""The clients of forces, which administrators add and revoke."""

from datetime import datetime
from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from domain.access.access import Scope
from domain.access.accounts import Client
from domain.errors import ConflictError, NotFoundError, UnknownForceError
from domain.ids import ClientId, ClientKeyId
from domain.list_pages import page_behind
from service.api.authentication import Operator
from service.api.base import Answer, Body, Code, Next, PageAnswer
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.parameters import After, IdInPath, Limit
from service.api.shapes import From, shows
from service.usecases.access.clients import (
    add_client,
    list_clients,
    revoke_client,
    revoke_key,
    rotate_key,
)

Scopes = tuple[Scope, ...]


class ClientBody(Body):
    """A request for a client."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$")
    """What people call the system; nothing personal."""
    force: Code
    scopes: tuple[Scope, ...] | None = None
    """A subset of the scopes that a force may hold; if absent, all of them."""


class ClientKeyAnswer(Answer):
    """A key of a client, without its secret."""

    key_id: str
    added_at: datetime
    revoked_at: datetime | None


@shows(Client, without=("added_by",))
class ClientAnswer(Answer):
    """A client."""

    keys: tuple[ClientKeyAnswer, ...]


class ClientListAnswer(PageAnswer):
    """Clients, in order of name."""

    clients: tuple[ClientAnswer, ...]
    next_after: Next


class ClientSecretAnswer(Answer):
    """A client's new key."""

    of_part = "client"

    client_id: str
    name: str
    force: str
    scopes: Scopes
    key_id: Annotated[str, From("key.key_id")]
    secret: Annotated[str, From("secret")]
    """Shown only now: only its digest is stored."""


router = APIRouter(prefix="/v1/clients", tags=["administrator"])


@router.post(
    "", status_code=201, responses=body_problems(UnknownForceError, ConflictError) | found_at(201)
)
def post_client(
    call: Operator, body: BodyOf[ClientBody], response: Response
) -> ClientSecretAnswer:
    """Add a client of a force with its first key; the secret is shown only now."""
    issued = call.carry_out(add_client, body)
    response.headers["Location"] = f"/v1/clients/{issued.client.client_id}"
    return ClientSecretAnswer.of(issued)


@router.get("", responses=call_problems())
def get_clients(call: Operator, after: After = None, limit: Limit = 50) -> ClientListAnswer:
    """Return clients with their keys, including revoked ones, in order of name."""
    found = call.use(list_clients)
    return ClientListAnswer.of(page_behind(found, after, limit, attrgetter("client_id")))


@router.post(
    "/{client_id}/keys", status_code=201, responses=call_problems(NotFoundError, ConflictError)
)
def post_client_key(call: Operator, client_id: IdInPath) -> ClientSecretAnswer:
    """Give a client a second key; both are valid until you revoke the old key."""
    return ClientSecretAnswer.of(call.use(rotate_key, ClientId(client_id)))


@router.delete("/{client_id}", status_code=204, responses=call_problems(NotFoundError))
def delete_client(call: Operator, client_id: IdInPath) -> None:
    """Revoke a client with its keys and tokens at once; revoking it again has no effect."""
    call.use(revoke_client, ClientId(client_id))


@router.delete(
    "/{client_id}/keys/{key_id}", status_code=204, responses=call_problems(NotFoundError)
)
def delete_client_key(call: Operator, client_id: IdInPath, key_id: IdInPath) -> None:
    """Revoke a key, and the tokens obtained with it, at once; revoking it again has no effect."""
    call.use(revoke_key, ClientId(client_id), ClientKeyId(key_id))
