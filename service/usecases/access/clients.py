"""Systems of forces that get access tokens.

Each system is registered as a client and proves itself with its own keys.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from domain import errors
from domain.access import access
from domain.access.accounts import MAX_LIVE_KEYS, Client, ClientKey, role_of_scopes
from domain.events import access as events
from domain.forces import force_name
from domain.ids import ClientId, ClientKeyId, ForceCode, TokenId
from service.provenance.bundle.row_commitments import (
    client_digest,
    client_key_digest,
    token_digest,
)
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.tokens import IssuedToken, secret_sha256
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices

_IS_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]").fullmatch


@dataclass(frozen=True, slots=True)
class AddClient:
    """A request to add a client; without `scopes` it gets all that a force's client may hold."""

    caller: access.Caller
    name: str
    force: ForceCode
    scopes: frozenset[access.Scope] | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A client's new key. Its secret is shown only here, once, and is not stored."""

    client: Client
    key: ClientKey
    secret: str


def add_client(services: StoreServices, command: AddClient) -> IssuedKey:
    """Add a client of a force, with its first key.

    Raises NotPermittedError (the caller may not add clients, or the scopes go beyond those of a
    force), InvalidInputError (name, no scope), UnknownForceError, ConflictError (the name is
    taken).
    """
    command.caller.actor.require(access.Scope.OPERATE)
    allowed = access.ROLE_SCOPES[access.Role.FORCE] - access.DECIDING
    scopes = allowed if command.scopes is None else command.scopes
    _check(command, scopes)
    client = Client(
        client_id=ClientId(services.new_id()),
        name=command.name,
        force=command.force,
        scopes=scopes,
        added_by=command.caller.actor.user_id,
        added_at=services.now(),
    )
    with services.units.begin() as unit:
        unit.clients.add(client)
        event = events.ClientAdded(client.client_id, row_sha256=client_digest(client))
        record(services, unit, command.caller, event, Concern(client.force))
        return _add_key(services, unit, command.caller, client)


def list_clients(services: StoreServices, caller: access.Caller) -> tuple[Client, ...]:
    """Return all clients, including revoked ones, by name. Raises NotPermittedError."""
    with services.reading(caller, access.Scope.OPERATE) as unit:
        return unit.clients.every()


def rotate_key(services: StoreServices, caller: access.Caller, client_id: ClientId) -> IssuedKey:
    """Give a client a new key. The previous key also works until it is revoked.

    Raises NotPermittedError, NotFoundError, ConflictError (the client is revoked, has two live
    keys, or got another key at the same moment).
    """
    with services.begin(caller, access.Scope.OPERATE) as unit:
        client = errors.existing(unit.clients.get(client_id))
        if client.revoked_at is not None:
            raise errors.ConflictError("The client is revoked: add another client.")
        if len(client.live_keys) >= MAX_LIVE_KEYS:
            raise errors.ConflictError("The client has two valid keys: revoke the old one first.")
        return _add_key(services, unit, caller, client)


def revoke_key(
    services: StoreServices, caller: access.Caller, client_id: ClientId, key_id: ClientKeyId
) -> None:
    """Revoke a key and every token obtained with it, at once. Revoking a key again has no effect.

    Raises NotPermittedError, NotFoundError.
    """
    with services.begin(caller, access.Scope.OPERATE) as unit:
        client = errors.existing(unit.clients.get(client_id))
        key = errors.existing(next((key for key in client.keys if key.key_id == key_id), None))
        if key.revoked_at is None:
            unit.clients.revoke_key(key_id, services.now())
            event = events.ClientKeyRevoked(key_id, client_id)
            record(services, unit, caller, event, Concern(client.force))


def revoke_client(services: StoreServices, caller: access.Caller, client_id: ClientId) -> None:
    """Revoke a client, its keys and its tokens, at once. Revoking a client again has no effect.

    Raises NotPermittedError, NotFoundError.
    """
    with services.begin(caller, access.Scope.OPERATE) as unit:
        client = errors.existing(unit.clients.get(client_id))
        if client.revoked_at is None:
            unit.clients.revoke(client_id, services.now())
            record(services, unit, caller, events.ClientRevoked(client_id), Concern(client.force))


def _check(command: AddClient, scopes: frozenset[access.Scope]) -> None:
    force_name(command.force)
    if not _IS_NAME(command.name):
        raise errors.InvalidInputError(
            "The client's name is malformed: use 3 to 64 lower-case letters, digits, "
            "full stops, hyphens or underscores.",
            pointer="/name",
        )
    if not scopes:
        raise errors.InvalidInputError(
            "The client has no scopes: give it at least one.", pointer="/scopes"
        )
    if scopes & access.DECIDING:
        raise errors.NotPermittedError(access.PEOPLE_DECIDE, pointer="/scopes")
    if role_of_scopes(scopes) is None:
        raise errors.NotPermittedError(
            "No client may have all of these scopes: choose scopes that belong to a single role."
        )


def _add_key(
    services: StoreServices, unit: UnitOfWork, caller: access.Caller, client: Client
) -> IssuedKey:
    secret = services.surroundings.new_secret()
    key = ClientKey(
        key_id=ClientKeyId(services.new_id()),
        client_id=client.client_id,
        # Each number can be taken only once: if two keys are added at the same moment, the second
        # is refused, so there are never three live keys.
        number=len(client.keys) + 1,
        secret_sha256=secret_sha256(secret),
        added_at=services.now(),
    )
    if not unit.clients.add_key(key):
        raise errors.ConflictError(
            "Another key was added to the client at the same time: reload the keys."
        )
    event = events.ClientKeyAdded(key.key_id, client.client_id, row_sha256=client_key_digest(key))
    record(services, unit, caller, event, Concern(client.force))
    return IssuedKey(client, key, secret)


_IS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A client's id and the secret that proves it."""

    client_id: str
    secret: str


def recognise_client(
    services: StoreServices, credentials: ClientCredentials
) -> tuple[Client, ClientKey]:
    """Return the client and the key that it used. Raises NotAuthenticatedError.

    The error is the same for an unknown client, a wrong secret, a revoked key and a revoked
    client, and the same number of digests is compared in each case.
    """
    client = None
    if _IS_ID(credentials.client_id):
        with services.units.read() as unit:
            client = unit.clients.get(ClientId(credentials.client_id))
    key = _matching_key(client, secret_sha256(credentials.secret))
    if client is None or key is None:
        raise errors.NotAuthenticatedError
    return client, key


def grant_token(
    services: StoreServices,
    proven: tuple[Client, ClientKey],
    *,
    scopes: frozenset[access.Scope] | None,
    valid_for: timedelta,
    request_id: str = "",
) -> IssuedToken:
    """Issue an access token to a client that `recognise_client` has recognised.

    Without `scopes` the token holds all of the client's scopes. Each call checks the token
    together with its key and its client, so revoking the key or the client ends the token. Raises
    NotPermittedError (a scope that the client does not hold).
    """
    client, key = proven
    wanted = client.scopes if scopes is None else scopes
    if not wanted or not wanted <= client.scopes:
        raise errors.NotPermittedError(
            "The client does not have all of these scopes: request fewer, or have them granted."
        )
    secret, now = services.surroundings.new_secret(), services.now()
    token = access.Token(
        token_id=TokenId(services.new_id()),
        secret_sha256=secret_sha256(secret),
        actor=client.actor(wanted),
        issued_at=now,
        expires_at=now + valid_for,
        client_key_id=key.key_id,
    )
    with services.units.begin() as unit:
        unit.tokens.add(token)
        caller = access.Caller(token.actor, access.Purpose.OPERATIONS, request_id=request_id)
        event = events.TokenIssued(
            token.token_id,
            client.role,
            client.client_id,
            row_sha256=token_digest(token),
            key_id=key.key_id,
        )
        record(services, unit, caller, event, Concern(client.force))
    return IssuedToken(token, secret)


def _matching_key(client: Client | None, digest: str) -> ClientKey | None:
    """Return the live key with this digest. Every live key is compared, in constant time."""
    live = client.live_keys if client else ()
    digests = [key.secret_sha256 for key in live]
    digests += [_NO_DIGEST] * (MAX_LIVE_KEYS - len(digests))
    equal = [hmac.compare_digest(stored, digest) for stored in digests]
    return next((key for key, is_equal in zip(live, equal, strict=False) if is_equal), None)
