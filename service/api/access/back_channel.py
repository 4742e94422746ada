"""The identity provider's notices of sign-outs (OpenID Connect Back-Channel Logout 1.0)."""

from typing import Any, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from domain.errors import (
    NotFoundError,
    ProviderRefusedError,
    ProviderUnavailableError,
    RateLimitedError,
)
from domain.ids import UserId
from service.api.access.token_requests import PostedForm, PostedFormOf
from service.api.base import Answer
from service.api.documentation import problems
from service.api.state import StateOf
from service.api.trace import current_request_id, note_problem
from service.usecases.access.provider import end_by_notice


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


router = APIRouter(prefix="/v1/oidc", tags=["identity provider"])

_NOT_KEPT = {"Cache-Control": "no-store"}
_MOST_FIELDS = 20
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sessions have ended, or there were none."},
    400: {"model": LogoutFaultAnswer, "description": "The logout token is not accepted."},
}


@router.post(
    "/back-channel-logout",
    response_class=Response,
    responses=problems(NotFoundError, ProviderUnavailableError, RateLimitedError) | _RESPONSES,
    openapi_extra=LOGOUT_REQUEST,
)
def post_logout_token(posted: PostedFormOf, state: StateOf) -> Response:
    """End the sessions of a person who has signed out at the identity provider."""
    try:
        token = _logout_token(posted)
        end_by_notice(state.services, state.identities, token, current_request_id())
    except ProviderRefusedError as refusal:
        if state.token_limiter is not None:
            state.token_limiter.take(UserId(f"address:{posted.address}"))
        note_problem(f"{refusal.code}:{refusal.reason}")
        fault = LogoutFaultAnswer(error="invalid_request")
        return JSONResponse(fault.model_dump(mode="json"), status_code=400, headers=_NOT_KEPT)
    return Response(headers=_NOT_KEPT)


def _logout_token(posted: PostedForm) -> str:
    """Return the logout token of a form; raises ProviderRefusedError unless it has exactly one."""
    if posted.media_type != "application/x-www-form-urlencoded":
        raise ProviderRefusedError
    try:
        pairs = parse_qsl(
            posted.body.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise ProviderRefusedError from None
    tokens = [value for name, value in pairs if name == "logout_token"]
    if len(tokens) != 1:
        raise ProviderRefusedError
    return tokens[0]
