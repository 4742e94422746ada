"""Captures as columns: shapes are checked once, templates on request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidInputError, InvalidQualityError, InvalidTemplateError
from domain.prints.captures import (
    CaptureColumns,
    check_vectors,
    possible_fingers,
)

TENPRINTS = CaptureColumns(
    vectors=np.tile(np.array([0.6, 0.8], np.float32), (3, 10, 1)),
    presence=np.ones((3, 10), np.bool_),
    qualities=np.full((3, 10), 50, np.uint8),
    impression_codes=np.zeros((3, 10), np.uint8),
)
MARKS = CaptureColumns(
    vectors=TENPRINTS.vectors[:, :1],
    presence=possible_fingers(np.array([0, 4, 10])),
    qualities=TENPRINTS.qualities[:, :1],
    impression_codes=TENPRINTS.impression_codes[:, :1],
)


def test_tenprints_and_marks_are_told_apart() -> None:
    assert (len(TENPRINTS), TENPRINTS.dimension, TENPRINTS.are_marks) == (3, 2, False)
    assert (len(MARKS), MARKS.dimension, MARKS.are_marks) == (3, 2, True)
    assert MARKS.filled.tolist() == [[True]] * 3


def test_a_mark_may_be_of_its_known_finger_or_of_any() -> None:
    assert MARKS.presence.sum(axis=1).tolist() == [10, 1, 1]
    assert [int(row.argmax()) for row in MARKS.presence[1:]] == [3, 9]


@pytest.mark.parametrize("position", [-1, 11])
def test_a_position_that_no_finger_has_is_refused(position: int) -> None:
    with pytest.raises(InvalidInputError):
        possible_fingers(np.array([1, position]))


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"vectors": np.zeros((3, 9, 2), np.float32)}, InvalidInputError),
        ({"vectors": np.zeros((3, 20), np.float32)}, InvalidInputError),
        ({"vectors": np.zeros((3, 10, 2), np.float64)}, InvalidTemplateError),
        ({"presence": np.ones((3, 10), np.uint8)}, InvalidInputError),
        ({"presence": np.ones((2, 10), np.bool_)}, InvalidInputError),
        ({"qualities": np.full((3, 10), 101, np.uint8)}, InvalidQualityError),
        ({"qualities": np.zeros((3, 1), np.uint8)}, InvalidInputError),
        ({"impression_codes": np.full((3, 10), 3, np.uint8)}, InvalidInputError),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    columns: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        replace(TENPRINTS, **columns)


def test_chosen_captures_keep_their_columns() -> None:
    chosen = MARKS.take(np.array([2, 0]))

    assert chosen.presence.tolist() == MARKS.presence[[2, 0]].tolist()
    assert len(MARKS.take(slice(1, 2))) == len(MARKS.take(np.array([False, True, False]))) == 1


def _blank(captures: CaptureColumns) -> CaptureColumns:
    nothing = np.zeros(captures.presence.shape, np.bool_)
    return replace(captures, vectors=captures.vectors * np.float32(0), presence=nothing)


def test_templates_have_unit_length_and_missing_ones_are_zero() -> None:
    check_vectors(TENPRINTS.vectors, TENPRINTS.filled)
    check_vectors(MARKS.vectors, MARKS.filled)
    none = _blank(TENPRINTS)
    check_vectors(none.vectors, none.filled)
    for wrong in (
        replace(TENPRINTS, vectors=TENPRINTS.vectors * np.float32(1.01)),
        replace(TENPRINTS, vectors=TENPRINTS.vectors.astype(np.float16)),
        replace(TENPRINTS, presence=~TENPRINTS.presence),
        _blank(MARKS),
    ):
        with pytest.raises(InvalidTemplateError):
            check_vectors(wrong.vectors, wrong.filled)
