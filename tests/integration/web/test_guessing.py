"""Guessed passwords: the guesser is slowed, and no colleague is kept out."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from domain.access.access import Role
from domain.access.accounts import FailedAttempts
from domain.errors import NotAuthenticatedError
from domain.events.access import AccountLocked
from matching.scorer import Scorer
from service.usecases.access.accounts import change_password
from service.usecases.access.sessions import SignIn, sign_in
from service.usecases.access.sign_ins import attempts_key, source_of
from tests.integration.api.driver import ROOT
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import PASSWORD, Office, hidden_fields, send_sign_in

DESK, GUESSER = "198.51.100.7", "203.0.113.9"
WRONG = "a wrong pass phrase"


@pytest.fixture
def clock(office: Office) -> Clock:
    office.account("examiner-a", Role.EXAMINER)
    return stop_clock(office)


def at(office: Office, address: str) -> TestClient:
    """Return a fresh browser at an address."""
    return TestClient(
        office.app,
        base_url="http://localhost",
        client=(address, 50_000),
        raise_server_exceptions=False,
    )


def gets_in(office: Office, address: str, password: str = PASSWORD) -> bool:
    answer = send_sign_in(at(office, address), "examiner-a", password)
    return answer.url.path == "/workbench/queue"


def guess(office: Office, address: str, *, times: int, name: str = "examiner-a") -> Response:
    """Guess at one name and return the last answer."""
    for _ in range(times):
        answer = send_sign_in(at(office, address), name, WRONG)
    return answer


@pytest.mark.dear("many attempts to sign in, each with a slow hash")
def test_a_colleague_elsewhere_signs_in_while_one_address_guesses(
    office: Office, clock: Clock
) -> None:
    for _ in range(10):
        guess(office, GUESSER, times=30)
        clock.move(seconds=1)

    assert gets_in(office, DESK)
    assert not gets_in(office, GUESSER)


def test_one_address_is_slowed_more_with_each_failure_and_at_most_a_quarter_of_an_hour(
    office: Office, clock: Clock
) -> None:
    slowing = office.bench.sign_in.by_source
    guess(office, GUESSER, times=5)
    for failures in range(5, 20):
        delay = slowing.delay(failures)
        clock.now += delay - timedelta(milliseconds=1)
        assert _failures(office, GUESSER) == failures
        guess(office, GUESSER, times=1)
        assert _failures(office, GUESSER) == failures
        clock.now += timedelta(milliseconds=2)
        guess(office, GUESSER, times=1)

    assert _failures(office, GUESSER) == 20
    assert delay == timedelta(minutes=15)
    clock.move(minutes=15, seconds=1)
    assert gets_in(office, GUESSER)


@pytest.mark.dear("many attempts to sign in, each with a slow hash")
def test_many_addresses_never_refuse_the_right_password_from_a_known_source(
    office: Office, clock: Clock
) -> None:
    assert gets_in(office, DESK)
    for number in range(40):
        guess(office, f"203.0.113.{number}", times=3)
        clock.move(seconds=number)

        assert gets_in(office, DESK)


def test_many_addresses_are_slowed_by_account(office: Office, clock: Clock) -> None:
    for number in range(20):
        guess(office, f"203.0.113.{number}", times=1)

    at_once = gets_in(office, "198.51.100.99")
    clock.move(minutes=1, seconds=1)
    later = gets_in(office, "198.51.100.99")

    assert (at_once, later) == (False, True)


def test_guesses_at_strange_names_hold_no_known_person_up(office: Office, clock: Clock) -> None:
    """Many people share the address of an office."""
    assert gets_in(office, DESK)
    for number in range(60):
        guess(office, DESK, times=1, name=f"nobody-{number}")

    assert gets_in(office, DESK)


def test_another_password_makes_every_source_strange(office: Office, clock: Clock) -> None:
    assert gets_in(office, DESK)
    with office.bench.services.units.read() as unit:
        account = unit.accounts.by_name("examiner-a")
    assert account is not None
    another = f"{PASSWORD}, another"
    change_password(office.bench, ROOT, account.user_id, another)
    for number in range(20):
        guess(office, f"203.0.113.{number}", times=1)

    assert not gets_in(office, DESK, another)


def test_a_source_is_known_for_ninety_days(office: Office, clock: Clock) -> None:
    assert gets_in(office, DESK)
    clock.move(days=91)
    for number in range(20):
        guess(office, f"203.0.113.{number}", times=1)

    assert not gets_in(office, DESK)


def test_answers_to_there_and_not_there_are_the_same_held_up_or_not(
    office: Office, clock: Clock
) -> None:
    assert gets_in(office, DESK)
    for address in (GUESSER, DESK):
        for _ in range(8):
            there, absent = (
                guess(office, address, times=1, name=name) for name in ("examiner-a", "examiner-z")
            )

            assert _shown(there) == _shown(absent).replace("examiner-z", "examiner-a")
            assert there.status_code == absent.status_code == 401


def test_an_attempt_that_is_held_up_takes_a_hash_like_any_other(
    office: Office, clock: Clock
) -> None:
    tried: list[str] = []
    hasher = office.bench.passwords

    class Counting(type(hasher)):  # type: ignore[misc]  # the class is the library's own
        def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2's own name
            tried.append(password)
            return bool(super().verify(hash, password))

    slow = Counting(time_cost=1, memory_cost=64, parallelism=1)
    office.app.state.workbench = replace(office.bench, passwords=slow)
    for name in ("examiner-a", "examiner-z"):
        guess(office, GUESSER, times=9, name=name)

    assert len(tried) == 18


def test_a_restart_forgets_no_failure(database_url: str, scorer: Scorer, tmp_path: Path) -> None:
    for office in open_office(database_url, scorer, tmp_path):
        office.account("examiner-a", Role.EXAMINER)
        assert gets_in(office, DESK)
        guess(office, GUESSER, times=4)
    for office in open_office(database_url, scorer, tmp_path):
        stop_clock(office)
        guess(office, GUESSER, times=1)

        assert not gets_in(office, GUESSER)
        assert gets_in(office, DESK)


def test_guesses_at_one_time_count_each(either_office: Office) -> None:
    either_office.account("examiner-a", Role.EXAMINER)
    stop_clock(either_office)
    guesses = [threading.Thread(target=_fail, args=(either_office,)) for _ in range(8)]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()

    # The fifth holds the others up, which are not counted.
    assert _failures(either_office, GUESSER) == 5
    with either_office.bench.services.units.read() as unit:
        account = unit.accounts.by_name("examiner-a")
        assert account is not None
        kinds = [event.event_type for event in unit.events.about(account.user_id)]
    assert kinds.count(AccountLocked.event_type) == 1


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_connection(
    address: str, source: str
) -> None:
    assert source_of(address) == source


def _fail(office: Office) -> None:
    with pytest.raises(NotAuthenticatedError):
        sign_in(office.bench, SignIn("examiner-a", WRONG, GUESSER))


def _failures(office: Office, address: str) -> int:
    key = attempts_key("account at source", source_of(address), "examiner-a")
    with office.bench.services.units.write() as unit:
        return unit.sessions.attempts(FailedAttempts(key, 0, datetime.now(UTC))).failures


def _shown(answer: Response) -> str:
    """Return a page without the random token of its form and the challenge to security keys."""
    page = answer.text.replace(hidden_fields(answer.text)["csrf"], "")
    return re.sub(r"(?<=challenge&#34;: &#34;)[\w-]{43}", "", page)
