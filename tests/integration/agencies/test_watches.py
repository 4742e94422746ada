"""An agency watches a case: told once to ask again, and never without a valid watch."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import RequestId, UserId
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.access.tokens import authenticate
from service.usecases.agencies.agreements import (
    confirm_watch,
    list_watches,
    tell_watching_agencies,
)
from service.usecases.log.verification import verify_store
from tests.integration.agencies.agreeing import agreed, asked_about, make_agreement
from tests.integration.api.driver import User, World
from tests.integration.api.erasing import erased
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.workers import later
from tests.integration.disclosure.restricting import restricted
from tests.integration.requests.working import FINE, Worked, add_convictions
from tests.integration.web.driver import Office

CAUTION = FINE | {"reference": "9/24", "decided_on": "2024-03-01"}

HOUR = timedelta(hours=1)


def answered(world: World, agency: User, person: int = 1) -> Worked:
    """Ask about a person, and have the request answered."""
    asked = agency.post("/v1/agency/requests", asked_about(person))
    assert asked.status_code == 201, asked.text
    request = Worked(world, asked.json()["request_id"])
    if request.search_by_details():
        request.identify_first()
    else:
        request.identify()
    request.release()
    return request


def path(request: Worked) -> str:
    """Return the address of a case as its agency knows it."""
    return f"/v1/agency/requests/{request.at.rpartition('/')[2]}/watch"


def watched(agency: User, request: Worked) -> dict[str, Any]:
    """Begin a watch and return it."""
    answer = agency.post(path(request))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def states(agency: User) -> list[str]:
    """Return the states of the watches of an agency, newest first."""
    answer = agency.get("/v1/agency/watches")
    assert answer.status_code == 200, answer.text
    return [one["state"] for one in answer.json()["watches"]]


def told(world: World, ahead: timedelta = timedelta()) -> int:
    """Have the agencies told; return how many were."""
    return tell_watching_agencies(later(world.services, ahead), lambda: False)


@pytest.mark.journey
@pytest.mark.promise("records")
def test_a_change_is_told_once_as_ask_again(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    agency = agreed(world)
    request = answered(world, agency)
    begun = watched(agency, request)
    before = told(world)

    add_convictions(world, record_id, FINE)

    assert (before, told(world), told(world)) == (0, 1, 0)
    assert states(agency) == ["ask again"]
    assert set(begun) == {"request_id", "state", "last_day", "confirm_by"}
    add_convictions(world, record_id, CAUTION)
    assert told(world) == 0
    assert watched(agency, request)["state"] == "watching"
    assert (told(world), states(agency)) == (0, ["watching", "ask again"])
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_an_unconfirmed_watch_lapses_and_tells_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    record_id = world.enrol(1)["record_id"]
    agency = agreed(world)
    request = answered(world, agency)
    begun = watched(agency, request)
    day = world.services.today()
    lapse = date.fromisoformat(begun["confirm_by"]) + timedelta(days=1) - day
    secret = agency.headers["Authorization"].removeprefix("Bearer ")
    name = UserId(authenticate(world.services, secret).user_id)
    actor = Actor(name, Role.AGENCY, None, frozenset(ROLE_SCOPES[Role.AGENCY]))
    caller = Caller(actor, Purpose.AGENCY_SERVICE)
    request_id = RequestId(request.at.rpartition("/")[2])
    add_convictions(world, record_id, FINE)

    # An hour either way, because the clock may have been put forward or back by then.
    assert told(world, lapse + HOUR) == 0
    (late,) = list_watches(later(world.services, lapse + HOUR), caller, before=None, limit=9).items
    assert late.state.value == "lapsed"
    in_time = later(world.services, lapse - timedelta(days=1) - HOUR)
    confirmed = confirm_watch(in_time, caller, request_id)
    assert told(world, confirmed.confirm_by - day - HOUR) == 1


@pytest.mark.parametrize("other", [{"standing": "ended"}, {"review_on": "2020-01-02"}], ids=str)
def test_a_watch_ends_with_its_agreement(sqlite_world: World, other: dict[str, Any]) -> None:
    world = sqlite_world
    record_id = world.enrol(1)["record_id"]
    agency = agreed(world)
    request = answered(world, agency)
    watched(agency, request)
    assert make_agreement(world, expected_version=1, **other).status_code == 201
    add_convictions(world, record_id, FINE)

    assert (told(world), states(agency)) == (0, ["ended"])
    assert_problem(agency.post(f"{path(request)}/confirmation"), 409, "no-agreement")


def test_erased_restricted_and_unknown_people_are_watched_alike(sqlite_world: World) -> None:
    world = sqlite_world
    made = [world.enrol(person)["person_id"] for person in (1, 2)]
    agency = agreed(world)
    shapes = [watched(agency, answered(world, agency, person)) for person in (1, 2, 3)]

    restricted(world, made[0])
    erased(world, made[1])

    assert told(world) == 0
    assert states(agency) == ["watching"] * 3
    assert (
        len({tuple((name, one[name]) for name in one if name != "request_id") for one in shapes})
        == 1
    )


def test_who_may_watch_what(sqlite_world: World) -> None:
    world = sqlite_world
    world.enrol(1)
    agency, stranger = agreed(world), agreed(world, "SEA")
    request = answered(world, agency)
    opened = agency.post("/v1/agency/requests", asked_about(2)).json()["request_id"]

    assert_problem(stranger.post(path(request)), 404, "not-found")
    assert_problem(agency.post(f"/v1/agency/requests/{opened}/watch"), 409, "request-step")
    assert_problem(agency.post(f"{path(request)}/confirmation"), 404, "not-found")
    watched(agency, request)
    assert_problem(agency.post(path(request)), 409, "conflict")
    assert agency.post(f"{path(request)}/end").json()["state"] == "ended"
    assert states(stranger) == []


def test_the_page_of_a_case_begins_confirms_and_ends_its_watch(either_office: Office) -> None:
    office, world = either_office, either_office.world
    record_id = world.enrol(1)["record_id"]
    assert make_agreement(world).status_code == 201
    person = office.person("agency-p", Role.AGENCY)
    user = {"user": person.user_id}
    assert world.officer().post("/v1/agreements/HARB/members", user).status_code == 204
    own = person.page("agency")
    asked = person.follow(
        "agency", kind="agency-names-enquiry", purpose="criminal proceedings", surname="Surname1",
        forename="Forename1", date_of_birth="1984-03-12", sex="male",
    )  # fmt: skip
    case = asked.url.path.removeprefix("/workbench/")
    request = Worked(world, case.rpartition("/")[2])
    request.search_by_details()
    request.identify_first()
    request.release()
    case_at = f"requests/{case.rpartition('/')[2]}"

    begun = person.follow(case, f"{case}/watch", act="begin").text
    confirmed = person.follow(case, f"{case}/watch", act="confirm").text
    refused = person.post(f"{case}/watch", act="begin").text
    add_convictions(world, record_id, FINE)
    given = told(world)
    officer = office.person("officer-p", Role.CASE_OFFICER, force="89")
    listed = [officer.page(path) for path in ("requests", case_at)]

    assert "Names enquiry: the convictions that we hold of a person" in own
    assert "<kbd" not in own
    assert all("Office for Harbours" in page for page in listed)
    assert ("confirm the watch by" in begun, "confirm the watch by" in confirmed) == (True, True)
    assert "already watches this case" in refused
    assert (given, "ask again." in person.page(case)) == (1, True)
    assert person.follow(case, f"{case}/watch", act="begin").status_code == 200
    assert "confirm the watch by" not in person.follow(case, f"{case}/watch", act="end").text
