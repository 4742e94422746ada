"""The mark-up of a probe: its bounds, and which points of a comparison it holds already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from domain.errors import InvalidInputError
from domain.examination.cases import Analysis, PointPair, added_points
from domain.examination.markups import (
    LONGEST_TRACE,
    MOST_CORNERS,
    MOST_FEATURES,
    MOST_TRACES,
    Feature,
    FingerMarkup,
    Place,
    Trace,
    check_markup,
    traces_in,
)
from domain.ids import CaseId, UserId
from domain.prints.prints import FingerPosition

THUMB, INDEX, UNKNOWN = (
    FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX, FingerPosition.UNKNOWN
)  # fmt: skip


def _analysis(*fingers: FingerMarkup) -> Analysis:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    return Analysis(CaseId("case"), UserId("ann"), True, "", at, fingers)


def _outlined(*corners: tuple[int, int]) -> tuple[FingerMarkup]:
    return (FingerMarkup(THUMB, outline=tuple(Place(x, y) for x, y in corners)),)


_SQUARE = ((10, 10), (90, 10), (90, 90), (10, 90))


def _pair(position: FingerPosition, x: int, y: int) -> PointPair:
    return PointPair(position, x, y, 7, 7)


@pytest.mark.parametrize(
    "fingers",
    [
        (FingerMarkup(INDEX),),
        (FingerMarkup(THUMB), FingerMarkup(THUMB, is_complex=True)),
        (FingerMarkup(THUMB, features=(Feature(4_097, 0),)),),
        (FingerMarkup(THUMB, features=(Feature(0, -1),)),),
        (FingerMarkup(THUMB, features=(Feature(1, 1),) * (MOST_FEATURES + 1)),),
        (FingerMarkup(THUMB, traces=(Trace((Place(1, 1),)),)),),
        (FingerMarkup(THUMB, traces=(Trace((Place(1, 1), Place(4_097, 1))),)),),
        (FingerMarkup(THUMB, traces=(Trace((Place(1, 1),) * (LONGEST_TRACE + 1)),)),),
        (FingerMarkup(THUMB, traces=(Trace((Place(1, 1),) * 2),) * (MOST_TRACES + 1)),),
        _outlined(*_SQUARE[:2]),
        _outlined(*_SQUARE[:3], (10, 4_097)),
        _outlined(*((n, n * n % 97) for n in range(MOST_CORNERS + 1))),
        _outlined((10, 10), (50, 50), (90, 90)),
        _outlined((10, 10), (90, 90), (90, 10), (10, 90)),
    ],
)
def test_a_mark_up_out_of_bounds_is_refused(fingers: Sequence[FingerMarkup]) -> None:
    with pytest.raises(InvalidInputError):
        check_markup(fingers, [THUMB])


def test_a_mark_up_of_the_fingers_of_the_probe_is_taken() -> None:
    features = (Feature(0, 4_096),) * MOST_FEATURES

    traces = (Trace((Place(0, 4_096),) * LONGEST_TRACE),) * MOST_TRACES
    fingers = (FingerMarkup(THUMB, features=features, traces=traces),)

    check_markup(fingers, [THUMB, INDEX])

    assert traces_in(fingers, THUMB) == traces
    assert traces_in(fingers, INDEX) == ()


@pytest.mark.parametrize(
    "outline",
    [
        _outlined(*_SQUARE),
        _outlined(*reversed(_SQUARE)),
        _outlined(*_SQUARE, _SQUARE[-1]),
        _outlined((0, 0), (4_096, 0), (50, 50), (0, 4_096)),
    ],
    ids=["clockwise", "counterclockwise", "a corner set twice", "a hollow"],
)
def test_an_outline_that_goes_around_once_is_taken(outline: tuple[FingerMarkup]) -> None:
    check_markup(outline, [THUMB])


def test_points_away_from_the_marked_features_are_added() -> None:
    analysis = _analysis(FingerMarkup(THUMB, features=(Feature(100, 100),)))
    near, far = _pair(THUMB, 108, 108), _pair(THUMB, 109, 109)
    elsewhere = _pair(INDEX, 100, 100)

    assert added_points(analysis, [near, far, elsewhere]) == (far, elsewhere)


def test_a_mark_is_marked_up_once_for_every_finger() -> None:
    analysis = _analysis(FingerMarkup(UNKNOWN, features=(Feature(100, 100),)))

    assert added_points(analysis, [_pair(INDEX, 100, 100), _pair(THUMB, 100, 100)]) == ()


def test_without_a_mark_up_every_point_is_added() -> None:
    pair = _pair(THUMB, 1, 1)

    assert added_points(None, [pair]) == added_points(_analysis(), [pair]) == (pair,)


@pytest.mark.parametrize(("ppi", "near_px"), [(500, 12), (512, 12), (569, 13), (1_000, 24)])
def test_a_place_is_the_same_within_as_many_millimetres_at_any_resolution(
    ppi: int, near_px: int
) -> None:
    analysis = _analysis(FingerMarkup(THUMB, features=(Feature(100, 100),), ppi=ppi))
    near, far = _pair(THUMB, 100 + near_px, 100), _pair(THUMB, 101 + near_px, 100)

    assert added_points(analysis, [near, far]) == (far,)
