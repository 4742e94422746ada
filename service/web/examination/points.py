"""Point pairs and fingers as the comparison page sends them: hidden JSON, and ticked boxes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from domain.cases import PointPair, check_points
from domain.errors import InvalidInputError
from domain.prints import FingerPosition

_POSITIONS = frozenset(map(int, FingerPosition))


def read_points(text: str) -> tuple[PointPair, ...]:
    """Return the pairs of `[[finger, probe x, probe y, exemplar x, exemplar y], ...]`.

    Raises InvalidInputError for anything else.
    """
    if not text:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise InvalidInputError("The marked points could not be read. Mark them again.")
    pairs = tuple(PointPair(FingerPosition(row[0]), *row[1:]) for row in rows)
    check_points(pairs)
    return pairs


def read_fingers(fields: Mapping[str, str]) -> tuple[FingerPosition, ...]:
    """Return the fingers whose boxes are ticked: `finger-2` and the like."""
    return tuple(p for p in FingerPosition if fields.get(f"finger-{int(p)}"))


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 5
        and all(type(value) is int for value in row)
        and row[0] in _POSITIONS
    )
