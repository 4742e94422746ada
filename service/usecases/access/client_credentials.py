"""Clients get access tokens by their keys (RFC 6749, section 4.4)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from domain.access import Caller, Purpose, Scope, Token
from domain.clients import MAX_LIVE_KEYS, Client, ClientKey
from domain.errors import NotAuthenticatedError, NotPermittedError
from domain.events.access import TokenIssued
from domain.ids import ClientId, TokenId
from service.provenance.bundle.row_commitments import token_digest
from service.usecases.access.tokens import IssuedToken, secret_sha256
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices

_IS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A client's name and its proof."""

    client_id: str
    secret: str


def recognise_client(
    services: StoreServices, credentials: ClientCredentials
) -> tuple[Client, ClientKey]:
    """Return the client and the key that it used; raises NotAuthenticatedError.

    The answer is the same for an unknown client, a wrong secret, a revoked key and a revoked
    client, and as many digests are compared for each.
    """
    client = None
    if _IS_ID(credentials.client_id):
        with services.units.read() as unit:
            client = unit.clients.get(ClientId(credentials.client_id))
    key = _matching_key(client, secret_sha256(credentials.secret))
    if client is None or key is None:
        raise NotAuthenticatedError
    return client, key


def grant_token(
    services: StoreServices,
    proven: tuple[Client, ClientKey],
    *,
    scopes: frozenset[Scope] | None,
    valid_for: timedelta,
    request_id: str = "",
) -> IssuedToken:
    """Issue an access token to a client that `recognise_client` has recognised.

    Without `scopes` it holds all of the client's. It is looked up on each call together with its
    key and its client, so that revoking either ends it. Raises NotPermittedError (a scope that
    the client does not hold).
    """
    client, key = proven
    wanted = client.scopes if scopes is None else scopes
    if not wanted or not wanted <= client.scopes:
        raise NotPermittedError("The client does not hold all of these scopes.")
    secret, now = services.surroundings.new_secret(), services.surroundings.clock()
    token = Token(
        token_id=TokenId(services.surroundings.new_id()),
        secret_sha256=secret_sha256(secret),
        actor=client.actor(wanted),
        issued_at=now,
        expires_at=now + valid_for,
        client_key_id=key.key_id,
    )
    with services.units.write() as unit:
        unit.tokens.add(token)
        caller = Caller(token.actor, Purpose.OPERATIONS, request_id=request_id)
        event = TokenIssued(
            token.token_id,
            client.role,
            client.client_id,
            row_sha256=token_digest(token),
            key_id=key.key_id,
        )
        record(unit, services.surroundings, caller, event, Concern(client.force))
        unit.commit()
    return IssuedToken(token, secret)


def _matching_key(client: Client | None, digest: str) -> ClientKey | None:
    """Return the live key of this digest; every one is compared, in constant time."""
    live = client.live_keys if client else ()
    digests = [key.secret_sha256 for key in live]
    digests += [_NO_DIGEST] * (MAX_LIVE_KEYS - len(digests))
    equal = [hmac.compare_digest(stored, digest) for stored in digests]
    return next((key for key, is_equal in zip(live, equal, strict=False) if is_equal), None)
