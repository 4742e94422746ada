"""Doubts about the gallery: each opens one case for a supervisor; none has an automatic effect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.access.access import Actor, Caller, Purpose, Role
from domain.errors import NotPermittedError
from domain.ids import UserId
from service.cli.context import CONSOLE
from service.usecases.people.integrity import IntegrityReport, changes_to_check, check_gallery
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.facts import stated
from tests.integration.api.prints import encounter, impression

pytestmark = pytest.mark.promise("two people")


def enrol_again(world: World, person: int, capture: int, *, person_id: str | None = None) -> str:
    """Enrol one more capture: of a known person, or without a name."""
    return enrol_prints(world, encounter(person, capture=capture)["impressions"], person_id)


def enrol_prints(world: World, prints: list[dict[str, Any]], person_id: str | None = None) -> str:
    body = encounter(1) | {"impressions": prints}
    del body["record"]
    if person_id is not None:
        body["person_id"] = person_id
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person_id"])


def exchanged(person: int, capture: int, first: int, second: int) -> list[dict[str, Any]]:
    """Return ten fingers of which two were recorded under each other's position."""
    named = {first: second, second: first}
    return [
        impression(person, position, capture=capture) | {"position": named.get(position, position)}
        for position in range(1, 11)
    ]


def cases(world: World, *, is_open: bool = True) -> list[dict[str, Any]]:
    answer = world.supervisor().get(f"/v1/gallery-cases?open={str(is_open).lower()}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["cases"])


def conclude(world: World, case_id: str, **body: Any) -> Any:
    body = {"outcome": "refuted", "reason": "Seen side by side."} | body
    return world.supervisor().post(f"/v1/gallery-cases/{case_id}/conclusion", body)


def events(world: World, kind: str) -> list[dict[str, Any]]:
    with world.services.units.read() as unit:
        bodies = [json.loads(entry.body) for entry in unit.events.every()]
    return [body for body in bodies if body["type"] == kind]


def test_each_doubt_opens_one_case_and_changes_nothing(world: World) -> None:
    kept = world.enrol(1)["person_id"]
    world.enrol(2)
    double = enrol_again(world, 1, 2)
    swapped = world.enrol(3)["person_id"]
    enrol_prints(world, exchanged(3, 2, 2, 7), swapped)
    held = world.services.gallery.index.digest

    first = check_gallery(world.services, CONSOLE)
    idle = check_gallery(world.services, CONSOLE)
    whole = check_gallery(world.services, CONSOLE, is_whole=True)

    assert first == IntegrityReport(persons=4, duplicates=1, swaps=1, opened=2)
    assert idle == IntegrityReport(persons=0, duplicates=0, swaps=0, opened=0)
    assert whole == IntegrityReport(persons=4, duplicates=1, swaps=1, opened=0)
    assert changes_to_check(world.services) == 0
    found = {case["doubt"]: case for case in cases(world)}
    assert found["duplicate-persons"]["person_ids"] == sorted([kept, double])
    assert found["swapped-fingers"]["person_ids"] == [swapped]
    assert found["swapped-fingers"]["positions"] == [2, 7]
    assert world.services.gallery.index.digest == held
    assert [stated(event) for event in events(world, "gallery-case-opened")] == [
        {"doubt": "duplicate-persons"},
        {"doubt": "swapped-fingers"},
    ]


def test_a_settled_doubt_comes_back_with_new_prints_alone(world: World) -> None:
    kept = world.enrol(1)["person_id"]
    enrol_again(world, 1, 2)
    check_gallery(world.services, CONSOLE)
    (case,) = cases(world)

    settled = conclude(world, case["case_id"])
    again = conclude(world, case["case_id"], outcome="confirmed")
    same_prints = check_gallery(world.services, CONSOLE, is_whole=True)
    enrol_again(world, 1, 4, person_id=kept)
    new_prints = check_gallery(world.services, CONSOLE)

    assert settled.status_code == 201
    assert again.status_code == 409
    assert (same_prints.duplicates, same_prints.opened) == (1, 0)
    assert (new_prints.duplicates, new_prints.opened) == (1, 1)
    (old,) = cases(world, is_open=False)
    assert old["conclusion"]["outcome"] == "refuted"
    assert [case["case_id"] for case in cases(world)] != [old["case_id"]]
    (event,) = events(world, "gallery-case-concluded")
    assert stated(event) == {"outcome": "refuted", "merge": ""}
    assert "side by side" not in json.dumps(event)


def test_a_confirmed_duplicate_proposes_a_merge_that_another_confirms(world: World) -> None:
    kept = world.enrol(1)["person_id"]
    double = enrol_again(world, 1, 2)
    check_gallery(world.services, CONSOLE)
    (case,) = cases(world)

    hidden = conclude(world, case["case_id"], outcome="confirmed", surviving=double)
    foreign = conclude(world, case["case_id"], outcome="confirmed", surviving="somebody")
    refuted = conclude(world, case["case_id"], surviving=kept)
    answer = conclude(world, case["case_id"], outcome="confirmed", surviving=kept)
    merge_id = answer.json()["merge_id"]
    confirmation = f"/v1/merges/{merge_id}/confirmation"
    alone = world.supervisor().post(confirmation)
    confirmed = world.supervisor("supervisor-b").post(confirmation)

    assert [hidden.status_code, foreign.status_code, refuted.status_code] == [400, 400, 400]
    assert alone.status_code == 409
    assert confirmed.json()["captures"] == 1
    assert check_gallery(world.services, CONSOLE, is_whole=True).duplicates == 0


def test_whoever_was_erased_raises_no_doubt(world: World) -> None:
    world.enrol(1)
    double = enrol_again(world, 1, 2)
    have_erased(world, double)

    report = check_gallery(world.services, CONSOLE)

    assert (report.duplicates, report.opened) == (0, 0)


def test_supervisors_alone_see_and_settle_doubts(sqlite_world: World) -> None:
    world = sqlite_world
    others = (world.force(), world.examiner(), world.auditor(), world.administrator())

    listed = [user.get("/v1/gallery-cases").status_code for user in others]
    settled = [
        user.post("/v1/gallery-cases/x/conclusion", {"outcome": "refuted", "reason": "No."})
        for user in others
    ]
    unknown = conclude(world, "unknown")
    supervisor = Caller(
        Actor(UserId("sue"), Role.SUPERVISOR, None, frozenset()), Purpose.SUPERVISION
    )

    assert listed == [403] * 4
    assert [answer.status_code for answer in settled] == [403] * 4
    assert unknown.status_code == 404
    with pytest.raises(NotPermittedError):
        check_gallery(world.services, supervisor)
