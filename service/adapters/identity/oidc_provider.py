"""An identity provider with OpenID Connect: authorisation code flow with PKCE (RFC 7636)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from domain.access.access import Scope
from domain.errors import ProviderRefusal, ProviderRefusedError, ProviderUnavailableError
from service.adapters.identity.provider_settings import ProviderPlan
from service.adapters.identity.provider_tokens import LEEWAY_S, TokenVerifier, read_logout
from service.adapters.identity.provider_web import (
    KeptValue,
    MonotonicSeconds,
    ProviderWeb,
    is_allowed_address,
    prove,
)
from service.ports.identity import BearerIdentity, Identity, LogoutNotice

_CONFIGURATION = "/.well-known/openid-configuration"
_LONGEST_SUBJECT = 255
"""Most characters of a subject (OpenID Connect Core, section 2)."""


_ID_TOKENS = frozenset({"", "jwt"})
_ACCESS_TOKENS = _ID_TOKENS | {"at+jwt", "application/at+jwt"}
"""Accepted token types (`typ`). A logout token has another type, so it gives no access."""


@dataclass(frozen=True, slots=True)
class _Endpoints:
    authorisation: str
    token: str
    keys: str
    states_issuer: bool
    """Whether the provider's sign-in responses name the issuer (RFC 9207)."""
    client_proofs: tuple[str, ...]


class OidcProvider:
    """One provider. Thread-safe. Its configuration and keys are fetched when they are needed."""

    def __init__(self, plan: ProviderPlan, web: ProviderWeb, seconds: MonotonicSeconds) -> None:
        self._plan = plan
        self._web = web
        self._endpoints = KeptValue(self._discover, seconds)
        self._tokens = TokenVerifier(
            plan.issuer, lambda: web.get(self._endpoints.get().keys), seconds
        )

    @property
    def issuer(self) -> str:
        """The issuer identifier of the provider, which is a URL."""
        return self._plan.issuer

    def sign_in_address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return the address at which a browser signs in. Raises ProviderUnavailableError."""
        asked = {
            "response_type": "code",
            "client_id": self._plan.client_id,
            "redirect_uri": self._plan.redirect_address,
            "scope": self._plan.told.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        if self._plan.told.provider_acr:
            asked["acr_values"] = " ".join(self._plan.told.provider_acr)
        if self._plan.told.oidc_max_age_s is not None:
            asked["max_age"] = str(self._plan.told.oidc_max_age_s)
        address = self._endpoints.get().authorisation
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def states_issuer(self) -> bool:
        """Whether each sign-in response must name its issuer. Raises ProviderUnavailableError."""
        return self._endpoints.get().states_issuer

    def identify(self, code: str, *, nonce: str, verifier: str) -> Identity:
        """Return who signed in. Raises ProviderRefusedError, ProviderUnavailableError."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._plan.redirect_address,
            "code_verifier": verifier,
        }
        endpoints = self._endpoints.get()
        proofs, headers = prove(
            self._plan.client_id,
            self._plan.client_secret,
            endpoint=endpoints.token,
            offered=endpoints.client_proofs,
        )
        answer = self._web.post(endpoints.token, {**fields, **proofs}, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderUnavailableError
        claims = self._tokens.claims(
            token, audience=self._plan.client_id, required=("sub", "nonce"), types=_ID_TOKENS
        )
        self._check_age(claims)
        _check_nonce(claims, nonce)
        _check_party(claims, self._plan.client_id)
        return self._identity(claims)

    def identify_bearer(self, token: str) -> BearerIdentity:
        """Return the person for whom an access token for our API was issued.

        An ID token has another audience and is refused. Raises ProviderRefusedError,
        ProviderUnavailableError.
        """
        audience = self._plan.told.oidc_api_audience
        if audience is None:
            raise ProviderRefusedError(reason=ProviderRefusal.AUDIENCE)
        claims = self._tokens.claims(
            token, audience=audience, required=("sub",), types=_ACCESS_TOKENS
        )
        return BearerIdentity(self._identity(claims), self._scopes(claims))

    def read_logout(self, token: str) -> LogoutNotice:
        """Return the notice in a logout token. Raises the same errors as `identify`."""
        plan = self._plan
        return read_logout(
            self._tokens,
            token,
            issuer=plan.issuer,
            client_id=plan.client_id,
            subject_claim=plan.told.oidc_subject_claim,
        )

    def _discover(self) -> _Endpoints:
        """Return the provider's endpoints; a configuration of another issuer is refused."""
        found = self._web.get(f"{self._plan.issuer.rstrip('/')}{_CONFIGURATION}")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorisation, token, keys = addresses = [str(found.get(name, "")) for name in names]
        if found.get("issuer") != self._plan.issuer or not all(map(is_allowed_address, addresses)):
            raise ProviderUnavailableError
        return _Endpoints(
            authorisation,
            token,
            keys,
            states_issuer=found.get("authorization_response_iss_parameter_supported") is True,
            client_proofs=_words(found.get("token_endpoint_auth_methods_supported")),
        )

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[Scope]:
        """Return our scopes in a token: those in `scope` (RFC 8693), or in `scp`, a list."""
        held = claims.get("scope", claims.get("scp"))
        if held is None:
            raise ProviderRefusedError(reason=ProviderRefusal.TOKEN)
        words = held.split(" ") if isinstance(held, str) else _words(held)
        plain = {word.removeprefix(self._plan.told.oidc_scope_prefix) for word in words}
        return frozenset(scope for scope in Scope if scope.value in plain)

    def _check_age(self, claims: Mapping[str, Any]) -> None:
        """Refuse a person who authenticated too long ago (Core, section 3.1.3.7)."""
        longest = self._plan.told.oidc_max_age_s
        if longest is None:
            return
        proven_at = claims.get("auth_time")
        # Both times are by the provider's clock.
        if not isinstance(proven_at, int) or claims["iat"] - proven_at > longest + LEEWAY_S:
            raise ProviderRefusedError(reason=ProviderRefusal.TIME)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject = claims.get(self._plan.told.oidc_subject_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise ProviderRefusedError(reason=ProviderRefusal.TOKEN)
        return Identity(
            self._plan.issuer,
            subject,
            _text(claims.get(self._plan.told.oidc_name_claim)),
            session_id=_text(claims.get("sid")),
            context=_text(claims.get("acr")),
            roles=_words(_claim(claims, self._plan.told.oidc_role_claim)),
        )


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """Refuse a token that was issued to another client (Core, section 3.1.3.7).

    A token for several audiences must name the client to which it was issued.
    """
    audiences = claims["aud"]
    is_shared = isinstance(audiences, list) and len(audiences) > 1
    if claims.get("azp", None if is_shared else client_id) != client_id:
        raise ProviderRefusedError(reason=ProviderRefusal.AUDIENCE)


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise ProviderRefusedError(reason=ProviderRefusal.NONCE)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim by its name, or by a path such as `realm_access.roles`."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _text(claim: Any) -> str:
    return claim if isinstance(claim, str) else ""


def _words(claim: Any) -> tuple[str, ...]:
    found = [claim] if isinstance(claim, str) else claim
    if not isinstance(found, list):
        return ()
    return tuple(word for word in found if isinstance(word, str))
