"""Reasons to refuse a sign-in through an identity provider, and parts of a store that can fail."""

from __future__ import annotations

from enum import StrEnum


class ProviderRefusal(StrEnum):
    """The reason for refusing a sign-in through the identity provider, for the operational log."""

    STATE = "state"
    """The answer matches no sign-in that this browser began in the last minutes."""
    DENIED = "denied"
    """The provider itself refused."""
    CODE = "code"
    """The provider gave no token for the code: it is wrong, old or used."""
    TOKEN = "token"  # noqa: S105 - a reason
    """The token is malformed, or lacks an accepted signature of the provider."""
    KEY = "key"
    """The token names a key that the provider does not publish."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """The token is for another audience."""
    TIME = "time"
    """The token is expired or not valid yet."""
    NONCE = "nonce"
    """The token answers another sign-in."""
    ROLE = "role"
    """The provider's roles map to none of ours, or to several."""
    ROLE_CHANGED = "role-changed"
    """The account's role differs from the provider's current one."""
    CONTEXT = "acr"
    """The provider authenticated the person in another way than is required here."""
    LOGOUT = "logout"
    """The token is no notice of a sign-out."""
    REPLAY = "replay"
    """The notice came before."""
    ACCOUNT = "account"
    """There is no account, or it is disabled."""


class StorePart(StrEnum):
    """A part of a store that can be unavailable, as operators know it."""

    DATABASE = "database"
    KEYS = "keys"
    INDEX = "index"
    FILES = "files"
    """Any other file of the service."""
