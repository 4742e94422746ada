"""Access tokens of the identity provider on the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.access import Purpose
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
