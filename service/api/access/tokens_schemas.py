"""Bearer tokens: the secret is answered once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from domain.access import Caller, Role, Scope
from domain.ids import ForceCode, UserId
from service.api.base import Answer, Body, Code
from service.usecases.access.tokens import IssuedToken, IssueToken

Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=-]{1,100}$")]
Days = Annotated[int, Field(ge=1)]


class TokenBody(Body):
    """A request for a token."""

    user: Account = Field(description="The account the token speaks for.")
    role: Role
    force: Code | None = Field(default=None, description="For the role `force`, and only there.")
    days: Days | None = None
    scopes: tuple[Scope, ...] | None = Field(
        default=None,
        description="Fewer than a token of the role may hold; without, all.",
    )

    def to_command(self, caller: Caller, *, valid_for: timedelta, may_decide: bool) -> IssueToken:
        """Return the command."""
        return IssueToken(
            caller=caller,
            user_id=UserId(self.user),
            role=self.role,
            force=ForceCode(self.force) if self.force is not None else None,
            valid_for=valid_for,
            scopes=None if self.scopes is None else frozenset(self.scopes),
            may_decide=may_decide,
        )


class TokenAnswer(Answer):
    """An issued token."""

    token_id: str
    secret: str = Field(description="Shown this once; only its digest is kept.")
    user: str
    role: Role
    force: str | None
    scopes: tuple[Scope, ...]
    expires_at: datetime

    @classmethod
    def of(cls, issued: IssuedToken) -> Self:
        """Return the answer for an issued token."""
        actor = issued.token.actor
        return cls(
            token_id=issued.token.token_id,
            secret=issued.secret,
            user=actor.user_id,
            role=actor.role,
            force=actor.force,
            scopes=tuple(sorted(actor.scopes)),
            expires_at=issued.token.expires_at,
        )
