from __future__ import annotations

from typing import Any

import jwt
import pytest

from domain.errors import ProviderRefusedError, ProviderUnavailableError
from service.adapters.identity.provider_tokens import TokenVerifier, read_keys
from tests.identity_provider import ec_key, public_jwk, rsa_key

SECRET = {"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCE", "kid": "s"}


def test_only_public_keys_for_signatures_are_read() -> None:
    published = {
        "keys": [
            public_jwk(rsa_key(), "rsa"),
            public_jwk(ec_key(), "ec"),
            public_jwk(rsa_key(2), "for-secrets", use="enc"),
            public_jwk(rsa_key(2), "of-secrets", alg="RSA-OAEP"),
            SECRET,
            {**SECRET, "alg": "RS256"},
            {"kty": "RSA", "kid": "hollow"},
            {"kty": "EC", "crv": "P-0", "kid": "odd"},
            "no key",
        ]
    }

    assert set(read_keys(published)) == {"rsa", "ec"}


@pytest.mark.parametrize(
    "published", [{}, {"keys": None}, {"keys": []}, {"keys": [SECRET]}, {"keys": [7]}]
)
def test_a_set_without_a_usable_key_is_none(published: dict[str, Any]) -> None:
    with pytest.raises(ProviderUnavailableError):
        read_keys(published)


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode({}, "k" * 32, algorithm="HS256", headers={"kid": "unknown"}),
        jwt.encode({}, None, algorithm="none", headers={"kid": "unknown"}),
        "a.b.c",
        "..",
        "e30.e30.e30",
        "x" * 20_000,
    ],
)
def test_nothing_is_fetched_for_what_can_be_no_token_of_the_provider(token: str) -> None:
    fetched: list[str] = []

    def fetch() -> dict[str, Any]:
        fetched.append("keys")
        return {"keys": [public_jwk(rsa_key(), "rsa")]}

    verifier = TokenVerifier("https://id.police.example", fetch, lambda: 0.0)

    with pytest.raises(ProviderRefusedError):
        verifier.claims(token, audience="us", required=())
    assert fetched == []
