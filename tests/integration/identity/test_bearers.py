"""Access tokens of the identity provider on the API."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Purpose
from matching.scorer import Scorer
from service.ports.identity import subject_sha256
from service.usecases.access.accounts import disable_account
from tests.identity_provider import API_AUDIENCE, CLIENT_ID, Provider, rsa_key
from tests.integration.api.driver import ROOT, User, headers
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.identity.driver import opened, settings_of, sign_in
from tests.integration.web.driver import Office, browser


@pytest.fixture
def office(
    sqlite_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    yield from with_an_account(sqlite_url, scorer, tmp_path, provider)


@pytest.fixture
def either_office(
    database_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    yield from with_an_account(database_url, scorer, tmp_path, provider)


def with_an_account(
    database_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    told = settings_of(provider, oidc_api_audience=API_AUDIENCE)
    with opened(database_url, scorer, tmp_path, **told) as office:
        sign_in(browser(office.app))
        yield office


def bearer(office: Office, token: str) -> User:
    return User(office.world.client, headers(token, Purpose.EXAMINATION))


def test_a_token_for_our_api_speaks_for_its_account(office: Office, provider: Provider) -> None:
    user = bearer(office, provider.access_token())

    assert user.get("/v1/cases").status_code == 200
    assert_problem(user.get("/v1/searches"), 403, "not-permitted")


@pytest.mark.parametrize(
    ("scope", "status"),
    [("openid", 403), ("cases:work", 200), ("searches:read log:read", 403), ("", 403)],
)
def test_a_token_allows_what_both_sides_allow(
    office: Office, provider: Provider, scope: str, status: int
) -> None:
    user = bearer(office, provider.access_token(scope=scope))

    assert user.get("/v1/cases").status_code == status
    assert user.get("/v1/log/entries").status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": CLIENT_ID},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"sub": "somebody-without-account"},
        {"roles": []},
        {"roles": ["supervisors"]},
        {"scope": None},
    ],
)
def test_a_token_that_is_not_for_us_or_for_nobody_is_refused(
    office: Office, provider: Provider, claims: dict[str, Any]
) -> None:
    user = bearer(office, provider.access_token(**claims))

    assert_problem(user.get("/v1/cases"), 401, "not-authenticated")


def test_a_refusal_says_what_was_wrong_with_the_token(office: Office, provider: Provider) -> None:
    answers = [
        office.world.client.get("/v1/cases"),
        bearer(office, provider.access_token(exp=1_000_000_000)).get("/v1/cases"),
        bearer(office, provider.access_token()).get("/v1/searches"),
    ]

    assert [(one.status_code, one.headers["WWW-Authenticate"]) for one in answers] == [
        (401, "Bearer"),
        (401, 'Bearer error="invalid_token"'),
        (403, 'Bearer error="insufficient_scope"'),
    ]


@pytest.mark.parametrize(
    ("kind", "status"), [("at+jwt", 200), ("JWT", 200), ("logout+jwt", 401), ("secevent+jwt", 401)]
)
def test_only_types_of_access_tokens_open(
    office: Office, provider: Provider, kind: str, status: int
) -> None:
    provider.sign = lambda claims: provider.signed(claims, kind=kind)

    assert bearer(office, provider.access_token()).get("/v1/cases").status_code == status


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scp": "cases:work openid"}, 200),
        ({"scp": ["cases:work"]}, 200),
        ({"scp": "api://identlink/cases:work"}, 200),
        ({"scp": "api://elsewhere/cases:work"}, 403),
        ({"scp": ""}, 403),
        ({}, 401),
    ],
)
def test_a_token_as_entra_makes_it_speaks_for_its_account(
    sqlite_url: str,
    scorer: Scorer,
    tmp_path: Path,
    provider: Provider,
    claims: dict[str, Any],
    status: int,
) -> None:
    told = settings_of(
        provider,
        oidc_api_audience=API_AUDIENCE,
        oidc_subject_claim="oid",
        oidc_scope_prefix="api://identlink/",
    )
    provider.person = {**provider.person, "oid": "object-1", "sub": "pair-of-the-sign-in"}
    with opened(sqlite_url, scorer, tmp_path, **told) as office:
        sign_in(browser(office.app))
        token = provider.access_token(scope=None, sub="pair-of-the-api", **claims)
        without = {
            name: told for name, told in json.loads(claims_of(token)).items() if told is not None
        }

        answer = bearer(office, provider.signed(without)).get("/v1/cases")

    assert answer.status_code == status


def claims_of(token: str) -> bytes:
    body = token.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def test_a_token_by_another_key_is_refused(office: Office, provider: Provider) -> None:
    provider.sign = lambda claims: provider.signed(claims, key=rsa_key(2))

    user = bearer(office, provider.access_token())

    assert_problem(user.get("/v1/cases"), 401, "not-authenticated")


def test_disabling_the_account_ends_the_token_at_once(
    either_office: Office, provider: Provider
) -> None:
    office = either_office
    user = bearer(office, provider.access_token())
    while_enabled = user.get("/v1/cases").status_code
    with office.bench.services.units.read() as unit:
        account = unit.accounts.by_subject(subject_sha256(provider.issuer, "subject-1"))
    assert account is not None

    disable_account(office.bench, ROOT, account.user_id)

    assert while_enabled == 200
    assert_problem(user.get("/v1/cases"), 401, "not-authenticated")


def test_garbage_with_two_dots_asks_the_provider_nothing(
    office: Office, provider: Provider
) -> None:
    provider.asked.clear()

    for token in ("a.b.c", "..", "e30.e30.e30"):
        assert_problem(bearer(office, token).get("/v1/cases"), 401, "not-authenticated")

    assert provider.asked == []


def test_without_an_audience_no_token_of_the_provider_opens_the_api(
    sqlite_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> None:
    with opened(sqlite_url, scorer, tmp_path / "other", **settings_of(provider)) as office:
        sign_in(browser(office.app))
        tokens = [provider.access_token(), provider.access_token(aud=CLIENT_ID)]

        for token in tokens:
            assert_problem(bearer(office, token).get("/v1/cases"), 401, "not-authenticated")
