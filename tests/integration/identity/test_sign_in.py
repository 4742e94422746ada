"""Signing in through the identity provider: accepted users, their accounts, and refusals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from domain.access.access import Role
from domain.events.access import AccountAdded, SignedIn
from matching.scorer import Scorer
from service.ports.identity import subject_sha256
from service.usecases.access.accounts import disable_account
from service.usecases.access.sessions import csrf_token
from tests.identity_provider import Provider
from tests.integration.api.driver import ROOT
from tests.integration.identity.driver import (
    CALLBACK,
    assert_refused,
    opened,
    settings_of,
    sign_in,
)
from tests.integration.web.driver import PASSWORD, Office, browser, send_sign_in


def test_somebody_with_a_role_signs_in_and_gets_an_account(
    either_office: Office, provider: Provider
) -> None:
    office, client = either_office, browser(either_office.app)

    page = sign_in(client)
    queue = client.get("/workbench/queue")
    again = sign_in(browser(office.app))

    with office.bench.services.units.read() as unit:
        account = unit.accounts.by_subject(subject_sha256(provider.issuer, "subject-1"))
        assert account is not None
        events = unit.events.about(account.user_id)
    assert (page.status_code, again.status_code) == (200, 200)
    assert '<meta http-equiv="refresh" content="0; url=/workbench/queue">' in page.text
    assert queue.status_code == 200
    assert "ann.orr, examiner" in queue.text
    assert (account.role, account.password_hash) == (Role.EXAMINER, "")
    assert [event.event_type for event in events] == [
        AccountAdded.event_type,
        SignedIn.event_type,
        SignedIn.event_type,
    ]
    told = b"".join(event.body for event in events).decode() + office.world.log.getvalue()
    assert not re.search(r"(?i)ann.?orr|force\.example|subject-1", told)


def test_the_browser_is_sent_with_pkce_state_and_nonce_and_a_cookie_out_of_reach(
    office: Office,
) -> None:
    client = browser(office.app, host="https://workbench.example")

    answer = client.get("/workbench/sign-in/provider", follow_redirects=False)
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    cookie = answer.headers["set-cookie"]

    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"http://localhost{CALLBACK}"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3
    assert cookie.startswith("__Host-identlink-departure=")
    for wanted in ("HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"):
        assert wanted in cookie


def test_the_session_is_the_usual_one(office: Office, provider: Provider) -> None:
    client = browser(office.app)
    sign_in(client)
    secret = client.cookies["identlink-session"]
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/workbench/queue").text)
    assert token is not None

    client.post("/workbench/sign-out", data={"csrf": token[1]})
    client.cookies.set("identlink-session", secret, domain="localhost.local")

    assert client.get("/workbench/queue").url.path == "/workbench/sign-in"


def test_a_force_signs_in_as_itself(office: Office, provider: Provider) -> None:
    provider.person["roles"] = "met"
    client = browser(office.app)

    sign_in(client)

    assert "force, Metropolitan" in client.get("/workbench/searches").text


def test_a_disabled_account_is_out_at_once_and_stays_out(
    office: Office, provider: Provider
) -> None:
    client = browser(office.app)
    sign_in(client)
    with office.bench.services.units.read() as unit:
        account = unit.accounts.by_subject(subject_sha256(provider.issuer, "subject-1"))
    assert account is not None

    disable_account(office.bench, ROOT, account.user_id)
    over = client.get("/workbench/queue")
    answer = sign_in(client)

    assert over.url.path == "/workbench/sign-in"
    assert_refused(office, client, answer, "account")


@pytest.mark.parametrize(
    "roles",
    [[], ["staff"], ["examiners", "supervisors"], "examiner", None, 7, {"examiners": 1}],
)
def test_without_exactly_one_known_role_nobody_gets_in(
    office: Office, provider: Provider, roles: Any
) -> None:
    provider.person["roles"] = roles
    client = browser(office.app)
    before = office.world.counts()

    answer = sign_in(client)

    assert_refused(office, client, answer, "role")
    subject = subject_sha256(provider.issuer, "subject-1")
    with office.bench.services.units.read() as unit:
        assert unit.accounts.by_subject(subject) is None
    assert office.world.counts() == before


def test_another_role_at_the_provider_is_no_other_role_here(
    office: Office, provider: Provider
) -> None:
    sign_in(browser(office.app))
    provider.person["roles"] = ["supervisors"]
    client = browser(office.app)

    answer = sign_in(client)

    assert_refused(office, client, answer, "role-changed")


def test_a_name_takes_over_nobody_s_account(office: Office, provider: Provider) -> None:
    local = office.account("ann.orr", Role.SUPERVISOR)
    sign_in(browser(office.app))
    provider.person = {**provider.person, "sub": "subject-2"}
    second = browser(office.app)
    sign_in(second)

    with office.bench.services.units.read() as unit:
        subjects = [subject_sha256(provider.issuer, f"subject-{n}") for n in (1, 2)]
        accounts = [unit.accounts.by_subject(subject) for subject in subjects]
    ids = {local, *(account.user_id for account in accounts if account)}
    names = {account.sign_in_name for account in accounts if account}
    assert len(ids) == 3
    assert all(re.fullmatch(r"ann\.orr-[0-9a-f]{12}", name) for name in names)


def test_an_account_of_the_provider_has_no_password(office: Office, provider: Provider) -> None:
    sign_in(browser(office.app))

    for password in ("", "nobody has this password", PASSWORD):
        answer = send_sign_in(browser(office.app), "ann.orr", password)
        assert answer.status_code in {401, 422}
        assert answer.url.path == "/workbench/sign-in"


@pytest.mark.parametrize(
    ("back", "led_to"),
    [
        ("/workbench/cases/x", "/workbench/cases/x"),
        ("//evil.example", "/workbench/queue"),
        ("https://evil.example", "/workbench/queue"),
        ("/workbench//evil.example", "/workbench/queue"),
        ("/workbench/\\evil.example", "/workbench/queue"),
        ('/workbench/"><script>', "/workbench/&#34;&gt;&lt;script&gt;"),
    ],
)
def test_signing_in_leads_back_to_a_page_of_ours_alone(
    office: Office, back: str, led_to: str
) -> None:
    page = sign_in(browser(office.app), back)

    assert f'content="0; url={led_to}"' in page.text
    assert "evil" not in page.text


def test_the_button_is_there_where_there_is_a_provider(office: Office) -> None:
    page = browser(office.app).get("/workbench/sign-in").text

    assert 'href="/workbench/sign-in/provider"' in page
    assert 'name="password"' in page


def test_without_a_provider_there_is_no_way_to_it(
    sqlite_url: str, scorer: Scorer, tmp_path: Path
) -> None:
    with opened(sqlite_url, scorer, tmp_path) as office:
        client = browser(office.app)
        page = client.get("/workbench/sign-in").text
        answers = [
            client.get(path, follow_redirects=False).status_code
            for path in ("/workbench/sign-in/provider", f"{CALLBACK}?code=x&state=y")
        ]

    assert "sign-in/provider" not in page
    assert answers == [404, 404]


def test_local_accounts_can_be_turned_off(
    sqlite_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> None:
    told = settings_of(provider, local_accounts=False)
    with opened(sqlite_url, scorer, tmp_path, **told) as office:
        office.account("examiner-a", Role.EXAMINER)
        client = browser(office.app)
        page = client.get("/workbench/sign-in").text
        csrf = csrf_token(client.cookies["identlink-visit"])
        fields = {"csrf": csrf, "name": "examiner-a", "password": PASSWORD}
        answer = client.post("/workbench/sign-in", data=fields)
        by_provider = sign_in(browser(office.app))

    assert 'name="password"' not in page
    assert answer.status_code == 403
    assert by_provider.status_code == 200
