"""Administrators issue and revoke tokens."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response

from domain.errors import InvalidInputError, NotFoundError, UnknownForceError
from domain.ids import TokenId
from service.api.access.tokens_schemas import TokenAnswer, TokenBody
from service.api.authentication import Operator
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.parameters import IdInPath
from service.api.state import StateOf
from service.settings import Settings
from service.usecases.access.tokens import issue_token, revoke_token

router = APIRouter(prefix="/v1/tokens", tags=["administrator"])


@router.post("", status_code=201, responses=body_problems(UnknownForceError) | found_at(201))
def post_token(
    caller: Operator, body: BodyOf[TokenBody], state: StateOf, response: Response
) -> TokenAnswer:
    """Issue a bearer token; its secret is answered this once."""
    valid_for = lifetime(state.settings, body.days)
    command = body.to_command(caller, valid_for=valid_for, may_decide=state.settings.trial)
    issued = issue_token(state.services, command)
    response.headers["Location"] = f"/v1/tokens/{issued.token.token_id}"
    return TokenAnswer.of(issued)


@router.delete("/{token_id}", status_code=204, responses=call_problems(NotFoundError))
def delete_token(caller: Operator, token_id: IdInPath, state: StateOf) -> None:
    """Revoke a token at once; revoking it again changes nothing."""
    revoke_token(state.services, caller, TokenId(token_id))


def lifetime(settings: Settings, days: int | None) -> timedelta:
    """Return the lifetime of a token; raises InvalidInputError beyond the allowed one."""
    asked = settings.token_days if days is None else days
    if asked > settings.token_days_maximum:
        raise InvalidInputError(
            f"The lifetime is too long: ask for at most {settings.token_days_maximum} days.",
            pointer="/days",
        )
    return timedelta(days=asked)
