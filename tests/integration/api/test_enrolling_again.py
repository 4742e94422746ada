"""Captures that join a person: only the force's own persons, without revealing others."""

from __future__ import annotations

from typing import Any

import pytest

from domain.ids import ForceCode, PersonId, RecordId
from domain.people.people import Details, Record
from tests.integration.api.driver import World
from tests.integration.api.minutiae import without_prints
from tests.integration.api.prints import encounter, record, tenprint
from tests.integration.api.test_bad_input import assert_problem

OURS, THEIRS = "01", "47"
NOWHERE = "0" * 32


def again(person_id: str, **changed: Any) -> dict[str, Any]:
    """Return a second capture of person 1, sent without a record."""
    return encounter(1, capture=2) | {"person_id": person_id, "record": None} | changed


@pytest.mark.parametrize("sent", [None, record(5)], ids=["without a record", "with a record"])
def test_another_force_s_person_is_like_one_that_does_not_exist(
    world: World, sent: dict[str, Any] | None
) -> None:
    recorded = world.enrol(1, force=THEIRS)["person_id"]
    body = encounter(2) | {"record": None}
    bare = world.force(THEIRS).post("/v1/encounters", body).json()["person_id"]
    ours, before = world.force(OURS), world.counts()

    answers = [
        ours.post("/v1/encounters", again(person_id, record=sent))
        for person_id in (recorded, bare, NOWHERE)
    ]

    for answer in answers:
        assert_problem(answer, 404, "not-found")
    told = [dict(answer.json(), instance="") for answer in answers]
    assert told[0] == told[1] == told[2]
    assert world.counts() == before


def test_the_prints_of_staff_are_nobody_s_to_add_to(sqlite_world: World) -> None:
    world = sqlite_world
    staff = {"user": "examiner-a", **encounter(1), "impressions": without_prints(tenprint(1))}
    del staff["record"]
    person_id = world.administrator().post("/v1/staff-prints", staff).json()["person_id"]

    answer = world.force(OURS).post("/v1/encounters", again(person_id))

    assert_problem(answer, 404, "not-found")


def test_a_force_is_not_told_anothers_record_of_a_person_it_enrols_again(world: World) -> None:
    person_id = world.enrol(1, force=THEIRS)["person_id"]
    case_id = world.case_of(world.search(1, force=OURS))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)

    answer = world.force(OURS).post("/v1/encounters", again(person_id))

    assert (answer.status_code, answer.json()["record_id"]) == (201, None)


def test_a_person_who_was_merged_into_another_force_s_is_still_known(world: World) -> None:
    body = encounter(1) | {"record": None}
    person_id = world.force(OURS).post("/v1/encounters", body).json()["person_id"]
    merge = {
        "surviving": world.enrol(1, force=THEIRS)["person_id"],
        "absorbed": person_id,
        "reason": "One set of prints.",
    }
    merge_id = world.supervisor("sue").post("/v1/merges", merge).json()["merge_id"]
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    old = world.force(OURS).post("/v1/encounters", again(person_id))
    new = world.force(OURS).post("/v1/encounters", again(merge["surviving"]))

    assert (old.status_code, new.status_code) == (201, 201)
    assert new.json()["record_id"] is None


def test_whose_record_a_force_holds_it_may_enrol(sqlite_world: World) -> None:
    world, person_id = sqlite_world, PersonId("person-of-a-load")
    with world.services.units.write() as unit:
        unit.people.add_person(person_id)
        unit.people.put_record(
            Record(RecordId("record-of-a-load"), person_id, ForceCode(OURS), Details(), ())
        )
        unit.commit()

    theirs = world.force(THEIRS).post("/v1/encounters", again(person_id))
    ours = world.force(OURS).post("/v1/encounters", again(person_id))

    assert theirs.status_code == 404
    assert (ours.status_code, ours.json()["record_id"]) == (201, "record-of-a-load")


def test_a_person_has_one_record(sqlite_world: World) -> None:
    world = sqlite_world
    body = again(world.enrol(1)["person_id"], record=record(5))
    before = world.counts()

    answer = world.force().post("/v1/encounters", body)

    assert_problem(answer, 400, "invalid-input")
    assert answer.json()["errors"][0]["pointer"] == "/record"
    assert world.counts() == before
