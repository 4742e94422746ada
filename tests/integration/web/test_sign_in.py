"""Sessions from outside: cookies, tokens, time-outs, lock-out, and access to each page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher

from domain.access.access import Role
from domain.events.access import AccountLocked
from service.settings import load_settings
from service.usecases.access.accounts import change_password, disable_account
from service.usecases.workbench import SignInPolicy
from tests.integration.api.driver import ROOT
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.driver import PASSWORD, Office, browser, send_sign_in, sign_in


@pytest.fixture
def clock(office: Office) -> Clock:
    return stop_clock(office)


def test_a_session_cookie_is_out_of_reach(office: Office) -> None:
    office.account("examiner-a", Role.EXAMINER)
    away = browser(office.app, host="https://workbench.example")
    near = browser(office.app, host="http://127.0.0.1:8400")

    far_cookies = _cookies(away, "examiner-a")
    near_cookies = _cookies(near, "examiner-a")

    assert far_cookies.startswith("__Host-identlink-session=")
    for wanted in ("HttpOnly", "Path=/", "SameSite=strict", "Secure"):
        assert wanted in far_cookies
    assert near_cookies.startswith("identlink-session=")
    assert "Secure" not in near_cookies
    assert "HttpOnly" in near_cookies


@pytest.mark.parametrize("host", ["http://127.0.0.1:8400", "http://localhost", "http://[::1]"])
def test_a_host_that_a_proxy_names_takes_no_secure_away(office: Office, host: str) -> None:
    policy = replace(office.bench.sign_in, allows_plain_cookies=False)
    office.app.state.workbench = replace(office.bench, sign_in=policy)

    # nginx sends the address of the server behind it as the host unless it is told otherwise.
    form = browser(office.app, host=host).get("/workbench/sign-in")

    (cookie,) = form.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-identlink-visit=")
    assert "Secure" in cookie


def test_cookies_are_secure_unless_a_setting_says_otherwise() -> None:
    assert not SignInPolicy().allows_plain_cookies
    assert not load_settings().workbench_over_http


def _cookies(client: object, name: str) -> str:
    send_sign_in(client, name, PASSWORD)  # type: ignore[arg-type]
    form = client.get("/workbench/sign-in")  # type: ignore[attr-defined]
    token = form.text.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post(  # type: ignore[attr-defined]
        "/workbench/sign-in",
        data={"csrf": token, "name": name, "password": PASSWORD},
        follow_redirects=False,
    )
    return str(answer.headers.get_list("set-cookie")[0])


def test_the_secret_of_a_session_is_not_stored(office: Office) -> None:
    person = office.examiner()
    secret = person.client.cookies["identlink-session"]

    with office.bench.services.units.read() as unit:
        found = unit.sessions.get(secret)

    assert found is None
    assert len(secret) >= 43


def test_signing_in_goes_back_to_the_page_and_nowhere_else(office: Office) -> None:
    office.account("examiner-a", Role.EXAMINER)
    sent = browser(office.app)
    page = sent.get("/workbench/queue")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": token, "name": "examiner-a", "password": PASSWORD}

    back = sent.post(str(page.url), data=fields, follow_redirects=False)
    for elsewhere in ("//evil.example", "https://evil.example", "/workbench//evil", "/v1/cases"):
        tempted = browser(office.app)
        form = tempted.get("/workbench/sign-in", params={"back": elsewhere})
        fields["csrf"] = form.text.split('name="csrf" value="')[1].split('"')[0]
        answer = tempted.post(str(form.url), data=fields, follow_redirects=False)
        assert answer.headers["location"] == "/workbench/queue"

    assert back.headers["location"] == "/workbench/queue"


def test_a_form_without_the_sessions_token_changes_nothing(office: Office) -> None:
    office.world.enrol(1)
    case_id = office.world.case_of(office.world.search(1))
    person = office.examiner()
    before = office.world.counts()

    person.csrf = "0" * 64
    answer = person.post(f"cases/{case_id}/claim")
    missing = person.client.post(f"/workbench/cases/{case_id}/claim")
    other = office.examiner("examiner-b")
    borrowed = person.client.post(f"/workbench/cases/{case_id}/claim", data={"csrf": other.csrf})

    assert [a.status_code for a in (answer, missing, borrowed)] == [403, 403, 403]
    assert office.world.counts()[0] == before[0] + 2  # the account of examiner-b and its sign-in


def test_a_session_ends_when_it_is_not_used(office: Office, clock: Clock) -> None:
    person = office.examiner()
    clock.move(minutes=29)
    used = person.get("queue")
    clock.move(minutes=29)
    again = person.get("queue")
    clock.move(minutes=31)
    late = person.get("queue")

    assert used.url.path == again.url.path == "/workbench/queue"
    assert late.url.path == "/workbench/sign-in"
    assert "Sign in to continue" in late.text


def test_a_page_that_fetches_itself_keeps_nobody_signed_in(office: Office, clock: Clock) -> None:
    person = office.examiner()
    for _ in range(2):
        clock.move(minutes=16)
        answer = person.client.get("/workbench/queue", headers={"HX-Request": "true"})

    assert answer.url.path == "/workbench/sign-in"


def test_a_session_ends_after_a_working_day(office: Office, clock: Clock) -> None:
    person = office.examiner()
    for _ in range(25):
        clock.move(minutes=25)
        last = person.get("queue")

    assert last.url.path == "/workbench/sign-in"


def test_signing_out_ends_the_session_for_good(office: Office) -> None:
    person = office.examiner()
    secret = person.client.cookies["identlink-session"]

    answer = person.post("sign-out")
    person.client.cookies.set("identlink-session", secret, domain="localhost.local")
    again = person.get("queue")

    assert "You have signed out" in answer.text
    assert again.url.path == "/workbench/sign-in"


def test_an_unknown_name_a_wrong_password_and_a_disabled_account_answer_alike(
    office: Office,
) -> None:
    office.account("examiner-a", Role.EXAMINER)
    gone = office.account("examiner-z", Role.EXAMINER)
    disable_account(office.bench, ROOT, gone)

    answers = [
        send_sign_in(browser(office.app), name, password)
        for name, password in (
            ("nobody-here", PASSWORD),
            ("examiner-a", "a wrong pass phrase"),
            ("examiner-z", PASSWORD),
        )
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert all("The name or the password is not right." in answer.text for answer in answers)
    assert all("a wrong pass phrase" not in answer.text for answer in answers)


def test_nobody_and_somebody_take_one_hash_each(office: Office) -> None:
    done: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, password: Any, *, salt: bytes | None = None) -> str:
            done.append("hash")
            return super().hash(password, salt=salt)

        def verify(self, hash: Any, password: Any) -> Any:  # noqa: A002 - argon2's own name
            done.append("verify")
            return super().verify(hash, password)

    office.account("examiner-a", Role.EXAMINER)
    hasher = Counting(time_cost=1, memory_cost=64, parallelism=1)
    office.app.state.workbench = replace(office.bench, passwords=hasher)
    client = browser(office.app)
    send_sign_in(client, "nobody-at-first", PASSWORD)
    done.clear()

    for name in ("nobody-here", "examiner-a"):
        send_sign_in(client, name, "a wrong pass phrase")

    assert done == ["verify", "verify"]


def test_an_account_is_locked_for_a_while_after_five_failures(
    office: Office, clock: Clock
) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    client = browser(office.app)
    for _ in range(5):
        send_sign_in(client, "examiner-a", "a wrong pass phrase")

    locked = send_sign_in(client, "examiner-a", PASSWORD)
    clock.move(minutes=16)
    later = send_sign_in(client, "examiner-a", PASSWORD)
    with office.bench.services.units.read() as unit:
        kinds = [event.event_type for event in unit.events.about(user_id)]

    assert locked.status_code == 401
    assert "too many attempts" in locked.text
    assert later.url.path == "/workbench/queue"
    assert AccountLocked.event_type in kinds


def test_success_forgets_the_failures_before_it(office: Office, clock: Clock) -> None:
    office.account("examiner-a", Role.EXAMINER)
    client = browser(office.app)
    for _ in range(3):
        for _ in range(4):
            send_sign_in(client, "examiner-a", "a wrong pass phrase")
        answer = send_sign_in(client, "examiner-a", PASSWORD)

    assert answer.url.path == "/workbench/queue"


def test_an_address_is_blocked_whatever_the_names(office: Office, clock: Clock) -> None:
    office.bench = replace(
        office.bench, sign_in=replace(office.bench.sign_in, failures_per_address=6)
    )
    office.app.state.workbench = office.bench
    office.account("examiner-a", Role.EXAMINER)
    client = browser(office.app)
    for number in range(6):
        send_sign_in(client, f"nobody-{number}", PASSWORD)

    blocked = send_sign_in(client, "examiner-a", PASSWORD)
    clock.move(minutes=16)
    later = send_sign_in(client, "examiner-a", PASSWORD)

    assert "too many attempts" in blocked.text
    assert later.url.path == "/workbench/queue"


def test_another_password_ends_the_sessions(office: Office) -> None:
    person = office.examiner()

    change_password(office.bench, ROOT, person.user_id, "another long pass phrase")
    over = person.get("queue")
    old = sign_in(person, "examiner-a")
    new = sign_in(person, "examiner-a", password="another long pass phrase")  # noqa: S106

    assert over.url.path == "/workbench/sign-in"
    assert old.status_code == 401
    assert new.url.path == "/workbench/queue"
