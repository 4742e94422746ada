"""The examiners' permitted steps, their order, and refusals of steps at the wrong time."""

from __future__ import annotations

import pytest

from tests.integration.api.driver import World
from tests.integration.api.prints import mark
from tests.integration.api.test_bad_input import assert_problem

pytestmark = pytest.mark.promise("two people")

DECISION = {"outcome": "excluded", "reason": "They differ."}


def opened(world: World, person: int = 1) -> tuple[str, str]:
    """Open a case and return it with the person among its exemplars."""
    enrolled = world.enrol(person)
    return world.case_of(world.search(person)), enrolled["person_id"]


def revision(world: World, case_id: str, examiner: str) -> str:
    return str(world.examiner(examiner).get(f"/v1/cases/{case_id}").json()["revision"])


def test_a_second_decision_by_the_same_examiner_is_refused(world: World) -> None:
    case_id, person_id = opened(world)
    world.examine(case_id, "examiner-a", person_id=person_id)
    before = world.counts()

    answer = world.examiner("examiner-a").post(
        f"/v1/cases/{case_id}/decisions", DECISION | {"revision": "any"}
    )

    assert_problem(answer, 409, "already-decided")
    assert world.counts() == before


def test_a_verification_by_the_first_examiner_is_refused(world: World) -> None:
    case_id, person_id = opened(world)
    world.examine(case_id, "examiner-a", person_id=person_id)
    before = world.counts()

    answer = world.examiner("examiner-a").post(f"/v1/cases/{case_id}/claim")

    assert_problem(answer, 409, "self-verification")
    assert world.counts() == before
    assert world.examiner("examiner-a").get("/v1/cases").json()["cases"] == []


def test_a_decision_on_a_closed_case_is_refused(world: World) -> None:
    case_id, person_id = opened(world)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)
    third = world.examiner("examiner-c")
    before = world.counts()

    decided = third.post(f"/v1/cases/{case_id}/decisions", DECISION | {"revision": "any"})
    claimed = third.post(f"/v1/cases/{case_id}/claim")
    read = third.get(f"/v1/cases/{case_id}")

    assert_problem(decided, 409, "closed-case")
    assert_problem(claimed, 409, "closed-case")
    assert_problem(read, 404, "not-found")
    assert world.counts() == before


def test_a_decision_on_a_case_that_moved_meanwhile_is_refused(world: World) -> None:
    case_id, _ = opened(world)
    examiner = world.examiner("examiner-a")
    examiner.post(f"/v1/cases/{case_id}/claim")
    seen = revision(world, case_id, "examiner-a")
    world.analyse(case_id, "examiner-a")
    world.compare_all(case_id, "examiner-a", identified=set())
    examiner.post(f"/v1/cases/{case_id}/release")
    examiner.post(f"/v1/cases/{case_id}/claim")
    before = world.counts()

    stale = examiner.post(f"/v1/cases/{case_id}/decisions", DECISION | {"revision": seen})

    assert_problem(stale, 409, "stale-case")
    assert world.counts() == before
    fresh = DECISION | {"revision": revision(world, case_id, "examiner-a")}
    assert examiner.post(f"/v1/cases/{case_id}/decisions", fresh).status_code == 201


def test_a_case_that_somebody_holds_is_not_given_to_another(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, _ = opened(world)
    world.examiner("examiner-a").post(f"/v1/cases/{case_id}/claim")
    again = world.examiner("examiner-a").post(f"/v1/cases/{case_id}/claim")
    other = world.examiner("examiner-b")

    assert again.status_code == 204
    assert_problem(other.post(f"/v1/cases/{case_id}/claim"), 409, "case-taken")
    assert_problem(other.post(f"/v1/cases/{case_id}/release"), 409, "case-not-claimed")
    assert other.get("/v1/cases").json()["cases"] == []


def test_a_task_of_the_queue_is_claimed_and_names_its_case(sqlite_world: World) -> None:
    case_id, _ = opened(sqlite_world)
    (task,) = sqlite_world.examiner("examiner-a").get("/v1/queue").json()["waiting"]

    claimed = sqlite_world.examiner("examiner-a").post(f"/v1/queue/{task['task_id']}/claim")
    late = sqlite_world.examiner("examiner-b").post(f"/v1/queue/{task['task_id']}/claim")

    assert (claimed.status_code, claimed.json()["case_id"]) == (200, case_id)
    assert_problem(late, 409, "case-taken")


def test_a_released_case_goes_back_to_the_queue(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, _ = opened(world)
    world.examiner("examiner-a").post(f"/v1/cases/{case_id}/claim")

    released = world.examiner("examiner-a").post(f"/v1/cases/{case_id}/release")

    assert released.status_code == 204
    queue = world.examiner("examiner-b").get("/v1/cases").json()["cases"]
    told = [(line["case_id"], line["task_id"], line["is_mine"]) for line in queue]
    assert told == [(None, world.task_of(case_id), False)]


def test_each_step_waits_for_the_one_before(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, _ = opened(world)
    examiner = world.examiner("examiner-a")
    path = f"/v1/cases/{case_id}"
    verdict = {"label": "XXX", "outcome": "excluded"}

    assert_problem(examiner.get(f"{path}/exemplar"), 409, "case-not-claimed")
    assert_problem(
        examiner.post(f"{path}/analysis", {"is_of_value": True}), 409, "case-not-claimed"
    )
    examiner.post(f"{path}/claim")
    now = {"revision": revision(world, case_id, "examiner-a")}
    assert_problem(examiner.get(f"{path}/exemplar"), 409, "step-out-of-order")
    assert_problem(examiner.post(f"{path}/comparisons", verdict), 409, "step-out-of-order")
    assert_problem(examiner.post(f"{path}/decisions", DECISION | now), 409, "step-out-of-order")
    world.analyse(case_id, "examiner-a")
    again = examiner.post(f"{path}/analysis", {"is_of_value": False})
    assert_problem(again, 409, "step-out-of-order")
    assert_problem(examiner.post(f"{path}/comparisons", verdict), 409, "step-out-of-order")
    assert_problem(examiner.post(f"{path}/decisions", DECISION | now), 409, "step-out-of-order")


def test_an_identification_names_an_exemplar_that_was_evaluated_so(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, _ = opened(world)
    examiner = world.examiner("examiner-a")
    examiner.post(f"/v1/cases/{case_id}/claim")
    world.analyse(case_id, "examiner-a")
    label = examiner.get(f"/v1/cases/{case_id}/exemplar").json()["label"]
    world.compare_all(case_id, "examiner-a", identified=set())
    now = {"revision": revision(world, case_id, "examiner-a"), "reason": "Why not."}
    path = f"/v1/cases/{case_id}/decisions"

    not_so = examiner.post(path, now | {"outcome": "identified", "label": label})
    nobody = examiner.post(path, now | {"outcome": "identified"})
    too_much = examiner.post(path, now | {"outcome": "excluded", "label": label})

    assert_problem(not_so, 409, "step-out-of-order")
    assert_problem(nobody, 409, "step-out-of-order")
    assert_problem(too_much, 400, "invalid-input")


def test_a_probe_without_value_is_decided_without_looking_at_exemplars(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.enrol(1)
    search_id = world.search(0, impressions=mark(1, 3), search_type="LT/TP")
    case_id = world.case_of(search_id)
    for name in ("examiner-a", "examiner-b"):
        examiner = world.examiner(name)
        examiner.post(f"/v1/cases/{case_id}/claim")
        examiner.post(f"/v1/cases/{case_id}/analysis", {"is_of_value": False, "notes": "Smudge."})
        body = {"outcome": "insufficient", "reason": "No ridges."}
        now = {"revision": revision(world, case_id, name)}
        assert examiner.post(f"/v1/cases/{case_id}/decisions", body | now).status_code == 201

    assert world.standing(search_id)["outcome"] == "not linked"


def test_nobody_resolves_where_there_is_no_difference(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, _ = opened(world)
    body = {"decision_id": "any", "reason": "To be sure.", "revision": "any"}
    supervisor = world.supervisor()

    assert_problem(
        supervisor.post(f"/v1/cases/{case_id}/resolution", body), 409, "step-out-of-order"
    )
    assert_problem(supervisor.post(f"/v1/cases/{'0' * 32}/resolution", body), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("analysis", {"is_of_value": "yes"}),
        ("comparisons", {"label": "lower", "outcome": "excluded"}),
        ("comparisons", {"label": "BCD", "outcome": "perhaps"}),
        ("decisions", DECISION | {"revision": "any", "reason": " "}),
        ("decisions", DECISION),
    ],
)
def test_a_malformed_step_is_refused(shared_world: World, path: str, body: object) -> None:
    answer = shared_world.examiner().post(f"/v1/cases/{'0' * 32}/{path}", body)

    assert_problem(answer, 422, "malformed-request")


POINT = {
    "position": 2,
    "probe_x_px": 100,
    "probe_y_px": 120,
    "exemplar_x_px": 98,
    "exemplar_y_px": 4096,
    "probe_placing": "clicked",
    "exemplar_placing": "snapped",
}


def test_the_points_marked_are_sealed_with_a_comparison_and_read_again(world: World) -> None:
    case_id, _ = opened(world)
    examiner = world.examiner("examiner-a")
    path = f"/v1/cases/{case_id}"
    examiner.post(f"{path}/claim")
    world.analyse(case_id, "examiner-a")
    label = examiner.get(f"{path}/exemplar").json()["label"]
    seen = world.look(case_id, "examiner-a", label, most=2)
    points = [POINT | {"position": position} for position in seen]
    body = {"label": label, "outcome": "excluded", "points": points}

    sealed = examiner.post(f"{path}/comparisons", body)

    assert sealed.status_code == 204, sealed.text
    told = examiner.get(path).json()["comparisons"]
    again = examiner.get(f"{path}/comparisons/{label}").json()
    assert [one["points"] for one in told] == [body["points"]]
    assert again["comparison"] == told[0]
    assert [len(again[side]) for side in ("probe", "exemplar")] == [10, 10]


@pytest.mark.parametrize(
    ("points", "status", "code"),
    [
        ([POINT | {"probe_x_px": 4097}], 400, "invalid-input"),
        ([POINT | {"exemplar_y_px": -1}], 400, "invalid-input"),
        ([POINT] * 201, 400, "invalid-input"),
        ([POINT | {"position": 11}], 422, "malformed-request"),
        ([POINT | {"probe_x_px": 1.5}], 422, "malformed-request"),
        ([[2, 1, 1, 1, 1]], 422, "malformed-request"),
    ],
)
def test_points_that_no_picture_has_are_refused(
    shared_world: World, points: object, status: int, code: str
) -> None:
    body = {"label": "BCD", "outcome": "excluded", "points": points}

    answer = shared_world.examiner().post(f"/v1/cases/{'0' * 32}/comparisons", body)

    assert_problem(answer, status, code)


def test_an_exemplar_that_was_not_asked_for_is_not_shown_by_its_label(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    case_id, person_id = opened(world)
    examiner = world.examiner("examiner-a")
    path = f"/v1/cases/{case_id}"
    examiner.post(f"{path}/claim")
    (label,) = world.true_labels(case_id, "examiner-a", person_id)
    world.analyse(case_id, "examiner-a")

    guessed = examiner.get(f"{path}/prints/{label}/0")
    examiner.get(f"{path}/exemplar")
    served = examiner.get(f"{path}/prints/{label}/0")

    assert_problem(guessed, 404, "not-found")
    assert served.status_code == 200
