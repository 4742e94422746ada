"""No way through the API seals an identified mark without points that a person placed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import InvalidInputError
from domain.examination.cases import Outcome, PointPair
from domain.examination.finding_policy import TEMPLATES_ALONE, FindingPolicy
from domain.ids import CaseId, UserId
from domain.prints.prints import FingerPosition
from service.usecases.examination.possible_outcomes import set_finding_policy
from service.usecases.examination.sealing import SealComparison, revise_comparison, seal_comparison
from tests.integration.api.driver import ROOT, World
from tests.integration.api.minutiae import without_prints
from tests.integration.api.prints import encounter, mark
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.test_findings import evaluation, opened, refused, shown
from tests.integration.api.test_pictures import with_image
from tests.points import pairs_sent

POINTS = pairs_sent(3)
SIDES = ("probe", "exemplar")
GRID = [(n, 100 + 60 * (n % 4), 100 + 60 * (n // 4)) for n in range(8)]


def placed(ends: Iterable[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    """Return pairs at these places, each clicked in both prints."""
    names = ("probe_x_px", "probe_y_px", "exemplar_x_px", "exemplar_y_px")
    return [
        POINTS[0] | {"exemplar_placing": "clicked"} | dict(zip(names, one, strict=True))
        for one in ends
    ]


NO_SKIN = "where no stretching of the skin can put them"
CLOSE = placed((100 + x // 4 + n % 2, y // 4, 90 + x // 4, y // 4 + n % 3) for n, x, y in GRID)
IMPOSSIBLE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "none": ([], "0 count"),
    "eight a pixel apart": (
        placed((100 + n, 100, 90, 80 + n) for n, _, _ in GRID),
        "1 count. Pairs 2, 3, 4, 5, 6, 7 and 8 lie within a ridge",
    ),
    "one place of the exemplar": (placed((x, y, 150, 150) for _, x, y in GRID), "1 count"),
    "a mirror image": (placed((x, y, 500 - x + n % 3, y) for n, x, y in GRID), NO_SKIN),
    "half as large": (placed((x, y, x // 2 + n % 3, y // 2) for n, x, y in GRID), NO_SKIN),
    "where a fit puts them": (placed((x, y, x + 9, y + 9) for _, x, y in GRID), NO_SKIN),
    "one pair elsewhere": (
        [POINTS[0] | {"exemplar_x_px": 390}, *POINTS[1:]],
        f"pair 1 lies {NO_SKIN}",
    ),
    "close together": (CLOSE, "spread over"),
}


@pytest.fixture
def comparing(sqlite_world: World) -> tuple[World, str, str]:
    """Return a world in which a mark's exemplar is compared: its path and label."""
    _, path = opened(sqlite_world, is_mark=True)
    return sqlite_world, path, shown(sqlite_world, path, 3)


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_points_that_no_finger_makes_support_no_identification(
    comparing: tuple[World, str, str], case: str
) -> None:
    world, path, label = comparing
    points, told = IMPOSSIBLE[case]

    detail = refused(world, path, evaluation(label, "identified", 3, points=points))

    assert told in detail


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_nor_does_a_revision_that_identifies(comparing: tuple[World, str, str], case: str) -> None:
    world, path, label = comparing
    points, told = IMPOSSIBLE[case]
    examiner = world.examiner()
    examiner.post(f"{path}/comparisons", evaluation(label, "excluded"))
    body = evaluation(label, "identified", 3, points=points)
    del body["label"]

    answer = examiner.post(f"{path}/comparisons/{label}/revisions", body)

    assert_problem(answer, 409, "unfounded-finding")
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("missing", ["probe_placing", "exemplar_placing"])
@pytest.mark.parametrize("value", [None, "guessed", "absent"])
def test_a_point_says_how_it_was_set(
    comparing: tuple[World, str, str], missing: str, value: str | None
) -> None:
    world, path, label = comparing
    point = dict(POINTS[0])
    if value == "absent":
        del point[missing]
    else:
        point[missing] = value
    for outcome in ("identified", "excluded"):
        fingers = (3,) if outcome == "identified" else ()
        body = evaluation(label, outcome, *fingers, points=[point, *POINTS[1:]])

        answer = world.examiner().post(f"{path}/comparisons", body)

        assert_problem(answer, 422, "malformed-request")


@pytest.mark.parametrize("seal", [seal_comparison, revise_comparison])
def test_the_use_cases_refuse_points_that_nobody_placed(sqlite_world: World, seal: Any) -> None:
    """Points of the matcher, and of earlier releases, have no such word."""
    case_id, path = opened(sqlite_world, is_mark=True)
    label = shown(sqlite_world, path, 3)
    points = (PointPair(FingerPosition.RIGHT_MIDDLE, 1, 2, 3, 4),)
    actor = Actor(UserId("examiner-a"), Role.EXAMINER, None, ROLE_SCOPES[Role.EXAMINER])
    caller = Caller(actor, Purpose.EXAMINATION)
    command = SealComparison(caller, CaseId(case_id), label, Outcome.EXCLUDED, "Seen.", points)

    with pytest.raises(InvalidInputError, match="how each point was set"):
        seal(sqlite_world.services, command)


def test_a_small_area_needs_a_reason_that_is_sealed(comparing: tuple[World, str, str]) -> None:
    world, path, label = comparing
    body = evaluation(label, "identified", 3, points=CLOSE, why_close="Only this much is clear.")

    answer = world.examiner().post(f"{path}/comparisons", body)

    assert answer.status_code == 204, answer.text
    (told,) = world.examiner().get(path).json()["comparisons"]
    assert told["why_close"] == "Only this much is clear."
    assert told["geometry"][0]["area_mm2"] < 20


def test_how_points_were_set_and_how_they_lie_is_told_after_the_seal(
    comparing: tuple[World, str, str],
) -> None:
    world, path, label = comparing
    before = world.examiner().get(f"{path}/exemplar").json()

    world.examiner().post(f"{path}/comparisons", evaluation(label, "identified", 3, points=POINTS))

    (told,) = world.examiner().get(path).json()["comparisons"]
    (geometry,) = told["geometry"]
    assert "geometry" not in before
    assert told["points"] == POINTS
    assert geometry["position"] == 3
    assert len(geometry["residuals_mm"]) == len(POINTS)
    assert 0.04 < geometry["rms_mm"] < 0.8
    assert not geometry["is_mirrored"]


def test_a_tenprint_needs_points_as_a_mark_does(sqlite_world: World) -> None:
    """By an earlier default an identified tenprint needed none."""
    world = sqlite_world
    _, path = opened(world)
    label = shown(world, path, 3)

    told = refused(world, path, evaluation(label, "identified", 3, points=[]))
    sealed = world.examiner().post(f"{path}/comparisons", evaluation(label, "identified", 3))

    assert "at least 8 pairs of points in the right middle: 0" in told
    assert sealed.status_code == 204, sealed.text


@pytest.mark.parametrize("quality", [60, 100])
def test_an_office_may_say_that_good_tenprints_need_none(
    sqlite_world: World, quality: int
) -> None:
    world = sqlite_world
    set_finding_policy(world.services, ROOT, FindingPolicy(unmarked_quality=quality))
    _, path = opened(world)
    label = shown(world, path, 3)
    body = evaluation(label, "identified", 3, points=[])

    if quality == 100:
        assert "at least 8 pairs" in refused(world, path, body)
    else:
        assert world.examiner().post(f"{path}/comparisons", body).status_code == 204


@pytest.mark.parametrize(
    "policy",
    [
        {"mark_point_pairs": 0},
        {"tenprint_point_pairs": 0},
        {"unmarked_quality": 59},
        {"unmarked_quality": 101},
    ],
)
def test_no_office_may_want_none_of_a_mark_or_of_poor_prints(policy: dict[str, int]) -> None:
    with pytest.raises(InvalidInputError):
        FindingPolicy(**policy)  # type: ignore[arg-type]  # by name


def test_findings_rest_on_prints_outside_a_trial(sqlite_world: World) -> None:
    with pytest.raises(InvalidInputError, match="IDENTLINK_TRIAL"):
        set_finding_policy(sqlite_world.services, ROOT, TEMPLATES_ALONE)


@pytest.mark.parametrize("outcome", ["identified", "excluded", "insufficient"])
def test_a_point_counts_on_no_print_before_that_was_shown(
    comparing: tuple[World, str, str], outcome: str
) -> None:
    """The right middle was opened, the ring finger was not: its points were made up."""
    world, path, label = comparing
    fingers = (3,) if outcome == "identified" else ()
    body = evaluation(label, outcome, *fingers, points=[*POINTS, *pairs_sent(4)])

    assert "that you had not seen in both prints" in refused(world, path, body)


def ridges(*, columns: int) -> bytes:
    """Return the PNG of a picture of 400 x 400 pixels with ridges in its first columns."""
    across = np.arange(400)
    waves = np.where(across < columns, 90 * np.cos(2 * np.pi * across / 9), 100)
    buffer = io.BytesIO()
    grey = (150 + waves * np.ones((400, 1))).astype(np.uint8)
    Image.fromarray(grey).save(buffer, format="PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("side", ["probe", "exemplar"])
def test_points_on_blank_paper_support_no_identification(sqlite_world: World, side: str) -> None:
    """Half of each row of points lies where this print has no ridges."""
    world = sqlite_world
    of_probe, of_exemplar = (ridges(columns=250 if side == one else 400) for one in SIDES)
    body = encounter(1)
    fingers = without_prints(body["impressions"])
    body["impressions"] = [with_image(one, of_exemplar) for one in fingers]
    enrolled = world.force().post("/v1/encounters", body)
    assert enrolled.status_code == 201, enrolled.text
    probe = [with_image(one, of_probe) for one in without_prints(mark(1, 3))]
    case_id = world.case_of(world.search(1, impressions=probe, search_type="LT/TP"))
    path = f"/v1/cases/{case_id}"
    world.examiner().post(f"{path}/claim")
    world.analyse(case_id, "examiner-a")
    label = shown(world, path, 3, image=True)

    told = refused(world, path, evaluation(label, "identified", 3))
    other = evaluation(label, "inconclusive", points=POINTS)
    sealed = world.examiner().post(f"{path}/comparisons", other)

    assert f"pairs 3, 4, 7 and 8 lie on a blank area of the {side}" in told
    assert sealed.status_code == 204, sealed.text
