"""Forces' systems get tokens with their clients' credentials; the provider announces sign-outs."""

from datetime import timedelta
from typing import Any, Literal, Self
from urllib.parse import parse_qsl

from pydantic import Field
from starlette.responses import JSONResponse, Response

from domain import errors
from domain.access.accounts import Client, ClientKey
from domain.ids import UserId
from service.api.access import token_requests
from service.api.base import Answer
from service.api.call_routes import CallRouter
from service.api.state import ApiState, StateOf
from service.api.trace import CURRENT_TRACE, current_request_id, note_problem
from service.usecases.access import clients, provider
from service.usecases.access.tokens import IssuedToken


class AccessTokenAnswer(Answer):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str = Field(description="Shown only now: only its digest is stored.")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind of token
    expires_in: int = Field(description="Seconds from now.")
    scope: str = Field(description="Scopes, separated by spaces.")

    @classmethod
    def of(cls, issued: IssuedToken) -> Self:
        """Return the answer for an issued token."""
        return cls(
            access_token=issued.secret,
            expires_in=int((issued.token.expires_at - issued.token.issued_at).total_seconds()),
            scope=" ".join(sorted(issued.token.actor.scopes)),
        )


class TokenFaultAnswer(Answer):
    """Why no access token is given (RFC 6749, section 5.2)."""

    error: token_requests.TokenFault


TOKEN_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {
                            "type": "string",
                            "description": "A subset of the client's scopes, separated by"
                            " spaces; if absent, all of them.",
                        },
                        "client_id": {
                            "type": "string",
                            "description": "Send it here or, better, by HTTP Basic"
                            " authentication.",
                        },
                        "client_secret": {"type": "string", "format": "password"},
                    },
                }
            }
        },
    }
}
"""The documentation of the form."""


router = CallRouter(prefix="/v1/oauth", tags=["client"])

_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": TokenFaultAnswer, "description": f"Refused: {words}."}
    for status, words in {
        400: "`invalid_request`, `invalid_scope`, `unsupported_grant_type`",
        401: "`invalid_client`",
    }.items()
}


@router.post(
    "/token",
    errors.RateLimitedError,
    response_model=AccessTokenAnswer,
    responses=_REFUSALS,
    openapi_extra=TOKEN_REQUEST,
)
def post_token_request(posted: token_requests.PostedFormOf, state: StateOf) -> Response:
    """Give a client a short-lived access token (client credentials, RFC 6749)."""
    try:
        request = token_requests.read_token_request(posted)
        issued = _granted(state, request, posted.address)
    except token_requests.TokenRefusal as refusal:
        return _refused(refusal.fault)
    answer = AccessTokenAnswer.of(issued)
    return JSONResponse(answer.model_dump(mode="json"), headers=_NOT_KEPT)


def _granted(state: ApiState, request: token_requests.TokenRequest, address: str) -> IssuedToken:
    """Return a token; raises TokenRefusal, RateLimitedError."""
    proven = _proven(state, request, address)
    _count(state, f"client:{proven[0].client_id}")
    try:
        return clients.grant_token(
            state.services,
            proven,
            scopes=request.scopes,
            valid_for=timedelta(minutes=state.settings.access_token_minutes),
            request_id=current_request_id(),
        )
    except errors.NotPermittedError:
        raise token_requests.TokenRefusal(token_requests.TokenFault.INVALID_SCOPE) from None


def _proven(
    state: ApiState, request: token_requests.TokenRequest, address: str
) -> tuple[Client, ClientKey]:
    try:
        client, key = clients.recognise_client(state.services, request.credentials)
    except errors.NotAuthenticatedError:
        # Counted by address and not by client: guesses at a force's client id must not lock the
        # force out.
        _count(state, f"address:{address}")
        raise token_requests.TokenRefusal(token_requests.TokenFault.INVALID_CLIENT) from None
    trace = CURRENT_TRACE.get()
    if trace is not None:
        trace.role, trace.force = "force", client.force
    return client, key


def _count(state: ApiState, key: str) -> None:
    if state.token_limiter is not None:
        state.token_limiter.take(UserId(key))


def _refused(fault: token_requests.TokenFault) -> Response:
    note_problem(fault.value)
    is_unknown = fault is token_requests.TokenFault.INVALID_CLIENT
    challenge = {"WWW-Authenticate": 'Basic realm="identlink"'} if is_unknown else {}
    return JSONResponse(
        TokenFaultAnswer(error=fault).model_dump(mode="json"),
        status_code=401 if is_unknown else 400,
        headers={**_NOT_KEPT, **challenge},
    )


class LogoutFaultAnswer(Answer):
    """Why a logout token is not accepted (section 2.8)."""

    error: Literal["invalid_request"]


LOGOUT_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["logout_token"],
                    "properties": {
                        "logout_token": {
                            "type": "string",
                            "description": "A token signed by the provider like its ID tokens.",
                        }
                    },
                }
            }
        },
    }
}


back_channel = CallRouter(prefix="/v1/oidc", tags=["identity provider"])

_BACK_CHANNEL_NOT_KEPT = {"Cache-Control": "no-store"}
_MOST_FIELDS = 20
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sessions have ended, or there were none."},
    400: {"model": LogoutFaultAnswer, "description": "The logout token is not accepted."},
}


@back_channel.post(
    "/back-channel-logout",
    errors.RateLimitedError,
    response_class=Response,
    responses=_RESPONSES,
    openapi_extra=LOGOUT_REQUEST,
)
def post_logout_token(posted: token_requests.PostedFormOf, state: StateOf) -> Response:
    """End the sessions of a person who has signed out at the identity provider."""
    try:
        token = _logout_token(posted)
        provider.end_by_notice(state.services, state.identities, token, current_request_id())
    except errors.ProviderRefusedError as refusal:
        if state.token_limiter is not None:
            state.token_limiter.take(UserId(f"address:{posted.address}"))
        note_problem(f"{refusal.code}:{refusal.reason}")
        fault = LogoutFaultAnswer(error="invalid_request")
        return JSONResponse(
            fault.model_dump(mode="json"), status_code=400, headers=_BACK_CHANNEL_NOT_KEPT
        )
    return Response(headers=_BACK_CHANNEL_NOT_KEPT)


def _logout_token(posted: token_requests.PostedForm) -> str:
    """Return the logout token of a form; raises ProviderRefusedError unless it has exactly one."""
    if posted.media_type != "application/x-www-form-urlencoded":
        raise errors.ProviderRefusedError
    try:
        pairs = parse_qsl(
            posted.body.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise errors.ProviderRefusedError from None
    tokens = [value for name, value in pairs if name == "logout_token"]
    if len(tokens) != 1:
        raise errors.ProviderRefusedError
    return tokens[0]
