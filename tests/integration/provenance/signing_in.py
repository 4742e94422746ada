"""Signing in through the use cases alone, with an identity provider that accepts all users."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.store_secrets import mac_under
from service.ports.identity import BearerIdentity, Identity, LogoutNotice
from service.usecases.access.provider import Arrival, arrive, depart
from service.usecases.access.sessions import SignIn
from service.usecases.workbench import ProviderDesk, Workbench, parse_role_map


@dataclass(frozen=True, slots=True)
class TrustingProvider:
    """An identity provider whose code is the name of the signed-in user."""

    issuer: str = "https://identity.example"

    def states_issuer(self) -> bool:
        return False

    def sign_in_address(self, *, state: str, nonce: str, verifier: str) -> str:
        return f"{self.issuer}/authorise"

    def identify(self, code: str, *, nonce: str, verifier: str) -> Identity:
        return Identity(self.issuer, code, code, roles=("examiners",))

    def read_logout(self, token: str) -> LogoutNotice:
        token_id, _, subject = token.partition(" ")
        return LogoutNotice(self.issuer, token_id, datetime.now(UTC), subject=subject)

    def identify_bearer(self, token: str) -> BearerIdentity:
        raise AssertionError("no token of the provider is used here")


def with_provider(bench: Workbench) -> Workbench:
    """Return a workbench whose examiners can also sign in through a provider."""
    roles = parse_role_map({"examiners": "examiner"})
    desk = ProviderDesk(TrustingProvider(), roles, cookie_mac=mac_under(b"k" * 32))
    return replace(bench, provider=desk)


def arrived(bench: Workbench, subject: str) -> str:
    """Sign a user in through the provider; return the secret of the session."""
    departure, _ = depart(bench)
    arrival = Arrival(departure.state, subject, "", "", "127.0.0.1")
    return arrive(bench, departure, arrival)


def attempt(name: str, password: str) -> SignIn:
    """Return an attempt to sign in from here."""
    return SignIn(name, password, "127.0.0.1")
