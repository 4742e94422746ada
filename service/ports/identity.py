"""Identities of people, asserted by an identity provider of the police (OpenID Connect)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.access.access import Scope


@dataclass(frozen=True, slots=True)
class Identity:
    """A person whom the identity provider has authenticated."""

    issuer: str
    subject: str
    """The provider's permanent identifier of the person; unlike a name, never reassigned."""
    name: str = ""
    """The provider's name for the person: for people to read, never for decisions."""
    session_id: str = ""
    """The provider's session (`sid`), if it names one; its sign-out notices may name it too."""
    context: str = ""
    """How the person was authenticated (`acr`), as the provider names it."""
    roles: tuple[str, ...] = ()
    """Roles as the provider names them; the settings say which of them have a meaning here."""

    @property
    def subject_sha256(self) -> str:
        """The digest under which the person is stored, hexadecimal."""
        return subject_sha256(self.issuer, self.subject)


def subject_sha256(issuer: str, subject: str) -> str:
    """Return the digest of an issuer's subject; the provider's own identifier is not stored."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def sid_sha256(issuer: str, session_id: str) -> str:
    """Return the digest under which a provider's session is stored; an empty id has one too."""
    return hashlib.sha256(f"{issuer}\nsid\n{session_id}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """The provider's notice that a person signed out. It names a subject, a session, or both."""

    issuer: str
    token_id: str
    issued_at: datetime
    subject: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class BearerIdentity:
    """The person behind an access token of the provider, and the token's scopes."""

    identity: Identity
    scopes: frozenset[Scope]
    """The scopes of the token that this service defines."""


class IdentityProvider(Protocol):
    """A provider of identities; thread-safe.

    Every call raises ProviderRefusedError for an invalid proof, and ProviderUnavailableError when
    the provider does not give a proper response.
    """

    @property
    def issuer(self) -> str:
        """The provider's identifier, a URL."""

    def states_issuer(self) -> bool:
        """Whether the provider announces that its responses name the provider (RFC 9207)."""

    def sign_in_address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return the address where a browser is sent to sign in; `verifier` is not sent (PKCE)."""

    def identify(self, code: str, *, nonce: str, verifier: str) -> Identity:
        """Return the identity for the code with which the browser returned."""

    def read_logout(self, token: str) -> LogoutNotice:
        """Return the notice contained in a logout token."""

    def identify_bearer(self, token: str) -> BearerIdentity:
        """Return the identity for an access token that was issued for this API."""
