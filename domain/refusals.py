"""Why the identity provider's word on somebody is not accepted."""

from __future__ import annotations

from enum import StrEnum


class ProviderRefusal(StrEnum):
    """Why a sign-in by the identity provider is refused, as the operational log tells it."""

    STATE = "state"
    """The answer is of no sign-in that this browser began in the last minutes."""
    DENIED = "denied"
    """The provider itself refused."""
    CODE = "code"
    """The provider gave no token for the code: it is wrong, old or used."""
    TOKEN = "token"  # noqa: S105 - a reason
    """The token is malformed, or not signed by the provider in a way that is accepted."""
    KEY = "key"
    """The token names a key that the provider does not publish."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """The token is for somebody else."""
    TIME = "time"
    """The token is expired or not valid yet."""
    NONCE = "nonce"
    """The token answers another sign-in."""
    ROLE = "role"
    """The provider's roles map to none of ours, or to several."""
    ROLE_CHANGED = "role-changed"
    """The account has another role than the provider says now."""
    ACCOUNT = "account"
    """There is no account, or it is disabled."""
