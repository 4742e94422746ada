"""Answers of the provider that are stolen, planted, repeated, late or refusals."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from matching.scorer import Scorer
from tests.identity_provider import Provider
from tests.integration.identity.driver import (
    CALLBACK,
    assert_refused,
    at_provider,
    depart,
    opened,
    settings_of,
    sign_in,
)
from tests.integration.web.driver import Office, browser


def test_an_answer_without_our_departure_is_refused_before_the_provider_is_asked(
    office: Office, provider: Provider
) -> None:
    theirs = at_provider(depart(browser(office.app)))
    guessed = re.sub("state=[^&]+", "state=guessed", theirs)
    victim, stranger, guesser = (browser(office.app) for _ in range(3))
    depart(victim)
    depart(guesser)
    provider.asked.clear()

    for client, back in ((victim, theirs), (stranger, theirs), (guesser, guessed)):
        assert_refused(office, client, client.get(back), "state")

    assert provider.asked == []


def test_a_cookie_that_we_did_not_write_is_none(office: Office) -> None:
    client = browser(office.app)
    back = at_provider(depart(client))
    text = client.cookies["identlink-departure"]
    client.cookies.clear()
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")
    client.cookies.set("identlink-departure", forged, domain="localhost.local")

    answer = client.get(back)

    assert_refused(office, client, answer, "state")


def test_an_answer_serves_once(office: Office, provider: Provider) -> None:
    client = browser(office.app)
    back = at_provider(depart(client))
    kept = client.cookies["identlink-departure"]
    first = client.get(back)
    left = dict(client.cookies)
    client.cookies.clear()

    without_cookie = client.get(back)
    client.cookies.set("identlink-departure", kept, domain="localhost.local")
    with_cookie = client.get(back)

    assert "identlink-departure" not in left
    assert (first.status_code, without_cookie.status_code) == (200, 401)
    assert_refused(office, client, with_cookie, "code")


def test_a_code_without_its_verifier_opens_nothing(office: Office, provider: Provider) -> None:
    """A stolen code put into another browser's sign-in: PKCE refuses it at the provider."""
    stolen = dict(parse_qsl(urlsplit(at_provider(depart(browser(office.app)))).query))["code"]
    client = browser(office.app)
    own = dict(parse_qsl(urlsplit(depart(client)).query))

    answer = client.get(CALLBACK, params={"code": stolen, "state": own["state"]})

    assert_refused(office, client, answer, "code")


def test_a_sign_in_takes_ten_minutes_at_most(office: Office) -> None:
    client = browser(office.app)
    back = at_provider(depart(client))
    services = office.bench.services
    clock = services.surroundings.clock
    later = replace(services.surroundings, clock=lambda: clock() + timedelta(minutes=11))
    office.app.state.workbench = replace(
        office.bench, services=replace(services, surroundings=later)
    )

    answer = client.get(back)

    assert_refused(office, client, answer, "state")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"error": "access_denied"}, "denied"),
        ({}, "denied"),
        ({"code": "made-up"}, "code"),
        ({"code": "made-up", "iss": "https://elsewhere.example"}, "issuer"),
    ],
)
def test_what_the_provider_does_not_grant_opens_nothing(
    office: Office, query: dict[str, str], reason: str
) -> None:
    client = browser(office.app)
    own = dict(parse_qsl(urlsplit(depart(client)).query))

    answer = client.get(CALLBACK, params={"state": own["state"], **query})

    assert_refused(office, client, answer, reason)


def test_attempts_from_one_address_end(office: Office, provider: Provider) -> None:
    office.app.state.workbench = replace(
        office.bench, sign_in=replace(office.bench.sign_in, failures_per_address=3)
    )
    provider.person["roles"] = []
    for _ in range(3):
        sign_in(browser(office.app))
    provider.asked.clear()
    provider.person["roles"] = ["examiners"]

    answer = sign_in(browser(office.app))

    assert answer.status_code == 401
    assert "too many attempts" in answer.text
    assert "/token" not in provider.asked


def test_an_answer_names_its_issuer_where_the_provider_announced_it(
    office: Office, provider: Provider
) -> None:
    provider.configuration = {"authorization_response_iss_parameter_supported": True}
    silent, named = browser(office.app), browser(office.app)

    assert_refused(office, silent, silent.get(at_provider(depart(silent))), "issuer")
    back = f"{at_provider(depart(named))}&{urlencode({'iss': provider.issuer})}"
    assert named.get(back).status_code == 200


@pytest.mark.parametrize(("seconds_ago", "reason"), [(60, None), (400, "time"), (None, "time")])
def test_a_sign_in_at_the_provider_may_be_too_old(
    sqlite_url: str,
    scorer: Scorer,
    tmp_path: Path,
    provider: Provider,
    seconds_ago: int | None,
    reason: str | None,
) -> None:
    if seconds_ago is not None:
        provider.person["auth_time"] = int(time.time()) - seconds_ago
    with opened(
        sqlite_url, scorer, tmp_path, **settings_of(provider, oidc_max_age_s=300)
    ) as office:
        client = browser(office.app)
        answer = sign_in(client)

        assert provider.queries[-1]["max_age"] == "300"
        if reason is None:
            assert answer.status_code == 200
        else:
            assert_refused(office, client, answer, reason)
