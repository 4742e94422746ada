"""Requests for an OAuth 2.0 access token (RFC 6749): a form, optionally with HTTP Basic."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request

from domain.access.access import Scope
from service.usecases.access.clients import ClientCredentials

_MOST_FIELDS = 20


class TokenFault(StrEnum):
    """The fault of a token request, as a code of RFC 6749, section 5.2."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


class TokenRefusal(Exception):  # noqa: N818 - answered as RFC 6749 says, never raised further
    """A request for a token that is refused."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class PostedForm:
    """A request before anything in it has been read."""

    media_type: str
    authorization: str
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Client credentials, and the requested scopes; None requests all scopes of the client."""

    credentials: ClientCredentials
    scopes: frozenset[Scope] | None


async def _posted(request: Request) -> PostedForm:
    return PostedForm(
        request.headers.get("content-type", "").partition(";")[0].strip().lower(),
        request.headers.get("authorization", ""),
        await request.body(),
        request.client.host if request.client else "",
    )


PostedFormOf = Annotated[PostedForm, Depends(_posted)]


def read_token_request(posted: PostedForm) -> TokenRequest:
    """Return the token request; raises TokenRefusal.

    A client must give its credentials in only one of the two ways, and each parameter at most
    once.
    """
    fields = _fields(posted)
    if "grant_type" not in fields:
        raise TokenRefusal(TokenFault.INVALID_REQUEST)
    if fields["grant_type"] != "client_credentials":
        raise TokenRefusal(TokenFault.UNSUPPORTED_GRANT_TYPE)
    return TokenRequest(_credentials(posted.authorization, fields), _scopes(fields.get("scope")))


def _fields(posted: PostedForm) -> dict[str, str]:
    if posted.media_type != "application/x-www-form-urlencoded":
        raise TokenRefusal(TokenFault.INVALID_REQUEST)
    try:
        pairs = parse_qsl(
            posted.body.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise TokenRefusal(TokenFault.INVALID_REQUEST) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise TokenRefusal(TokenFault.INVALID_REQUEST)
    return fields


def _credentials(authorization: str, fields: dict[str, str]) -> ClientCredentials:
    if not authorization:
        if "client_id" not in fields or "client_secret" not in fields:
            raise TokenRefusal(TokenFault.INVALID_CLIENT)
        return ClientCredentials(fields["client_id"], fields["client_secret"])
    credentials = _basic(authorization)
    if "client_secret" in fields or fields.get("client_id", credentials.client_id) != (
        credentials.client_id
    ):
        raise TokenRefusal(TokenFault.INVALID_REQUEST)
    return credentials


def _basic(authorization: str) -> ClientCredentials:
    """Return the client credentials from an HTTP Basic header.

    Both parts are form-encoded (RFC 6749, section 2.3.1).
    """
    scheme, _, encoded = authorization.partition(" ")
    try:
        plain = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
        client_id, colon, secret = plain.partition(":")
        credentials = ClientCredentials(
            unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
        )
    except (binascii.Error, ValueError):
        raise TokenRefusal(TokenFault.INVALID_CLIENT) from None
    if scheme.lower() != "basic" or not colon:
        raise TokenRefusal(TokenFault.INVALID_CLIENT)
    return credentials


def _scopes(text: str | None) -> frozenset[Scope] | None:
    if text is None:
        return None
    try:
        return frozenset(Scope(word) for word in text.split(" ") if word)
    except ValueError:
        raise TokenRefusal(TokenFault.INVALID_SCOPE) from None
