"""Security keys: registered on a page, asked for at a sign-in, bound to this host, removed."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from html import unescape

import pytest
from httpx2 import Response

from domain.access.access import Role
from domain.access.accounts import CodeFault, CodeKind
from domain.events.access import SecondFactorUsed
from service.provenance.canonical import read_event
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.driver import PASSWORD, Office, Person, browser, hidden_fields
from tests.integration.web.test_second_factor import (
    factor_on,
    faults,
    is_in,
    need_factor,
    secret_on,
    set_up,
)
from tests.soft_key import ORIGIN, SoftKey


@pytest.fixture
def named(either_office: Office) -> Office:
    """Return the application under a name: keys are never bound to an address."""
    office = either_office
    policy = replace(office.bench.sign_in, origin=ORIGIN)
    office.bench = replace(office.bench, sign_in=policy)
    office.app.state.workbench = office.bench
    return office


def challenge_on(page: str, *, new: bool = False) -> bytes:
    """Read a challenge off a page, as the browser's script does."""
    found = re.findall(r'data-key-options="([^"]+)"( data-key-new)?', page)
    (options,) = {unescape(told) for told, is_new in found if bool(is_new) is new}
    text = json.loads(options)["challenge"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def register(
    person: Person, key: SoftKey, *, name: str = "blue", proof: str = "", answer: str = ""
) -> Response:
    page = person.page("second-factor")
    return person.post(
        "second-factor/key",
        key=key.registered(challenge_on(page, new=True)),
        asked_at=hidden_fields(page)["asked_at"],
        name=name,
        proof=proof,
        answer=answer,
    )


def codes_on(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return re.findall(r"<code>([a-z2-7-]{19})</code>", answer.text)


def enter(office: Office, key: SoftKey, password: str = PASSWORD) -> Response:
    """Sign in as the examiner with a key, at a fresh browser."""
    client = browser(office.app)
    page = client.get("/workbench/sign-in").text
    form = {"name": "examiner-a", "password": password, "answer": key.answered(challenge_on(page))}
    return client.post("/workbench/sign-in", data={**hidden_fields(page), **form})


def test_a_registered_key_opens_the_account_and_a_password_alone_does_not(named: Office) -> None:
    key = SoftKey(ORIGIN)
    codes = codes_on(register(named.examiner(), key))

    alone = _enter_without(named)
    opened = enter(named, key)

    assert alone.status_code == 401
    assert is_in(opened)
    assert len(set(codes)) == 10
    assert faults(named, named.examiner()) == [CodeFault.MISSING]
    assert CodeKind.SECURITY_KEY in _kinds_used(named)


def test_an_answer_for_a_copied_page_is_refused(named: Office) -> None:
    key = SoftKey(ORIGIN)
    register(named.examiner(), key)

    elsewhere = replace(key, origin="https://workbench.example.attacker", host="workbench.example")
    other_host = replace(key, host="attacker.example")

    assert [enter(named, one).status_code for one in (elsewhere, other_host)] == [401, 401]
    assert is_in(enter(named, key))


def test_no_answer_serves_twice_and_none_is_taken_late(named: Office) -> None:
    clock, key = stop_clock(named), SoftKey(ORIGIN)
    register(named.examiner(), key)
    client = browser(named.app)
    page = client.get("/workbench/sign-in").text
    form = {**hidden_fields(page), "name": "examiner-a", "password": PASSWORD}
    form["answer"] = key.answered(challenge_on(page))

    first = client.post("/workbench/sign-in", data=form)
    fresh = browser(named.app)
    fresh.cookies = client.cookies
    again = fresh.post("/workbench/sign-in", data=form)
    late = _enter_late(named, key, clock)

    assert is_in(first)
    assert again.status_code in {401, 403}
    assert late.status_code == 401


def test_a_key_whose_counter_goes_back_is_refused(named: Office) -> None:
    key = SoftKey(ORIGIN)
    register(named.examiner(), key)
    copy = replace(key)
    assert is_in(enter(named, key))

    assert enter(named, copy).status_code == 401
    assert faults(named, named.examiner()) == [CodeFault.COPIED]


def test_another_key_than_the_registered_one_opens_nothing(named: Office) -> None:
    key = SoftKey(ORIGIN)
    register(named.examiner(), key)

    assert enter(named, SoftKey(ORIGIN)).status_code == 401
    assert enter(named, key, "a wrong pass phrase").status_code == 401


def test_a_further_factor_needs_a_proof_of_one_that_is_there(named: Office) -> None:
    person, key = named.examiner(), SoftKey(ORIGIN)
    codes = codes_on(register(person, key))
    other = SoftKey(ORIGIN, credential_id=b"another credential")

    without = register(person, other)
    by_code = register(person, other, name="red", proof=codes[0])
    page = person.page("second-factor")

    assert without.status_code == 422
    assert "We could not check your second factor" in without.text
    assert codes_on(by_code)
    assert "<strong>blue</strong>" in page
    assert "<strong>red</strong>" in page
    assert is_in(enter(named, other))


def test_a_key_proves_its_own_removal(named: Office) -> None:
    person, key = named.examiner(), SoftKey(ORIGIN)
    register(person, key)
    page = person.page("second-factor")
    form = {"factor": factor_on(page), "asked_at": hidden_fields(page)["asked_at"]}

    without = person.post("second-factor/removal", **form)
    removed = person.post("second-factor/removal", answer=key.answered(challenge_on(page)), **form)

    assert (without.status_code, removed.status_code) == (422, 200)
    assert "<strong>blue</strong>" not in removed.text
    assert is_in(_enter_without(named))


def test_authenticator_and_key_stand_beside_each_other(named: Office) -> None:
    clock, key = stop_clock(named), SoftKey(ORIGIN)
    person = named.examiner()
    _, codes = set_up(person, clock)

    register(person, key, proof=codes[0])

    assert is_in(enter(named, key))
    assert "wb-qr__key" not in person.page("second-factor")


def test_a_role_that_needs_a_factor_may_take_a_key(named: Office) -> None:
    need_factor(named, Role.EXAMINER)
    person = named.examiner()
    person.csrf = hidden_fields(person.page("second-factor"))["csrf"]

    register(person, SoftKey(ORIGIN))

    assert person.get("queue").url.path == "/workbench/queue"


@pytest.mark.parametrize("answer", ["", "{}", "[]", "no JSON", "[" * 5_000, '{"rawId": 7}'])
def test_an_answer_that_is_none_registers_and_opens_nothing(office: Office, answer: str) -> None:
    office.bench = replace(office.bench, sign_in=replace(office.bench.sign_in, origin=ORIGIN))
    office.app.state.workbench = office.bench
    person = office.examiner()
    asked_at = hidden_fields(person.page("second-factor"))["asked_at"]

    refused = person.post("second-factor/key", key=answer, asked_at=asked_at, name="x")
    register(person, SoftKey(ORIGIN))
    client = browser(office.app)
    form = hidden_fields(client.get("/workbench/sign-in").text)
    form |= {"name": "examiner-a", "password": PASSWORD, "answer": answer}

    assert refused.status_code == 422
    assert client.post("/workbench/sign-in", data=form).status_code == 401


def test_an_address_that_is_a_number_offers_no_key(office: Office) -> None:
    office.bench = replace(
        office.bench, sign_in=replace(office.bench.sign_in, origin="https://192.0.2.7")
    )
    office.app.state.workbench = office.bench
    person = office.examiner()

    page = person.page("second-factor")

    assert "opened this page by its IP address" in page
    assert "data-key-options" not in page + browser(office.app).get("/workbench/sign-in").text
    assert secret_on(page)


def _enter_without(office: Office) -> Response:
    client = browser(office.app)
    hidden = hidden_fields(client.get("/workbench/sign-in").text)
    form = {**hidden, "name": "examiner-a", "password": PASSWORD}
    return client.post("/workbench/sign-in", data=form)


def _enter_late(office: Office, key: SoftKey, clock: Clock) -> Response:
    client = browser(office.app)
    page = client.get("/workbench/sign-in").text
    clock.move(minutes=16)
    form = {"name": "examiner-a", "password": PASSWORD, "answer": key.answered(challenge_on(page))}
    return client.post("/workbench/sign-in", data={**hidden_fields(page), **form})


def _kinds_used(office: Office) -> list[CodeKind]:
    with office.bench.services.units.read() as unit:
        bodies = [read_event(entry.body) for entry in unit.events.every()]
    kind = SecondFactorUsed
    return [body.typed_as(kind).kind for body in bodies if body.event_type == kind.event_type]
