"""The mark-up of a probe is sealed before any exemplar, and later points are told from it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.ids import CaseId, UserId
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import mark
from tests.integration.api.test_bad_input import assert_problem

FEATURES = [
    {"x_px": 100, "y_px": 100, "kind": "ridge ending", "certainty": "definite"}
    | {"direction_deg": 275},
    {"x_px": 200, "y_px": 80, "kind": "core", "certainty": "debatable", "direction_deg": None},
]
MARKUP = {
    "position": 0,
    "is_of_value": True,
    "is_complex": True,
    "ridge_flow": "whorl",
    "is_distorted": True,
    "is_reversed": False,
    "features": FEATURES,
    "traces": [{"places": [{"x_px": 10, "y_px": 20}, {"x_px": 30, "y_px": 25}]}],
    "outline": [{"x_px": x, "y_px": y} for x, y in ((0, 0), (300, 5), (290, 400), (3, 390))],
}
ANALYSIS = {"is_of_value": True, "notes": "Clear.", "fingers": [MARKUP]}


@pytest.fixture
def held(world: World) -> str:
    """Return the path of a mark's case that the first examiner holds."""
    for person in range(1, 4):
        world.enrol(person)
    case_id = world.case_of(world.search(0, impressions=mark(1, 3), search_type="LT/TP"))
    path = f"/v1/cases/{case_id}"
    assert world.examiner().post(f"{path}/claim").status_code == 204
    return path


def _compare(world: World, path: str, points: list[tuple[int, int]]) -> dict[str, Any]:
    """Compare the exemplar of now, and return the sealed comparison."""
    user = world.examiner()
    label = user.get(f"{path}/exemplar").json()["label"]
    (finger,) = world.look(path.rpartition("/")[2], "examiner-a", label)
    pairs = [
        {"position": finger, "probe_x_px": x, "probe_y_px": y, "exemplar_x_px": 5,
         "exemplar_y_px": 5, "probe_placing": "moved", "exemplar_placing": "moved"}
        for x, y in points
    ]  # fmt: skip
    body = {"label": label, "outcome": "excluded", "points": pairs}
    assert user.post(f"{path}/comparisons", body).status_code == 204
    return dict(user.get(path).json()["comparisons"][-1])


def test_a_mark_up_reads_back_as_it_was_sealed(world: World, held: str) -> None:
    user = world.examiner()
    before = user.get(f"{held}/exemplar")

    sealed = user.post(f"{held}/analysis", ANALYSIS)
    again = user.post(f"{held}/analysis", ANALYSIS)

    assert_problem(before, 409, "step-out-of-order")
    assert sealed.status_code == 204
    assert_problem(again, 409, "step-out-of-order")
    assert user.get(held).json()["analysis"]["fingers"] == [MARKUP]


@pytest.mark.parametrize("kind", ["core", "minutia"])
@pytest.mark.parametrize("direction", [0, 360])
def test_only_a_minutia_has_a_direction_of_a_circle(
    world: World, held: str, kind: str, direction: int
) -> None:
    feature = {"x_px": 10, "y_px": 10, "kind": kind, "direction_deg": direction}
    body = ANALYSIS | {"fingers": [{"position": 0, "features": [feature]}]}

    answer = world.examiner().post(f"{held}/analysis", body)

    assert answer.status_code == (204 if kind == "minutia" and direction < 360 else 400)


def test_points_seen_after_the_exemplar_are_counted_apart(world: World, held: str) -> None:
    world.examiner().post(f"{held}/analysis", ANALYSIS)

    told = _compare(world, held, [(100, 100), (203, 85), (300, 300)])

    assert len(told["points"]) == 3
    assert told["points_added"] == 1


def test_the_mark_up_of_another_finger_is_refused(world: World, held: str) -> None:
    other = ANALYSIS | {"fingers": [MARKUP | {"position": 2}]}
    before = world.counts()

    answer = world.examiner().post(f"{held}/analysis", other)

    assert_problem(answer, 400, "invalid-input")
    assert answer.json()["errors"][0]["pointer"] == "/fingers"
    assert world.counts() == before


def test_an_outline_that_crosses_itself_is_refused(world: World, held: str) -> None:
    crossed = ANALYSIS | {
        "fingers": [MARKUP | {"outline": [MARKUP["outline"][n] for n in (0, 2, 1, 3)]}]
    }
    before = world.counts()

    answer = world.examiner().post(f"{held}/analysis", crossed)

    assert_problem(answer, 400, "invalid-input")
    assert "not cross itself" in answer.json()["detail"]
    assert world.counts() == before


def test_a_mark_up_is_erased_with_the_person(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    case_id = world.case_of(world.search(1))
    user, path = world.examiner(), f"/v1/cases/{case_id}"
    user.post(f"{path}/claim")
    user.post(f"{path}/analysis", ANALYSIS | {"fingers": [MARKUP | {"position": 2}]})
    label = world.compare_all(
        case_id, "examiner-a", identified=world.true_labels(case_id, "examiner-a", person_id)
    )
    revision = user.get(path).json()["revision"]
    decision = {"outcome": "identified", "label": label, "reason": "Seen.", "revision": revision}
    assert user.post(f"{path}/decisions", decision).status_code == 201
    world.examine(case_id, "examiner-b", person_id=person_id)
    sealed = _sealed_features(world, case_id)

    erased(world, person_id)

    assert sealed == 2
    assert _sealed_features(world, case_id) == 0


def _sealed_features(world: World, case_id: str) -> int:
    with world.services.units.read() as unit:
        analysis = unit.cases.analysis(CaseId(case_id), UserId("examiner-a"))
    assert analysis is not None
    return sum(len(finger.features) for finger in analysis.fingers)
