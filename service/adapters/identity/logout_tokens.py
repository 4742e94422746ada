"""Logout tokens, read as OpenID Connect Back-Channel Logout 1.0, section 2.6, demands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.errors import ProviderRefusedError
from domain.refusals import ProviderRefusal
from service.adapters.identity.provider_tokens import TokenVerifier
from service.ports.identity import LogoutNotice

EVENT = "http://schemas.openid.net/event/backchannel-logout"
_TYPES = frozenset({"", "jwt", "logout+jwt", "application/logout+jwt"})
_LONGEST = 255


def read_logout(
    tokens: TokenVerifier, token: str, *, issuer: str, client_id: str, subject_claim: str = "sub"
) -> LogoutNotice:
    """Return the notice in a logout token that is for us; `subject_claim` names the person.

    Raises ProviderRefusedError, ProviderUnavailableError.
    """
    claims = tokens.claims(token, audience=client_id, required=("jti", "events"), types=_TYPES)
    subject, session = _text(claims, subject_claim), _text(claims, "sid")
    event = claims["events"].get(EVENT) if isinstance(claims["events"], dict) else None
    # A nonce is forbidden, so that no ID token passes for a notice.
    if not isinstance(event, dict) or "nonce" in claims or not (subject or session):
        raise ProviderRefusedError(reason=ProviderRefusal.LOGOUT)
    return LogoutNotice(
        issuer=issuer,
        token_id=_text(claims, "jti") or _refuse(),
        issued_at=_moment(claims["iat"]),
        subject=subject,
        session_id=session,
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is a text in bounds, empty where there is none."""
    value = claims.get(name, "")
    return value if isinstance(value, str) and len(value) <= _LONGEST else _refuse()


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise ProviderRefusedError(reason=ProviderRefusal.LOGOUT) from None


def _refuse() -> str:
    raise ProviderRefusedError(reason=ProviderRefusal.LOGOUT)
