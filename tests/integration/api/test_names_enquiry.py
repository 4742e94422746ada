"""Searching by details alone: possible people, in words, and the force to contact."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events.looking import Listed, Looked
from service.usecases.searches import enquiries
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import encounter, record
from tests.integration.api.test_bad_input import assert_problem


def said(person: int) -> dict[str, Any]:
    """Return the statement of a person giving their own name and date of birth."""
    held = record(person)
    return {"details": {"names": held["names"], "dates_of_birth": held["dates_of_birth"]}}


def enquire(world: World, person: int, *, force: str = "01") -> list[dict[str, Any]]:
    answer = world.force(force).post("/v1/names-enquiries", said(person))
    assert answer.status_code == 201, answer.text
    return list(answer.json()["candidates"])


@pytest.mark.journey
def test_the_owner_of_a_record_is_told_which_record_it_is(world: World) -> None:
    for person in range(1, 5):
        world.enrol(person, force="47" if person == 2 else "01")
    mine = world.enrol(7)

    own = enquire(world, 7)
    others = enquire(world, 2)

    assert mine["record_id"] in [candidate["record_id"] for candidate in own]
    owners = [(c["owner"]["force"], c["record_id"]) for c in others if c["band"] == "proposed"]
    assert ("47", None) in (owners or [(c["owner"]["force"], c["record_id"]) for c in others])
    assert all(c["record_id"] is None for c in others if c["owner"]["force"] != "01")


def test_the_answer_holds_bands_and_owners_and_nothing_that_orders_or_describes(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    enrolled = world.enrol(1)

    answer = world.force().post("/v1/names-enquiries", said(1))

    candidate = answer.json()["candidates"][0]
    assert set(candidate) == {"candidate_id", "band", "owner", "record_id"}
    hidden = ("bits", "rank", "posterior", "Surname1", enrolled["person_id"])
    assert not [word for word in hidden if word in answer.text]


def test_an_enquiry_is_a_concluded_search_of_its_own_type_with_evidence_kept(
    world: World,
) -> None:
    world.enrol(1)
    answer = world.force().post("/v1/names-enquiries", said(1))

    search_id = answer.json()["search_id"]
    standing = world.standing(search_id)
    evidence = world.auditor().get(f"/v1/searches/{search_id}/evidence").json()

    assert answer.headers["Location"] == f"/v1/searches/{search_id}"
    assert (standing["search_type"], standing["state"]) == ("NAMES", "concluded")
    assert (standing["outcome"], standing["link"]) == (None, None)
    assert evidence["candidates"][0]["rank"] == 1
    assert world.examiner().get("/v1/cases").json()["cases"] == []


def test_a_record_is_found_at_once_and_an_erased_person_never_again(world: World) -> None:
    before = enquire(world, 1)
    enrolled = world.enrol(1)
    found = enquire(world, 1)
    have_erased(world, enrolled["person_id"])
    after = enquire(world, 1)

    assert (before, after) == ([], [])
    assert [candidate["record_id"] for candidate in found] == [enrolled["record_id"]]
    assert len(world.services.names) == 0


@pytest.mark.promise("accesses")
def test_an_equal_call_that_was_overtaken_shows_the_answer_and_records_that(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_world
    enrolled, user = world.enrol(1), world.force()
    body = {"details": {"names": record(1)["names"]}}
    # Both began before either was answered.
    monkeypatch.setattr(enquiries, "_earlier", lambda *_: None)

    first, second = (
        user.post("/v1/names-enquiries", body, Idempotency_Key="key-1").json() for _ in range(2)
    )

    with world.services.units.read() as unit:
        shown = unit.events.about(enrolled["record_id"], {Looked.event_type, Listed.event_type})
    assert first == second
    assert [one["record_id"] for one in first["candidates"]] == [enrolled["record_id"]]
    assert len(shown) == 2


def test_a_record_added_later_is_found_too(sqlite_world: World) -> None:
    world = sqlite_world
    without = world.force().post("/v1/encounters", encounter(1) | {"record": None}).json()
    assert enquire(world, 1) == []

    body = encounter(1, capture=2) | {"person_id": without["person_id"]}
    later = world.force().post("/v1/encounters", body).json()

    assert [candidate["record_id"] for candidate in enquire(world, 1)] == [later["record_id"]]


def test_an_enquiry_without_any_detail_is_refused(shared_world: World) -> None:
    user = shared_world.force()
    before = shared_world.counts()

    empty = user.post("/v1/names-enquiries", {"details": {}})
    prints = user.post("/v1/names-enquiries", said(1) | {"impressions": []})
    impossible = user.post("/v1/names-enquiries", {"details": {"dates_of_birth": ["1984-02-30"]}})

    assert_problem(empty, 400, "empty-probe")
    assert_problem(prints, 422, "malformed-request")
    assert_problem(impossible, 400, "invalid-date")
    assert impossible.json()["errors"][0]["pointer"] == "/details/dates_of_birth/0"
    assert shared_world.counts() == before
