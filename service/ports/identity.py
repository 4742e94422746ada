"""Identities of people, stated by an identity provider of the police (OpenID Connect)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.access import Scope


@dataclass(frozen=True, slots=True)
class Identity:
    """A person for whom the provider vouches."""

    issuer: str
    subject: str
    """The provider's permanent identifier of the person; unlike a name it is never reassigned."""
    name: str = ""
    """The provider's name for the person: for people to read, never for decisions."""
    session_id: str = ""
    """The provider's session (`sid`), where it names one: its notices of sign-outs do."""
    context: str = ""
    """How the person was authenticated (`acr`), in the provider's own words."""
    roles: tuple[str, ...] = ()
    """The provider's own words; which of them mean something here is for the settings to say."""

    @property
    def subject_sha256(self) -> str:
        """The digest under which the person is kept, hexadecimal."""
        return subject_sha256(self.issuer, self.subject)


def subject_sha256(issuer: str, subject: str) -> str:
    """Return the digest of a subject of an issuer: no name of a provider is stored."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def sid_sha256(issuer: str, session_id: str) -> str:
    """Return the digest under which a provider's session is kept; an unnamed one has one too."""
    return hashlib.sha256(f"{issuer}\nsid\n{session_id}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """The provider's notice that a person signed out: of a subject, of a session, or of both."""

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
    """The scopes of the token that are defined here."""


class IdentityProvider(Protocol):
    """A provider of identities; thread-safe.

    Every call raises ProviderRefusedError for an invalid proof, and ProviderUnavailableError
    when the provider does not answer as it must.
    """

    @property
    def issuer(self) -> str:
        """The provider's name, an address."""

    def states_issuer(self) -> bool:
        """Whether the provider says that each of its answers names it (RFC 9207)."""

    def sign_in_address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where a browser is sent to sign in; `verifier` itself stays here (PKCE)."""

    def identify(self, code: str, *, nonce: str, verifier: str) -> Identity:
        """Return the identity behind the code that the browser came back with."""

    def read_logout(self, token: str) -> LogoutNotice:
        """Return the notice in a logout token."""

    def identify_bearer(self, token: str) -> BearerIdentity:
        """Return the identity behind an access token for this API."""
