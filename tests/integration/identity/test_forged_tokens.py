"""Tokens that are not the provider's, not for us, not for this sign-in, or not for now."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from matching.scorer import Scorer
from tests.identity_provider import CLIENT_ID, Claims, Provider, ec_key, rsa_key, running_provider
from tests.integration.identity.driver import assert_refused, opened, settings_of, sign_in
from tests.integration.web.driver import Office, browser

pytestmark = pytest.mark.promise("authorisation")


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Provider]:
    with running_provider() as running_one:
        yield running_one


@pytest.fixture(scope="module")
def one_office(
    sqlite_template: Path,
    scorer: Scorer,
    one_provider: Provider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    directory = tmp_path_factory.mktemp("forged")
    copy = shutil.copyfile(sqlite_template, directory / "identlink.db")
    told = settings_of(one_provider)
    with opened(f"sqlite:///{copy}", scorer, directory, **told) as office:
        patient = replace(office.bench.sign_in, failures_per_address=10_000)
        office.app.state.workbench = replace(office.bench, sign_in=patient)
        yield office


@pytest.fixture
def provider(one_provider: Provider) -> Iterator[Provider]:
    yield one_provider
    one_provider.forge, one_provider.sign = dict, None


@pytest.fixture
def office(one_office: Office) -> Office:
    return one_office


def test_an_honest_token_lets_its_person_in(office: Office, provider: Provider) -> None:
    assert sign_in(browser(office.app)).status_code == 200


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "token"),
        ({"nonce": 7}, "nonce"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": ["another-client"]}, "audience"),
        ({"azp": "another-client"}, "audience"),
        ({"azp": ""}, "audience"),
        ({"azp": [CLIENT_ID]}, "audience"),
        ({"aud": [CLIENT_ID, "another-client"]}, "audience"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "audience"),
        ({"exp": 1_000_000_000}, "time"),
        ({"exp": None}, "token"),
        ({"iat": 9_000_000_000}, "time"),
        ({"nbf": 9_000_000_000}, "time"),
        ({"sub": None}, "token"),
        ({"sub": ""}, "token"),
        ({"sub": 7}, "token"),
        ({"sub": "x" * 256}, "token"),
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(
    office: Office, provider: Provider, forged: Claims, reason: str
) -> None:
    provider.forge = lambda claims: {**claims, **forged}
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, reason)


@pytest.mark.parametrize(
    "honest",
    [
        {"azp": CLIENT_ID},
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID},
    ],
)
def test_a_token_that_was_issued_to_us_lets_its_person_in(
    office: Office, provider: Provider, honest: Claims
) -> None:
    provider.forge = lambda claims: {**claims, **honest}

    assert sign_in(browser(office.app)).status_code == 200


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("exp", "token"),
        ("iat", "token"),
        ("iss", "token"),
        ("aud", "token"),
        ("sub", "token"),
        ("nonce", "token"),
    ],
)
def test_a_token_without_a_claim_that_we_look_at_lets_nobody_in(
    office: Office, provider: Provider, missing: str, reason: str
) -> None:
    provider.forge = lambda claims: {n: v for n, v in claims.items() if n != missing}
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, reason)


def test_a_token_of_endless_claims_lets_nobody_in(office: Office, provider: Provider) -> None:
    provider.forge = lambda claims: {**claims, "padding": "x" * 16_384}
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, "token")


def _unsigned(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": provider.key_id})


def _signed_with_public_key(provider: Provider, claims: Claims) -> str:
    """HS256 with the public key for a secret: an old confusion of libraries."""
    public = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": provider.key_id}
    parts = [json.dumps(header).encode(), json.dumps(claims).encode()]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = hmac.new(public, body, hashlib.sha256).digest()
    return (body + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def _signed_by_another(provider: Provider, claims: Claims) -> str:
    return provider.signed(claims, key=rsa_key(2))


def _signed_in_another_way(provider: Provider, claims: Claims) -> str:
    return provider.signed(claims, key=ec_key(), algorithm="ES256")


def _changed_after(provider: Provider, claims: Claims) -> str:
    head, _, signature = provider.signed(claims).split(".")
    other = provider.signed({**claims, "roles": ["supervisors"]}).split(".")[1]
    return f"{head}.{other}.{signature}"


def _no_token(_provider: Provider, _claims: Claims) -> str:
    return "no token at all"


def _endless(_provider: Provider, _claims: Claims) -> str:
    return "e" * 20_000


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _signed_with_public_key,
        _signed_by_another,
        _signed_in_another_way,
        _changed_after,
        _no_token,
        _endless,
    ],
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    office: Office, provider: Provider, forge: Any
) -> None:
    provider.sign = lambda claims: str(forge(provider, claims))
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, "token")
