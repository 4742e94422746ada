"""Second factors: enrolled on a page, asked for at each sign-in, used once, reset."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace

import pytest
from httpx2 import Response
from sqlalchemy import select

from domain.access.access import Role
from domain.access.accounts import CodeFault
from domain.errors import NotFoundError, NotPermittedError
from domain.events.access import (
    SecondFactorAdded,
    SecondFactorRefused,
    SecondFactorRemoved,
    SecondFactorUsed,
)
from service.storage.tables.people import payloads
from service.usecases.access.second_factor_proofs import STEP_S, code_at
from service.usecases.access.second_factors import reset
from tests.integration.api.driver import ROOT
from tests.integration.storage.raw import connection
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.driver import PASSWORD, Office, Person, browser, hidden_fields

PAGE = "/workbench/second-factor"


def need_factor(office: Office, *roles: Role) -> None:
    """Let these roles need a second factor from now on."""
    policy = replace(office.bench.sign_in, second_factor_roles=frozenset(roles))
    office.bench = replace(office.bench, sign_in=policy)
    office.app.state.workbench = office.bench


def secret_on(page: str) -> bytes:
    """Read the key off the enrolment page, as an authenticator does."""
    found = re.search(r'wb-qr__key">([A-Z2-7 ]+)<', page)
    assert found is not None
    return base64.b32decode(found.group(1).replace(" ", ""))


def factor_on(page: str) -> str:
    """Return the last factor that a person may remove."""
    return re.findall(r'<option value="([0-9a-f]{32})"', page)[-1]


def code_now(secret: bytes, clock: Clock, *, later: int = 0) -> str:
    return code_at(secret, int(clock.now.timestamp()) // STEP_S + later)


def set_up(person: Person, clock: Clock) -> tuple[bytes, list[str]]:
    """Enrol an authenticator; return its secret and the recovery codes."""
    secret = secret_on(person.page("second-factor"))
    answer = person.post("second-factor", code=code_now(secret, clock))
    assert answer.status_code == 200
    clock.move(seconds=2 * STEP_S)
    return secret, re.findall(r"<code>([a-z2-7-]{19})</code>", answer.text)


def enter(office: Office, code: str, password: str = PASSWORD) -> Response:
    """Sign in as the examiner with a code, at a fresh browser."""
    client = browser(office.app)
    hidden = hidden_fields(client.get("/workbench/sign-in").text)
    form = {**hidden, "name": "examiner-a", "password": password, "code": code}
    return client.post("/workbench/sign-in", data=form)


def is_in(answer: Response) -> bool:
    return answer.url.path == "/workbench/queue"


def kinds_about(office: Office, person: Person) -> list[str]:
    with office.bench.services.units.read() as unit:
        return [event.event_type for event in unit.events.about(person.user_id)]


def faults(office: Office, person: Person) -> list[CodeFault]:
    with office.bench.services.units.read() as unit:
        events = unit.events.about(person.user_id)
    refused = [event for event in events if event.event_type == SecondFactorRefused.event_type]
    return [CodeFault(json.loads(event.body)["facts"]["fault"]) for event in refused]


def test_an_enrolled_account_needs_its_code(either_office: Office) -> None:
    office, clock = either_office, stop_clock(either_office)
    person = office.examiner()
    secret, codes = set_up(person, clock)

    answers = [enter(office, "")]
    answers.append(enter(office, "000000"))
    right = enter(office, code_now(secret, clock))

    assert [answer.status_code for answer in answers] == [401, 401]
    assert is_in(right)
    assert len(set(codes)) == 10
    assert faults(office, person) == [CodeFault.MISSING, CodeFault.WRONG]
    assert SecondFactorAdded.event_type in kinds_about(office, person)


def test_a_right_code_does_not_make_up_for_a_wrong_password(office: Office) -> None:
    clock = stop_clock(office)
    secret, _ = set_up(office.examiner(), clock)

    answer = enter(office, code_now(secret, clock), "a wrong pass phrase")

    assert answer.status_code == 401
    assert is_in(enter(office, code_now(secret, clock)))


def test_no_code_serves_twice(either_office: Office) -> None:
    office, clock = either_office, stop_clock(either_office)
    person = office.examiner()
    secret, codes = set_up(person, clock)
    for code in (code_now(secret, clock), codes[0]):
        first = enter(office, code)
        clock.move(seconds=STEP_S if code != codes[0] else 0)
        again = enter(office, code)

        assert (is_in(first), again.status_code) == (True, 401)
    assert faults(office, person) == [CodeFault.USED, CodeFault.USED]


def test_the_code_that_enrolled_is_used_up(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    secret = secret_on(person.page("second-factor"))
    code = code_now(secret, clock)
    person.post("second-factor", code=code)

    assert enter(office, code).status_code == 401


def test_a_wrong_code_enrols_nothing(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    secret = secret_on(person.page("second-factor"))

    answers = [
        person.post("second-factor", code=code)
        for code in ("", "123", code_now(secret, clock, later=5), "١٢٣٤٥٦", "9" * 3_000)
    ]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert person.post("second-factor", code="\x00").status_code == 400
    assert all("There is a problem" in answer.text for answer in answers)
    assert is_in(enter(office, ""))
    assert secret_on(person.page("second-factor")) == secret


def test_guessed_codes_are_slowed_wherever_they_come_from(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    secret, _ = set_up(person, clock)
    for _ in range(5):
        enter(office, "000000")
        clock.move(seconds=0)

    held_up = enter(office, code_now(secret, clock))
    clock.move(minutes=16)
    later = enter(office, code_now(secret, clock))

    assert held_up.status_code == 401
    assert is_in(later)


def test_answers_do_not_tell_a_right_password_from_a_wrong_one(office: Office) -> None:
    clock = stop_clock(office)
    set_up(office.examiner(), clock)

    texts = {
        _without_chance(answer.text)
        for answer in (enter(office, ""), enter(office, "", "a wrong pass phrase"))
    }

    assert len(texts) == 1


def test_a_role_that_needs_a_factor_reaches_its_page_alone_until_then(office: Office) -> None:
    clock = stop_clock(office)
    need_factor(office, Role.EXAMINER)
    person = office.examiner()
    office.world.enrol(1)
    case_id = office.world.case_of(office.world.search(1))

    reached = [person.get(path).url.path for path in ("queue", "", f"cases/{case_id}")]
    claimed = person.post(f"cases/{case_id}/claim")
    person.csrf = hidden_fields(person.page("second-factor"))["csrf"]
    set_up(person, clock)

    assert reached == [PAGE] * 3
    assert claimed.url.path in {PAGE, f"/workbench/cases/{case_id}/claim"}
    assert person.get("queue").url.path == "/workbench/queue"
    assert office.supervisor().get("overview").url.path == "/workbench/overview"


def test_whoever_must_enrol_may_sign_out(office: Office) -> None:
    need_factor(office, Role.EXAMINER)
    person = office.examiner()
    person.csrf = hidden_fields(person.page("second-factor"))["csrf"]

    assert "You have signed out" in person.post("sign-out").text


def test_the_owner_removes_a_factor_with_a_code(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    secret, codes = set_up(person, clock)

    factor = factor_on(person.page("second-factor"))
    wrong = person.post("second-factor/removal", factor=factor, proof="000000")
    right = person.post("second-factor/removal", factor=factor, proof=codes[3])

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert secret_on(right.text) != secret
    assert is_in(enter(office, ""))
    assert SecondFactorRemoved.event_type in kinds_about(office, person)


def test_an_administrator_resets_a_lost_factor(either_office: Office) -> None:
    office, clock = either_office, stop_clock(either_office)
    person = office.examiner()
    set_up(person, clock)

    reset(office.bench, ROOT, person.user_id)

    assert person.get("queue").url.path == "/workbench/sign-in"
    assert is_in(enter(office, ""))
    assert SecondFactorRemoved.event_type in kinds_about(office, person)
    with pytest.raises(NotFoundError):
        reset(office.bench, ROOT, person.user_id)


def test_a_reset_is_for_administrators(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    set_up(person, clock)

    with pytest.raises(NotPermittedError):
        reset(office.bench, person.caller(office), person.user_id)


def test_the_secret_is_sealed_and_goes_with_the_factor(either_office: Office) -> None:
    office, clock = either_office, stop_clock(either_office)
    person = office.examiner()
    secret, _ = set_up(person, clock)
    address = office.app.state.api.settings.database_address
    query = select(payloads.c.body).where(payloads.c.kind == "second-factor")

    with connection(address) as raw:
        (stored,) = map(bytes, raw.execute(query).scalars())
    reset(office.bench, ROOT, person.user_id)
    with connection(address) as raw:
        after = raw.execute(query).all()

    assert secret not in stored
    assert after == []


def test_events_name_neither_code_nor_secret(office: Office) -> None:
    clock = stop_clock(office)
    person = office.examiner()
    secret, codes = set_up(person, clock)
    enter(office, codes[0])
    with office.bench.services.units.read() as unit:
        bodies = b"".join(event.body for event in unit.events.about(person.user_id))
        (factor,) = unit.second_factors.of(person.user_id)
        uses = unit.events.about(factor.factor_id)

    assert SecondFactorUsed.event_type in [event.event_type for event in uses]
    for hidden in (codes[0], codes[0].replace("-", ""), secret.hex()):
        assert hidden.encode() not in bodies + b"".join(event.body for event in uses)


def test_the_picture_and_the_key_are_of_this_session_alone(office: Office) -> None:
    one, other = office.examiner(), office.examiner("examiner-b")

    page = one.page("second-factor")

    assert "<svg" in page
    assert "style=" not in page
    assert secret_on(page) == secret_on(one.page("second-factor"))
    assert secret_on(page) != secret_on(other.page("second-factor"))


def _without_chance(page: str) -> str:
    """Return a page without the parts that are always new: token, challenge and its time."""
    for value in (hidden_fields(page)["csrf"], hidden_fields(page)["asked_at"]):
        page = page.replace(value, "")
    return re.sub(r"challenge&#34;: &#34;[^&]+", "", page)
