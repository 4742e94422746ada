"""Administrators issue and revoke tokens."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from domain.access.access import Role, Scope
from domain.errors import InvalidInputError, NotFoundError, UnknownForceError
from domain.ids import TokenId
from service.api.authentication import Operator
from service.api.base import Answer, Body, Code
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.parameters import IdInPath
from service.api.shapes import From
from service.api.state import StateOf
from service.settings import Settings
from service.usecases.access.tokens import IssueToken, issue_token, revoke_token

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
    scopes: tuple[Scope, ...] | None = None
    """A subset of the scopes that the role may hold; if absent, all of them."""


class TokenAnswer(Answer):
    """An issued token."""

    token_id: Annotated[str, From("token.token_id")]
    secret: str = Field(description="Shown only now: only its digest is stored.")
    user: Annotated[str, From("token.actor.user_id")]
    role: Annotated[Role, From("token.actor.role")]
    force: Annotated[str | None, From("token.actor.force")]
    scopes: Annotated[tuple[Scope, ...], From("token.actor.scopes")]
    expires_at: Annotated[datetime, From("token.expires_at")]


router = APIRouter(prefix="/v1/tokens", tags=["administrator"])


@router.post("", status_code=201, responses=body_problems(UnknownForceError) | found_at(201))
def post_token(
    call: Operator, body: BodyOf[TokenBody], state: StateOf, response: Response
) -> TokenAnswer:
    """Issue a bearer token; its secret is shown only now."""
    valid_for = lifetime(state.settings, body.days)
    command = body.to(
        IssueToken, caller=call.caller, valid_for=valid_for, may_decide=state.settings.trial
    )
    issued = issue_token(state.services, command)
    response.headers["Location"] = f"/v1/tokens/{issued.token.token_id}"
    return TokenAnswer.of(issued)


@router.delete("/{token_id}", status_code=204, responses=call_problems(NotFoundError))
def delete_token(call: Operator, token_id: IdInPath, state: StateOf) -> None:
    """Revoke a token at once; revoking it again has no effect."""
    revoke_token(state.services, call.caller, TokenId(token_id))


def lifetime(settings: Settings, days: int | None) -> timedelta:
    """Return the lifetime of a token; raises InvalidInputError if it is longer than allowed."""
    asked = settings.token_days if days is None else days
    if asked > settings.token_days_maximum:
        raise InvalidInputError(
            f"The lifetime is too long: ask for at most {settings.token_days_maximum} days.",
            pointer="/days",
        )
    return timedelta(days=asked)
