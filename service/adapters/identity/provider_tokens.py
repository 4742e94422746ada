"""Verifies tokens of the identity provider: signature, issuer, audience and times.

Only asymmetric signatures made with keys that the provider publishes are accepted. If a token
names an unknown key, the keys are fetched again, but no more often than `KeptValue` allows. Logout
tokens are read as required by OpenID Connect Back-Channel Logout 1.0, section 2.6.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from jwt.algorithms import OKPAlgorithm

from domain.errors import ProviderRefusal, ProviderRefusedError, ProviderUnavailableError
from service.adapters.identity.provider_web import KeptValue, MonotonicSeconds
from service.ports.identity import LogoutNotice

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""The signature algorithms accepted; "none" and shared secrets are never accepted."""

_LONGEST_TOKEN = 16_384
LEEWAY_S = 30
"""How much two clocks may differ."""
_OF_KIND = {
    "RSA": ALGORITHMS[:6],
    "EC": ALGORITHMS[6:9],
    "OKP": ALGORITHMS[9:],
}
"""The signature algorithms of each type of key that names none itself (RFC 7517, section 4.4)."""
_EDWARDS = frozenset(ALGORITHMS[9:])
"""Two names for the same signature algorithm: RFC 8037 and RFC 9864."""

KEYS_KEPT_S = 600.0
"""The longest time for which a key is still trusted after the provider has withdrawn it."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key of the provider, and the signature algorithms accepted from it."""

    key: Any
    algorithms: tuple[str, ...]


Keys = Mapping[str, PublishedKey]
"""Public keys by their ids. A key without an id has the empty id."""

# RFC 9864's name for the signature that the library knows only by its older name.
with suppress(ValueError):
    jwt.register_algorithm("Ed25519", OKPAlgorithm())

_REASONS: tuple[tuple[type[jwt.PyJWTError], ProviderRefusal], ...] = (
    (jwt.InvalidIssuerError, ProviderRefusal.ISSUER),
    (jwt.InvalidAudienceError, ProviderRefusal.AUDIENCE),
    (jwt.ExpiredSignatureError, ProviderRefusal.TIME),
    (jwt.ImmatureSignatureError, ProviderRefusal.TIME),
)


class TokenVerifier:
    """Verifies the tokens of one issuer. Thread-safe."""

    def __init__(
        self, issuer: str, fetch_keys: Callable[[], Mapping[str, Any]], seconds: MonotonicSeconds
    ) -> None:
        self._issuer = issuer
        self._keys = KeptValue(lambda: read_keys(fetch_keys()), seconds, kept_s=KEYS_KEPT_S)

    def claims(
        self,
        token: str,
        *,
        audience: str,
        required: Sequence[str],
        types: Collection[str] | None = None,
    ) -> dict[str, Any]:
        """Return the claims of a token for this audience, of one of these types if given.

        Raises ProviderRefusedError; ProviderUnavailableError if needed keys cannot be fetched.
        """
        key = self._key(_key_id(token, types))
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=key.algorithms,
                audience=audience,
                issuer=self._issuer,
                leeway=LEEWAY_S,
                options={
                    "require": ["exp", "iat", "iss", "aud", *required],
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.PyJWTError as error:
            # Raised without the cause, whose text may repeat the content of the token.
            raise ProviderRefusedError(reason=_reason(error)) from None

    def _key(self, key_id: str) -> PublishedKey:
        keys = self._keys.get(lambda keys: key_id in keys)
        if key_id in keys:
            return keys[key_id]
        if not key_id and len(keys) == 1:
            return next(iter(keys.values()))
        raise ProviderRefusedError(reason=ProviderRefusal.KEY)


def read_keys(published: Mapping[str, Any]) -> Keys:
    """Return the public signature keys of a key set (RFC 7517).

    Other keys are skipped, above all secret ones. Raises ProviderUnavailableError if none is left.
    """
    found = published.get("keys")
    usable = [one for one in found if _is_for_signatures(one)] if isinstance(found, list) else []
    keys: dict[str, PublishedKey] = {}
    for one in usable:
        try:
            keys[str(one.get("kid", ""))] = _published(one)
        except jwt.PyJWTError:
            # A key of unknown type: tokens signed with it are refused.
            continue
    if not keys:
        raise ProviderUnavailableError
    return keys


def _published(one: Mapping[str, Any]) -> PublishedKey:
    """Return a key of a set. Raises PyJWTError for a key of unknown type."""
    named = one.get("alg")
    if named in _EDWARDS:
        return PublishedKey(jwt.PyJWK({**one, "alg": "EdDSA"}).key, _OF_KIND["OKP"])
    accepted = (named,) if named else _OF_KIND[one["kty"]]
    return PublishedKey(jwt.PyJWK(dict(one)).key, accepted)


def _is_for_signatures(one: object) -> bool:
    return (
        isinstance(one, dict)
        and one.get("kty") in _OF_KIND
        and one.get("use", "sig") == "sig"
        and one.get("alg", ALGORITHMS[0]) in ALGORITHMS
    )


def _key_id(token: str, types: Collection[str] | None) -> str:
    """Return the id of the key that a token names, checked before any key is fetched for it."""
    if len(token) > _LONGEST_TOKEN:
        raise ProviderRefusedError(reason=ProviderRefusal.TOKEN)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise ProviderRefusedError(reason=ProviderRefusal.TOKEN) from None
    is_of_type = types is None or str(header.get("typ", "")).lower() in types
    if header.get("alg") not in ALGORITHMS or not is_of_type:
        raise ProviderRefusedError(reason=ProviderRefusal.TOKEN)
    return str(header.get("kid", ""))


def _reason(error: jwt.PyJWTError) -> ProviderRefusal:
    return next(
        (told for kind, told in _REASONS if isinstance(error, kind)), ProviderRefusal.TOKEN
    )


EVENT = "http://schemas.openid.net/event/backchannel-logout"
_TYPES = frozenset({"", "jwt", "logout+jwt", "application/logout+jwt"})
_LONGEST = 255


def read_logout(
    tokens: TokenVerifier, token: str, *, issuer: str, client_id: str, subject_claim: str = "sub"
) -> LogoutNotice:
    """Return the notice in a logout token issued to us. `subject_claim` identifies the person.

    Raises ProviderRefusedError, ProviderUnavailableError.
    """
    claims = tokens.claims(token, audience=client_id, required=("jti", "events"), types=_TYPES)
    subject, session = _text(claims, subject_claim), _text(claims, "sid")
    event = claims["events"].get(EVENT) if isinstance(claims["events"], dict) else None
    # A nonce is forbidden, so that no ID token can be used as a notice.
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
    """Return a claim that is a text of limited length, or an empty text if it is missing."""
    value = claims.get(name, "")
    return value if isinstance(value, str) and len(value) <= _LONGEST else _refuse()


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise ProviderRefusedError(reason=ProviderRefusal.LOGOUT) from None


def _refuse() -> str:
    raise ProviderRefusedError(reason=ProviderRefusal.LOGOUT)
