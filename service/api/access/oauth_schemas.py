"""Access tokens of clients, in the words of RFC 6749."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field

from service.api.access.token_requests import TokenFault
from service.api.base import Answer
from service.usecases.access.tokens import IssuedToken


class AccessTokenAnswer(Answer):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str = Field(description="Shown this once; only its digest is kept.")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind of token
    expires_in: int = Field(description="Seconds from now.")
    scope: str = Field(description="Scopes, with blanks between them.")

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

    error: TokenFault


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
                            "description": "Fewer than the client holds, with blanks between "
                            "them; without it, all.",
                        },
                        "client_id": {
                            "type": "string",
                            "description": "Here or, better, by HTTP Basic.",
                        },
                        "client_secret": {"type": "string", "format": "password"},
                    },
                }
            }
        },
    }
}
"""The documentation of the form."""
