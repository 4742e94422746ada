"""Applications and checks that are wrong in every way: clear answers, nothing leaked or lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import RateLimitedError
from domain.ids import UserId
from service.live.rate_limits import RateLimiter
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed as have_confirmed
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import (
    APPLICATION,
    applied,
    checked,
    content_of,
    document_of,
    enrolled,
    issued,
    released,
)
from tests.integration.certificates.test_certificates import LIVE
from tests.integration.disclosure.restricting import restricted
from tests.integration.requests.working import add_convictions, asked


def refused(world: World, pointer: str | None = None, **other: Any) -> None:
    body = asked(1, **(APPLICATION | other))
    problem = world.officer().post("/v1/requests", body)
    assert problem.status_code in (400, 422), problem.text
    assert "Forename" not in problem.text
    if pointer:
        assert problem.json()["errors"][0]["pointer"] == pointer


def said(**other: Any) -> dict[str, Any]:
    return dict(asked(1)["subject"]) | other


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\u200b", "\u00ad"])
def test_marks_of_direction_in_a_name_are_refused(sqlite_world: World, mark: str) -> None:
    name = {"forename": f"Ada{mark}", "surname": "Example"}
    refused(sqlite_world, subject=said(names=[name]))


def test_what_no_certificate_can_be_made_of_is_refused(sqlite_world: World) -> None:
    refused(sqlite_world, "/subject/names", subject=said(names=[]))
    refused(sqlite_world, "/subject/dates_of_birth", subject=said(dates_of_birth=[]))
    tomorrow = (date.today() + timedelta(days=400)).isoformat()  # noqa: DTZ011 - past any clock here
    refused(sqlite_world, "/subject/dates_of_birth/0", subject=said(dates_of_birth=[tomorrow]))
    refused(sqlite_world, subject=said(dates_of_birth=["2001-02-30"]))
    refused(sqlite_world, facts={"deceased": "yes"})
    refused(sqlite_world, asker={"kind": "force", "code": "01"})
    refused(sqlite_world, purpose="employment")


@pytest.mark.parametrize("surname", ["王小明", "अमित", "محمد", "Żółć", "Ελένη"])
def test_a_long_name_of_any_script_is_certified_as_it_is(
    sqlite_world: World, surname: str
) -> None:
    name = {"forename": "Ada", "surname": (surname * 100)[:190]}
    request = released(sqlite_world, subject=said(names=[name]))

    content = content_of(sqlite_world, document_of(request, issued(request)))

    assert content["holder"]["name"] == f"Ada {name['surname']}"


def test_a_matter_from_before_the_tenth_birthday_is_not_certified(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    request = applied(sqlite_world, subject=said(dates_of_birth=["2018-01-01"]))
    found = request.search_by_details()
    if found:
        request.identify_first()
    else:
        request.identify()
    request.release()

    assert issued(request)["outcome"] != "Trace"


def test_guessing_at_codes_tells_nothing_and_is_slowed(sqlite_world: World) -> None:
    certificate = issued(released(sqlite_world))
    number, code = certificate["number"], certificate["code"]

    for guess in range(20):
        assert checked(sqlite_world, number, f"{guess:026d}") == "unknown"

    state = sqlite_world.app.state.api
    now = [0.0]
    sqlite_world.app.state.api = replace(state, check_limiter=RateLimiter(30, lambda: now[0]))
    body = {"number": number, "code": "0" * 26}
    answers = [
        sqlite_world.client.post("/v1/certificates/check", json=body).status_code
        for _ in range(60)
    ]
    assert answers.count(200) == 30
    assert set(answers[30:]) == {429}
    right = sqlite_world.client.post("/v1/certificates/check", json=body | {"code": code})
    assert right.status_code == 429


def test_ten_thousand_guesses_a_minute_reach_thirty() -> None:
    limiter = RateLimiter(30, lambda: 0.0)
    reached = 0
    for _ in range(10_000):
        try:
            limiter.take(UserId("address:192.0.2.1"))
            reached += 1
        except RateLimitedError:
            continue
    assert reached == 30


def test_every_answer_has_one_shape(sqlite_world: World) -> None:
    certificate = issued(released(sqlite_world))
    known = {"number": certificate["number"], "code": certificate["code"]}
    answers = [
        sqlite_world.client.post("/v1/certificates/check", json=body)
        for body in (known, known | {"code": "0" * 26}, known | {"number": "0"})
    ]

    names = {"content-type", "cache-control"}
    shapes = {tuple((name, one.headers.get(name)) for name in sorted(names)) for one in answers}
    assert len(shapes) == 1
    assert [one.json()["answer"] for one in answers] == ["valid", "unknown", "unknown"]


@pytest.mark.parametrize(
    "body", [{"number": "x" * 65, "code": "1"}, {"number": "", "code": "1"}, {}]
)
def test_what_is_no_code_is_malformed(sqlite_world: World, body: dict[str, str]) -> None:
    answer = sqlite_world.client.post("/v1/certificates/check", json=body)
    assert_problem(answer, 422, "malformed-request")


def test_an_application_after_its_release_is_not_withdrawn(sqlite_world: World) -> None:
    request = released(sqlite_world)
    answer = request.post("steps", step="withdraw", words="Not needed any more.")
    assert_problem(answer, 409, "request-step")


def test_a_person_who_is_erased_has_no_certificate_left(world: World) -> None:
    person_id, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    request = released(world)
    certificate = issued(request)

    have_confirmed(world, person_id)

    assert checked(world, certificate["number"], certificate["code"]) == "superseded"
    path = f"/v1/certificates/{certificate['certificate_id']}/document"
    assert_problem(request.officer.get(path), 410, "payload-erased")
    again = applied(world)
    assert again.search_by_details() == []


def test_a_person_who_is_merged_has_their_certificate_superseded(world: World) -> None:
    person_id, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    certificate = issued(released(world))
    other = world.enrol(2)["person_id"]

    body = {"surviving": person_id, "absorbed": other, "reason": "One set of prints."}
    merge = world.supervisor().post("/v1/merges", body)
    assert merge.status_code == 201, merge.text
    path = f"/v1/merges/{merge.json()['merge_id']}/confirmation"
    assert world.supervisor("supervisor-b").post(path).status_code < 300

    assert checked(world, certificate["number"], certificate["code"]) == "superseded"


def test_a_restricted_person_never_gets_a_no_trace(world: World) -> None:
    person_id, _ = enrolled(world, 1)
    restricted(world, person_id)

    names = [{"forename": "Zoltan", "surname": "Quux"}]
    stranger = said(names=names, dates_of_birth=["1950-12-31"], sex="female")
    theirs, another = released(world, 1), released(world, subject=stranger)

    assert theirs.read()["identification"]["outcome"] == "in doubt"
    assert issued(theirs)["outcome"] == "cannot be certified"
    assert issued(another)["outcome"] == "No Trace"


def test_a_person_whose_erasure_waits_never_gets_a_no_trace(world: World) -> None:
    person_id, _ = enrolled(world, 1)
    have_confirmed(world, person_id, {"basis": "retention period ended", "authority": "order-8"})

    assert issued(released(world, 1))["outcome"] == "cannot be certified"
