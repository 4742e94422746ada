"""Reasons to refuse a sign-in through an identity provider, and parts of a store that can fail."""

from enum import StrEnum


class ProviderRefusal(StrEnum):
    """The reason for refusing a sign-in through the identity provider, for the operational log."""

    STATE = "state"
    """The answer matches no sign-in that this browser began in the last minutes."""
    DENIED = "denied"
    """The provider itself refused the sign-in."""
    CODE = "code"
    """The provider gave no token for the code, because the code is wrong, too old or already
    used.
    """
    TOKEN = "token"  # noqa: S105 - a reason
    """The token is malformed, or is not signed by the provider with an accepted signature."""
    KEY = "key"
    """The token names a key that the provider does not publish."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """The token was issued for another audience."""
    TIME = "time"
    """The token has expired or is not valid yet."""
    NONCE = "nonce"
    """The token belongs to another sign-in."""
    ROLE = "role"
    """The provider's roles match no role of this service, or several."""
    ROLE_CHANGED = "role-changed"
    """The role of the account differs from the role that the provider now states."""
    CONTEXT = "acr"
    """The provider did not authenticate the person in the way that is required here."""
    LOGOUT = "logout"
    """The token is not a notice of a sign-out."""
    REPLAY = "replay"
    """The same notice was already received."""
    ACCOUNT = "account"
    """There is no account, or the account is disabled."""


class StorePart(StrEnum):
    """A part of a store that can be unavailable, under the name that operators know."""

    DATABASE = "database"
    KEYS = "keys"
    INDEX = "index"
    FILES = "files"
    """Any other file of the service."""
