"""Sign-outs told by the provider on the back channel: sessions end, and no forgery is believed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from domain.access.access import Role
from domain.events.access import ProviderSignedOut, SignedOut
from tests.identity_provider import API_AUDIENCE, CLIENT_ID, LOGOUT, Provider, rsa_key
from tests.integration.identity.driver import sign_in
from tests.integration.web.driver import Office, browser, send_sign_in

PATH = "/v1/oidc/back-channel-logout"


def tell(office: Office, token: str) -> Response:
    """Send a logout token as a provider does: no cookie, no credentials."""
    return browser(office.app).post(PATH, data={"logout_token": token})


def is_in(client: TestClient) -> bool:
    return client.get("/workbench/queue").url.path == "/workbench/queue"


def arrived(office: Office) -> TestClient:
    client = browser(office.app)
    assert sign_in(client).status_code == 200
    assert is_in(client)
    return client


def kinds(office: Office) -> Counter[str]:
    with office.bench.services.units.read() as unit:
        return Counter(entry.event_type for entry in unit.events.every())


def test_a_notice_of_a_person_ends_all_sessions_of_the_provider(
    either_office: Office, provider: Provider
) -> None:
    office = either_office
    first, second = arrived(office), arrived(office)
    provider.person["sub"] = "subject-2"
    other = arrived(office)
    provider.person["sub"] = "subject-1"

    answer = tell(office, provider.logout_token())

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert [is_in(client) for client in (first, second, other)] == [False, False, True]
    assert kinds(office)[SignedOut.event_type] == 2
    assert kinds(office)[ProviderSignedOut.event_type] == 1


def test_a_notice_of_a_session_ends_that_one(office: Office, provider: Provider) -> None:
    provider.person["sid"] = "sid-1"
    first = arrived(office)
    provider.person["sid"] = "sid-2"
    second = arrived(office)

    for token in (provider.logout_token("sub", sid="sid-1"), provider.logout_token(sid="sid-3")):
        assert tell(office, token).status_code == 200

    assert (is_in(first), is_in(second)) == (False, True)


def test_a_session_of_another_person_is_not_ended_by_its_number(
    office: Office, provider: Provider
) -> None:
    provider.person["sid"] = "sid-1"
    first = arrived(office)

    answers = [
        tell(office, provider.logout_token(sub=subject, sid="sid-1"))
        for subject in ("subject-2", "nobody")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert is_in(first)


def test_a_session_begun_by_a_password_is_not_the_providers_to_end(
    office: Office, provider: Provider
) -> None:
    office.account("examiner-a", Role.EXAMINER)
    local = browser(office.app)
    send_sign_in(local, "examiner-a", "a long pass phrase of tests")
    arrived(office)

    tell(office, provider.logout_token())

    assert is_in(local)


def test_a_notice_serves_once(either_office: Office, provider: Provider) -> None:
    arrived(either_office)
    token = provider.logout_token()
    first = tell(either_office, token)
    later = arrived(either_office)

    again = tell(either_office, token)

    assert first.status_code == 200
    assert_refused(either_office, again, "replay")
    assert is_in(later)


BAD: dict[str, tuple[str, Callable[[Provider], str]]] = {
    "another issuer": ("issuer", lambda p: p.logout_token(iss="https://elsewhere.example")),
    "another audience": ("audience", lambda p: p.logout_token(aud=API_AUDIENCE)),
    "no audience": ("token", lambda p: p.logout_token("aud")),
    "no time": ("token", lambda p: p.logout_token(iat=None)),
    "time as text": ("token", lambda p: p.logout_token(iat="now")),
    "from the future": ("time", lambda p: p.logout_token(iat=int(time.time()) + 300)),
    "before all time": ("logout", lambda p: p.logout_token(iat=-(10**20))),
    "expired": ("time", lambda p: p.logout_token(exp=int(time.time()) - 60)),
    "issued long ago": ("time", lambda p: p.logout_token(iat=int(time.time()) - 3_600)),
    "without jti": ("token", lambda p: p.logout_token("jti")),
    "empty jti": ("logout", lambda p: p.logout_token(jti="")),
    "jti as number": ("token", lambda p: p.logout_token(jti=7)),
    "without events": ("token", lambda p: p.logout_token("events")),
    "events as text": ("logout", lambda p: p.logout_token(events=LOGOUT)),
    "events as list": ("logout", lambda p: p.logout_token(events=[LOGOUT])),
    "another event": ("logout", lambda p: p.logout_token(events={"urn:other": {}})),
    "event as text": ("logout", lambda p: p.logout_token(events={LOGOUT: "yes"})),
    "a nonce": ("logout", lambda p: p.logout_token(nonce="n")),
    "an empty nonce": ("logout", lambda p: p.logout_token(nonce="")),
    "neither sub nor sid": ("logout", lambda p: p.logout_token("sub")),
    "empty sub": ("logout", lambda p: p.logout_token(sub="")),
    "sub as number": ("token", lambda p: p.logout_token(sub=7)),
    "sid as list": ("logout", lambda p: p.logout_token(sid=["sid-1"])),
    "endless sub": ("logout", lambda p: p.logout_token(sub="s" * 256)),
    "an ID token": ("token", lambda p: p.token({"aud": CLIENT_ID, "sub": "subject-1"})),
    "no token": ("token", lambda _: "nonsense"),
    "empty": ("token", lambda _: ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_is_no_notice_ends_nothing(
    office: Office, provider: Provider, name: str
) -> None:
    reason, make = BAD[name]
    client = arrived(office)
    before = kinds(office)

    answer = tell(office, make(provider))

    assert_refused(office, answer, reason)
    assert kinds(office) == before
    assert is_in(client)


def _unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none")


def _by_shared_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "s" * 40, algorithm="HS256", headers={"kid": "key-1"})


def _by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(2), algorithm="RS256", headers={"kid": "key-1"})


@pytest.mark.parametrize("sign", [_unsigned, _by_shared_secret, _by_another_key])
def test_a_notice_that_the_provider_did_not_sign_ends_nothing(
    office: Office, provider: Provider, sign: Callable[[dict[str, Any]], str]
) -> None:
    client = arrived(office)
    provider.sign = sign

    answer = tell(office, provider.logout_token())

    assert_refused(office, answer, "token")
    assert is_in(client)


@pytest.mark.parametrize(
    ("kind", "status"), [("logout+jwt", 200), ("JWT", 200), ("at+jwt", 400), ("secevent", 400)]
)
def test_the_type_of_a_notice_is_that_of_a_logout_token(
    office: Office, provider: Provider, kind: str, status: int
) -> None:
    provider.sign = lambda claims: provider.signed(claims, kind=kind)

    assert tell(office, provider.logout_token()).status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {}},
        {"data": {"logout_token": ["a", "b"]}},
        {"json": {"logout_token": "a"}},
        {"content": b"\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    ],
)
def test_a_malformed_request_is_answered_as_the_standard_says(
    office: Office, sent: dict[str, Any]
) -> None:
    answer = browser(office.app).post(PATH, **sent)

    assert_refused(office, answer, "token")


def test_a_notice_passes_for_no_id_token(office: Office, provider: Provider) -> None:
    token = provider.logout_token()
    provider.sign = lambda _: token
    client = browser(office.app)

    assert sign_in(client).status_code == 401
    assert not is_in(client)


def assert_refused(office: Office, answer: Response, reason: str) -> None:
    """Assert the answer of section 2.8, and the reason in the log alone."""
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer.headers["cache-control"] == "no-store"
    problems = [line.get("problem") for line in office.world.log_lines()]
    assert f"provider-refused:{reason}" in problems
