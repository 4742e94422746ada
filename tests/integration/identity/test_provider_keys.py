"""Fetches from the provider, of configuration and keys: rare, bounded, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from service.adapters.identity.oidc_provider import OidcProvider
from service.adapters.identity.provider_settings import provider_plan
from service.adapters.identity.provider_web import ProviderWeb
from tests.identity_provider import Claims, Provider, ec_key, public_jwk, rsa_key
from tests.integration.identity.driver import (
    assert_refused,
    at_provider,
    depart,
    sign_in,
)
from tests.integration.web.driver import Office, browser


class Seconds:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def with_clock(office: Office) -> Seconds:
    """Let cached provider values age by a clock of the test."""
    seconds, desk = Seconds(), office.bench.provider
    plan = provider_plan(office.app.state.api.settings)
    assert desk is not None
    assert plan is not None
    slow = replace(desk, provider=OidcProvider(plan, ProviderWeb(), seconds))
    office.app.state.workbench = replace(office.bench, provider=slow)
    return seconds


def test_a_new_key_of_the_provider_is_looked_up_and_the_old_one_forgotten(
    office: Office, provider: Provider
) -> None:
    seconds = with_clock(office)
    sign_in(browser(office.app))
    seconds.now += 11
    provider.published = [public_jwk(ec_key(), "key-2")]
    provider.key_id = "key-2"
    provider.sign = lambda claims: provider.signed(claims, key=ec_key(), algorithm="ES256")

    rotated = sign_in(browser(office.app))
    provider.key_id, provider.sign = "key-1", None
    client = browser(office.app)
    old = sign_in(client)

    assert rotated.status_code == 200
    assert_refused(office, client, old, "key")
    # The second for the new key, the third for the old one, which may have come back.
    assert provider.asked.count("/jwks") == 3


def test_keys_that_change_twice_in_a_moment_keep_nobody_out(
    office: Office, provider: Provider
) -> None:
    with_clock(office)
    sign_in(browser(office.app))
    signed_in = []
    for number in (2, 3):
        provider.key_id = f"key-{number}"
        provider.published = [public_jwk(rsa_key(), provider.key_id)]
        signed_in.append(sign_in(browser(office.app)).status_code)

    assert signed_in == [200, 200]


@pytest.mark.parametrize("algorithm", ["PS256", "RS512"])
def test_a_key_without_an_algorithm_signs_by_any_of_its_kind(
    office: Office, provider: Provider, algorithm: str
) -> None:
    provider.published = [public_jwk(rsa_key(), provider.key_id)]
    assert "alg" not in provider.published[0]
    provider.sign = lambda claims: provider.signed(claims, algorithm=algorithm)

    assert sign_in(browser(office.app)).status_code == 200


def test_a_key_with_an_algorithm_signs_by_no_other(office: Office, provider: Provider) -> None:
    provider.published = [public_jwk(rsa_key(), provider.key_id, alg="RS256")]
    provider.sign = lambda claims: provider.signed(claims, algorithm="PS256")
    client = browser(office.app)

    assert_refused(office, client, sign_in(client), "token")


@pytest.mark.parametrize("published", ["EdDSA", "Ed25519", None])
@pytest.mark.parametrize("signed", ["EdDSA", "Ed25519"])
def test_both_names_of_ed25519_are_understood(
    office: Office, provider: Provider, published: str | None, signed: str
) -> None:
    key = Ed25519PrivateKey.generate()
    jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    named = {"alg": published} if published else {}
    provider.published = [{**jwk, "kid": provider.key_id, **named}]
    provider.sign = lambda claims: provider.signed(claims, key=key, algorithm=signed)

    assert sign_in(browser(office.app)).status_code == 200


@pytest.mark.parametrize(
    ("offered", "used"),
    [
        (None, "basic"),
        (["private_key_jwt", "client_secret_post"], "post"),
        (["client_secret_jwt"], "jwt"),
    ],
)
def test_we_prove_ourselves_in_a_way_that_the_provider_offers(
    office: Office, provider: Provider, offered: list[str] | None, used: str
) -> None:
    if offered:
        provider.configuration = {"token_endpoint_auth_methods_supported": offered}

    answer = sign_in(browser(office.app))

    assert answer.status_code == 200
    assert provider.proofs == [used]


def test_a_provider_that_offers_none_of_our_ways_is_away(
    office: Office, provider: Provider
) -> None:
    provider.configuration = {"token_endpoint_auth_methods_supported": ["tls_client_auth"]}

    assert sign_in(browser(office.app)).status_code == 503


def test_keys_and_configuration_are_looked_up_again_after_an_hour(
    office: Office, provider: Provider
) -> None:
    seconds = with_clock(office)
    sign_in(browser(office.app))
    seconds.now += 3_601
    provider.published = [public_jwk(rsa_key(2), "key-1")]
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, "token")
    assert provider.asked.count("/.well-known/openid-configuration") == 2


def test_a_key_that_the_provider_withdraws_is_trusted_for_minutes(
    office: Office, provider: Provider
) -> None:
    seconds = with_clock(office)
    sign_in(browser(office.app))
    provider.published = [public_jwk(ec_key(), "key-2")]
    seconds.now += 599
    within = sign_in(browser(office.app))
    seconds.now += 2
    client = browser(office.app)

    after = sign_in(client)

    assert within.status_code == 200
    assert_refused(office, client, after, "key")


def test_notices_with_unknown_keys_do_not_make_us_fetch_each_time(
    office: Office, provider: Provider
) -> None:
    sign_in(browser(office.app))
    provider.key_id = "unknown"
    provider.published = [public_jwk(rsa_key(), "key-1")]

    for _ in range(20):
        token = provider.logout_token()
        answer = office.world.client.post(
            "/v1/oidc/back-channel-logout", data={"logout_token": token}
        )
        assert answer.status_code == 400

    # Once for the sign-in, and twice more in half a minute at the most.
    assert provider.asked.count("/jwks") <= 3


def test_a_secret_among_the_published_keys_is_no_key(office: Office, provider: Provider) -> None:
    shared = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCE"
    provider.published = [
        {"kty": "oct", "k": shared, "kid": "shared", "alg": "HS256"},
        public_jwk(rsa_key(2), "for-secrets", use="enc"),
        public_jwk(rsa_key(), provider.key_id),
    ]
    client = browser(office.app)
    good = sign_in(client)
    provider.sign = lambda claims: provider.signed(claims, key=rsa_key(2))
    provider.key_id = "for-secrets"
    other = browser(office.app)

    answer = sign_in(other)

    assert good.status_code == 200
    assert_refused(office, other, answer, "key")


def test_tokens_with_unknown_keys_do_not_make_us_fetch_each_time(
    office: Office, provider: Provider
) -> None:
    sign_in(browser(office.app))
    provider.key_id = "unknown"
    provider.published = [public_jwk(rsa_key(), "key-1")]

    for _ in range(5):
        client = browser(office.app)
        assert_refused(office, client, sign_in(client), "key")

    assert provider.asked.count("/jwks") <= 3
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (200, b"no json"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b" " * 300_000),
        (302, b""),
    ],
)
def test_a_provider_that_answers_nonsense_is_away(
    office: Office, provider: Provider, answer: tuple[int, bytes]
) -> None:
    provider.answer = answer
    client = browser(office.app)

    pages = [client.get("/workbench/sign-in/provider") for _ in range(3)]

    assert [page.status_code for page in pages] == [503, 503, 503]
    assert "cannot be reached" in pages[0].text
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"token_endpoint": "ftp://localhost/token"},
        {"jwks_uri": None},
    ],
)
def test_a_configuration_that_leads_elsewhere_is_not_followed(
    office: Office, provider: Provider, changed: Claims
) -> None:
    provider.configuration = changed

    answer = browser(office.app).get("/workbench/sign-in/provider")

    assert answer.status_code == 503


def test_a_provider_that_goes_away_half_way_lets_nobody_in(
    office: Office, provider: Provider
) -> None:
    client = browser(office.app)
    back = at_provider(depart(client))
    provider.answer = (503, b"")

    answer = client.get(back)

    assert answer.status_code == 503
    assert "identlink-session" not in client.cookies
    assert office.world.log_lines()[-1]["problem"] == "provider-unavailable"
