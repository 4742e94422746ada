"""Facts about captures: one kind of basis is taken away, and exactly its capture goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import PersonId, UserId
from domain.office_days import office_day
from service.usecases.requests.matters import explained
from service.usecases.retention.due import show_bases
from service.usecases.retention.releasing import destroy_prints
from tests.integration.api.driver import World
from tests.integration.api.merging import merged
from tests.integration.api.prints import encounter
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import FINE, add_convictions
from tests.integration.retention.stating import (
    DOCUMENT,
    agreed,
    capture_of,
    decided,
    prints_of,
    stated,
)
from tests.integration.retention.test_bases import found_by_prints, verified
from tests.integration.retention.working import (
    CONVICTED,
    DROPPED,
    enrol,
    offence,
    planned,
    released,
    shown,
    step,
    waited,
)

pytestmark = pytest.mark.promise("records")

QUALIFYING = "OF61016"
OFFICER = Caller(
    Actor(UserId("kim"), Role.CASE_OFFICER, None, ROLE_SCOPES[Role.CASE_OFFICER]),
    Purpose.DELETION,
)
TODAY = office_day(datetime.now(UTC))


def due(world: World) -> list[str]:
    """Return the captures of a new plan, which the independent count finds too."""
    plan = planned(world)
    assert step(world, plan, "recount").json()["state"] == "counted again"
    lines = shown(world, plan)["lines"]
    return [one["encounter_id"] for line in lines for one in line["captures"]]


def further(world: World, person_id: str, day: str) -> str:
    """Take prints of a person again and return the capture."""
    body = encounter(1) | {"record": None, "person_id": person_id}
    answer = world.force().post("/v1/encounters", body | {"captured_at": f"{day}T07:08:09Z"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["encounter_id"])


def _arrested(day: str) -> Any:
    """Return a qualifying offence that ended without a charge."""
    return offence(QUALIFYING, ("no further action", day), on=day)


def _charged(day: str) -> Any:
    return offence(QUALIFYING, ("charged", day), ("acquitted", day), on=day)


def _years_ago(years: int, *, days: int = 0) -> str:
    then = TODAY.replace(year=TODAY.year - years, day=1)
    return then.fromordinal(then.toordinal() - days).isoformat()


NOW, YEAR_AGO, THREE_AGO = TODAY.isoformat(), _years_ago(1), _years_ago(3, days=31)
IN_WINDOW = datetime.fromordinal(TODAY.replace(day=1).toordinal() - 41).date().isoformat()
"""Within the last three months of the three years after `THREE_AGO`."""


@pytest.mark.parametrize(
    ("offences", "taken", "facts", "ending"),
    [
        ((_charged(THREE_AGO),), THREE_AGO, [("extended by a court", IN_WINDOW)], None),
        ((_arrested(YEAR_AGO),), YEAR_AGO, [("consent of the Commissioner", NOW)], None),
        ((DROPPED,), YEAR_AGO, [("national security determination", NOW)], None),
        ((DROPPED,), YEAR_AGO, [("another regime", NOW)], None),
        (
            (DROPPED,),
            YEAR_AGO,
            [("consent of the person", YEAR_AGO)],
            ("consent withdrawn", NOW),
        ),
        ((DROPPED,), YEAR_AGO, [("given voluntarily", YEAR_AGO)], ("purpose fulfilled", NOW)),
    ],
    ids=["court", "Commissioner", "determination", "regime", "consent", "volunteer"],
)
def test_a_capture_stands_on_what_two_people_stated_and_goes_with_it(
    sqlite_world: World,
    offences: tuple[Any, ...],
    taken: str,
    facts: list[tuple[str, str]],
    ending: tuple[str, str] | None,
) -> None:
    person_id = enrol(sqlite_world, 1, *offences, on=taken)
    other = enrol(sqlite_world, 2, CONVICTED)
    capture = capture_of(sqlite_world, person_id)
    before = due(sqlite_world)

    given = [agreed(sqlite_world, capture, kind, on) for kind, on in facts]
    with_it = due(sqlite_world)
    if ending is not None:
        agreed(sqlite_world, capture, *ending)
    else:
        agreed(sqlite_world, capture, "stated in error", NOW, revokes=given[0])
    without = due(sqlite_world)

    assert (before, with_it, without) == ([capture], [], [capture])
    released(sqlite_world)
    assert destroy_prints(waited(sqlite_world)) == 1
    assert prints_of(sqlite_world, person_id) == []
    assert [one["fate"] for one in prints_of(sqlite_world, other)] == ["kept"]
    assert verified(sqlite_world)


def test_prints_taken_unlawfully_go_whatever_else_keeps_them(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, CONVICTED)
    capture = capture_of(sqlite_world, person_id)

    assert due(sqlite_world) == []
    agreed(sqlite_world, capture, "unlawfully taken", NOW)
    assert due(sqlite_world) == [capture]


def test_a_purge_takes_the_capture_of_one_event_and_leaves_another(world: World) -> None:
    person_id = enrol(world, 1, DROPPED)
    open_arrest = offence(QUALIFYING, on=YEAR_AGO)
    (first,) = prints_of(world, person_id)
    record_id = first["event"].split(".")[0]
    body = {
        "expected_version": 1,
        "changes": [
            {
                "change": "add",
                "item": {
                    "kind": "arrest-report",
                    "asn": "",
                    "force": "01",
                    "on": YEAR_AGO,
                    "offences": [open_arrest],
                },
            }
        ],
        "reason": "new information",
        "reason_text": "Arrested again.",
        "source": "force report",
        "source_reference": "R 7",
    }
    answer = world.force().post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text
    second = further(world, person_id, YEAR_AGO)

    (line,) = shown(world, planned(world))["lines"]
    plan = released(world)
    assert destroy_prints(waited(world)) == 1

    assert [one["encounter_id"] for one in line["captures"]] == [first["encounter_id"]]
    assert line["captures"][0]["event"] == f"{record_id}.arrest-report-1"
    (left,) = prints_of(world, person_id)
    assert (left["encounter_id"], left["fate"]) == (second, "kept")
    assert left["event"] == f"{record_id}.arrest-report-2"
    assert found_by_prints(world, person_id)
    assert shown(world, plan)["settlements"][0]["ended"] == "destroyed"
    assert due(world) == []
    assert verified(world)


def test_a_capture_of_no_known_event_waits_for_a_person(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, DROPPED)
    unknown = further(sqlite_world, person_id, "2021-05-06")

    first, second = prints_of(sqlite_world, person_id)
    assert (first["fate"], second["fate"]) == ("due", "review")
    assert second["provision"] == "the event of this capture is not known"
    assert due(sqlite_world) == [first["encounter_id"]]

    agreed(sqlite_world, unknown, "taken at an event", "2020-03-04", event=first["event"])
    assert sorted(due(sqlite_world)) == sorted([first["encounter_id"], unknown])


def test_a_fact_counts_when_a_second_person_agrees_and_holds_a_purge_until_then(
    world: World,
) -> None:
    person_id = enrol(world, 1, DROPPED)
    capture = capture_of(world, person_id)
    plan = planned(world)
    step(world, plan, "recount")
    step(world, plan, "release")
    fact_id = stated(world, capture, "another regime", NOW)

    (waiting,) = world.officer().get("/v1/retention/facts").json()["facts"]
    assert (waiting["person_id"], waiting["fact"]["words"]) == (person_id, DOCUMENT)
    step(world, plan, "release", by="supervisor-b")
    (settled,) = shown(world, plan)["settlements"]
    assert settled["outcome"] == "spared"
    assert_problem(decided(world, fact_id, by="kim"), 409, "self-verification")
    assert decided(world, fact_id, agrees=False).json() == {"decision": "refused"}
    assert_problem(decided(world, fact_id, by="max"), 409, "conflict")
    assert due(world) == [capture]
    assert verified(world)


def test_a_fact_decided_between_two_pages_hides_none_behind_it(sqlite_world: World) -> None:
    world = sqlite_world
    first, later = (
        stated(world, capture_of(world, enrol(world, number, DROPPED)), "another regime", NOW)
        for number in (1, 2)
    )
    decided(world, first)

    answer = world.officer().get(f"/v1/retention/facts?limit=1&after={first}").json()

    assert [one["fact"]["fact_id"] for one in answer["facts"]] == [later]


@pytest.mark.parametrize(
    ("kind", "on", "more", "status", "code"),
    [
        ("extended by a court", "2999-01-01", {}, 400, "invalid-input"),
        ("extended by a court", "2019-01-01", {}, 400, "invalid-input"),
        ("taken at an event", NOW, {"event": "unknown.arrest-report-1"}, 400, "invalid-input"),
        ("taken at an event", NOW, {}, 400, "invalid-input"),
        ("purpose fulfilled", NOW, {}, 409, "conflict"),
        ("consent withdrawn", NOW, {}, 409, "conflict"),
        ("stated in error", NOW, {"revokes": "unknown"}, 409, "conflict"),
        ("another regime", NOW, {"words": " "}, 400, "invalid-input"),
    ],
)
def test_what_cannot_be_is_refused(
    sqlite_world: World, kind: str, on: str, more: dict[str, Any], status: int, code: str
) -> None:
    capture = capture_of(sqlite_world, enrol(sqlite_world, 1, DROPPED))
    body = {"kind": kind, "on": on, "words": DOCUMENT, **more}
    answer = sqlite_world.officer().post(f"/v1/retention/captures/{capture}/facts", body)
    assert_problem(answer, status, code)


def test_each_item_is_explained_in_sentences(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, DROPPED)
    (capture,) = prints_of(sqlite_world, person_id)
    add_convictions(sqlite_world, capture["event"].split(".")[0], FINE)

    shown = show_bases(sqlite_world.services, OFFICER, PersonId(person_id))
    told = [one.basis.sentences for one in shown.prints]
    told += explained(shown.convictions, shown.on)

    assert told[0].startswith("Destroy: arrested or charged for a minor offence")
    assert told[1].startswith(f"Conviction {capture['event'].split('.')[0]}/conviction-1 of ")
    assert "Rehabilitation of Offenders Act 1974" in told[1]


def test_facts_follow_a_capture_through_a_merge(world: World) -> None:
    first, second = (enrol(world, person, DROPPED) for person in (1, 2))
    agreed(world, capture_of(world, second), "another regime", NOW)
    assert due(world) == [capture_of(world, first)]

    assert merged(world, first, second)

    one, other = sorted(prints_of(world, first), key=lambda capture: capture["fate"])
    assert (one["fate"], other["fate"]) == ("due", "kept")
    assert [fact["kind"] for fact in other["facts"]] == ["another regime"]
    assert due(world) == [one["encounter_id"]]
    assert verified(world)
