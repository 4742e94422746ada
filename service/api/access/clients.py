"""Administrators add and revoke the clients of forces, and issue and revoke tokens."""

from datetime import datetime
from operator import attrgetter
from typing import Annotated

from fastapi import Response
from pydantic import Field, StringConstraints

from domain.access.access import Role, Scope
from domain.access.accounts import Client
from domain.errors import UnknownForceError
from domain.ids import ClientId, ClientKeyId, ForceCode, TokenId, UserId
from domain.list_pages import page_behind
from service.api.authentication import Operator
from service.api.base import Answer, Body, Code, Next, PageAnswer
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter, found_at
from service.api.shapes import From, shows
from service.api.state import StateOf
from service.usecases.access import clients
from service.usecases.access.tokens import IssueToken, issue_token, revoke_token

Scopes = tuple[Scope, ...]


class ClientBody(Body):
    """A request for a client."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$")
    """What people call the system; nothing personal."""
    force: Code
    """Code of the police force, as in PNC tables."""
    scopes: tuple[Scope, ...] | None = None
    """A subset of the scopes that a force may hold; if absent, all of them."""


class ClientKeyAnswer(Answer):
    """A key of a client, without its secret."""

    key_id: ClientKeyId
    added_at: datetime
    """When it was added."""
    revoked_at: datetime | None
    """When it was revoked; null while it is in force."""


@shows(Client, without=("added_by",))
class ClientAnswer(Answer):
    """A client."""

    keys: tuple[ClientKeyAnswer, ...]
    """Keys of the client, oldest first."""


class ClientListAnswer(PageAnswer):
    """Clients, in order of name."""

    clients: tuple[ClientAnswer, ...]
    next_after: Next


class ClientSecretAnswer(Answer):
    """A client's new key."""

    of_part = "client"

    client_id: ClientId
    name: str
    """Name of the system."""
    force: ForceCode
    scopes: Scopes
    """The calls that the holder may make."""
    key_id: Annotated[ClientKeyId, From("key.key_id")]
    secret: Annotated[str, From("secret")]
    """Shown only now: only its digest is stored."""


router = CallRouter(prefix="/v1/clients", tags=["administrator"])


@router.post("", status_code=201, responses=found_at(201))
def post_client(
    call: Operator, body: BodyOf[ClientBody], response: Response
) -> ClientSecretAnswer:
    """Add a client of a force with its first key; the secret is shown only now."""
    issued = call.carry_out(clients.add_client, body)
    response.headers["Location"] = f"/v1/clients/{issued.client.client_id}"
    return ClientSecretAnswer.of(issued)


@router.get("")
def get_clients(call: Operator, after: After = None, limit: Limit = 50) -> ClientListAnswer:
    """Return clients with their keys, including revoked ones, in order of name."""
    found = call.use(clients.list_clients)
    return ClientListAnswer.of(page_behind(found, after, limit, attrgetter("client_id")))


@router.post("/{client_id}/keys", status_code=201)
def post_client_key(call: Operator, client_id: IdInPath) -> ClientSecretAnswer:
    """Give a client a second key; both are valid until you revoke the old key."""
    return ClientSecretAnswer.of(call.use(clients.rotate_key, ClientId(client_id)))


@router.delete("/{client_id}", status_code=204)
def delete_client(call: Operator, client_id: IdInPath) -> None:
    """Revoke a client with its keys and tokens at once; revoking it again has no effect."""
    call.use(clients.revoke_client, ClientId(client_id))


@router.delete("/{client_id}/keys/{key_id}", status_code=204)
def delete_client_key(call: Operator, client_id: IdInPath, key_id: IdInPath) -> None:
    """Revoke a key, and the tokens obtained with it, at once; revoking it again has no effect."""
    call.use(clients.revoke_key, ClientId(client_id), ClientKeyId(key_id))


Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=-]{1,100}$")]
Days = Annotated[int, Field(ge=1)]


class TokenBody(Body):
    """A request for a token."""

    user: Annotated[Account, From("user_id")]
    """The account the token speaks for."""
    role: Role
    force: Code | None = None
    """Required for the role `force`; not allowed for other roles."""
    days: Days | None = None
    """Days of validity; if absent, the service's usual number."""
    scopes: tuple[Scope, ...] | None = None
    """A subset of the scopes that the role may hold; if absent, all of them."""


class TokenAnswer(Answer):
    """An issued token."""

    token_id: Annotated[TokenId, From("token.token_id")]
    secret: str = Field(description="Shown only now: only its digest is stored.")
    user: Annotated[UserId, From("token.actor.user_id")]
    role: Annotated[Role, From("token.actor.role")]
    force: Annotated[ForceCode | None, From("token.actor.force")]
    scopes: Annotated[tuple[Scope, ...], From("token.actor.scopes")]
    """The calls that the holder may make."""
    expires_at: Annotated[datetime, From("token.expires_at")]
    """When the token expires."""


tokens = CallRouter(prefix="/v1/tokens", tags=["administrator"])


@tokens.post("", UnknownForceError, status_code=201, responses=found_at(201))
def post_token(
    call: Operator, body: BodyOf[TokenBody], state: StateOf, response: Response
) -> TokenAnswer:
    """Issue a bearer token; its secret is shown only now."""
    valid_for = state.settings.token_lifetime(body.days)
    command = body.to(
        IssueToken, caller=call.caller, valid_for=valid_for, may_decide=state.settings.trial
    )
    issued = issue_token(state.services, command)
    response.headers["Location"] = f"/v1/tokens/{issued.token.token_id}"
    return TokenAnswer.of(issued)


@tokens.delete("/{token_id}", status_code=204)
def delete_token(call: Operator, token_id: IdInPath, state: StateOf) -> None:
    """Revoke a token at once; revoking it again has no effect."""
    revoke_token(state.services, call.caller, TokenId(token_id))
