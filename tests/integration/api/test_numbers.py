"""Numbers issued for people: in order, each once, and one of a kind for a person."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from domain.access.access import Purpose, Role, Scope
from domain.ids import PersonId, RecordId, UserId
from domain.people.identifiers import (
    IssuedNumber,
    NumberKind,
    missing_below,
    parse_cro_number,
    parse_pnc_id,
)
from service.cli.context import console_as
from service.usecases.people.amending import issued_series
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.retention.test_bases import verified

pytestmark = pytest.mark.promise("records")

OFFICER = console_as(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, Scope.READ_REQUESTS)


@pytest.fixture
def issuer(world: World) -> Iterator[World]:
    """Return a world whose office issues numbers."""
    state = world.app.state.api
    world.app.state.api = replace(state, services=replace(state.services, issues_numbers=True))
    yield world
    world.app.state.api = state


def begun(world: World, person: int) -> dict[str, str]:
    """Put a person on record who has no number."""
    body = {name: value for name, value in record(person).items() if "_number" not in name}
    answer = world.force().post("/v1/records", body | {"pnc_ids": [], "cro_numbers": []})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def issued(world: World, record_id: str, kind: str = "PNC ID", version: int = 1) -> Any:
    """Ask for a number and return the answer."""
    body = {"kind": kind, "expected_version": version}
    return world.force().post(f"/v1/records/{record_id}/numbers", body)


def test_a_person_gets_one_number_of_each_kind(issuer: World) -> None:
    made = begun(issuer, 1)
    today = issuer.services.today()

    first = issued(issuer, made["record_id"])
    again = issued(issuer, made["record_id"], version=2)
    cro = issued(issuer, made["record_id"], "CRO number", 2)

    assert first.status_code == cro.status_code == 201, (first.text, cro.text)
    number = parse_pnc_id(first.json()["number"], reference_date=today)
    assert number.startswith(f"{today.year}/0000001")
    assert parse_cro_number(cro.json()["number"]) == cro.json()["number"]
    assert_problem(again, 409, "conflict")
    shown = issuer.force().get(f"/v1/records/{made['record_id']}").json()
    assert shown["version"] == 3
    assert first.json()["number"] in str(shown["items"])
    assert verified(issuer)


def test_forces_that_ask_at_once_get_numbers_without_a_gap(issuer: World) -> None:
    people = [issuer.enrol(person) for person in range(1, 9)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: issued(issuer, one["record_id"]), people))

    assert [one.status_code for one in answers] == [201] * len(people), [
        one.text for one in answers
    ]
    serials = sorted(int(one.json()["number"][5:12]) for one in answers)
    assert serials == list(range(1, len(people) + 1))
    assert verified(issuer)


def test_a_number_stays_taken_when_its_person_is_erased(issuer: World) -> None:
    gone = begun(issuer, 1)
    assert issued(issuer, gone["record_id"]).status_code == 201
    erased(issuer, gone["person_id"])

    later = issued(issuer, begun(issuer, 2)["record_id"]).json()["number"]

    assert later[5:12] == "0000002"
    (series,) = issued_series(issuer.services, OFFICER)
    assert (series.kind, series.issued, series.last) == ("PNC ID", 2, 2)
    assert (series.of_erased, series.of_hidden, series.missing) == (1, 0, ())


def test_a_number_that_is_missing_is_told(issuer: World) -> None:
    first, second = begun(issuer, 1), issuer.enrol(2)
    assert issued(issuer, first["record_id"], "CRO number").status_code == 201
    now = issuer.services.surroundings.clock()
    with issuer.services.units.write() as unit:
        number = IssuedNumber(
            *("n-4", NumberKind.CRO, now.year, 4, PersonId(second["person_id"])),
            *(RecordId(second["record_id"]), UserId("nobody"), now),
        )
        assert unit.issued_numbers.issue(number)
        unit.commit()

    (series,) = issued_series(issuer.services, OFFICER)

    assert (series.issued, series.last, series.missing) == (2, 4, (2, 3))
    assert missing_below([]) == ()


def test_an_installation_that_is_no_issuer_refuses(world: World) -> None:
    assert_problem(issued(world, begun(world, 1)["record_id"]), 409, "conflict")
