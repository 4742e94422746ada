"""Point pairs and fingers as the comparison page sends them: hidden JSON, and ticked boxes."""

import json
from collections.abc import Mapping
from typing import Any

from domain.errors import InvalidInputError, LinkingError
from domain.examination.cases import Placing, PointPair, check_points
from domain.examination.enhancements import Enhancement, Filter, PrintSide, check_enhancements
from domain.prints.prints import FingerPosition

_POSITIONS = frozenset(map(int, FingerPosition))
_PLACINGS = tuple(map(str, Placing))


def read_points(text: str) -> tuple[PointPair, ...]:
    """Return the pairs in `[[finger, probe x, probe y, exemplar x, exemplar y, how, how], ...]`.

    The last two values say how each point was set: clicked, moved or snapped. Raises
    InvalidInputError.
    """
    if not text:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise InvalidInputError("The marked points could not be read. Mark them again.")
    pairs = tuple(
        PointPair(FingerPosition(row[0]), *row[1:5], *map(Placing, row[5:])) for row in rows
    )
    check_points(pairs)
    return pairs


def read_enhancements(text: str) -> tuple[Enhancement, ...]:
    """Return the enhancements in `[[finger, side, [filter, ...], contrast, brightness], ...]`.

    Contrast and brightness are in percent. Raises InvalidInputError for anything else.
    """
    if not text:
        return ()
    try:
        found = tuple(
            Enhancement(
                FingerPosition(finger),
                PrintSide(side),
                tuple(map(Filter, filters)),
                int(contrast),
                int(brightness),
            )
            for finger, side, filters, contrast, brightness in json.loads(text)
        )
        check_enhancements(found)
    except (TypeError, ValueError, RecursionError):
        raise InvalidInputError("The enhancement could not be read. Reload the page.") from None
    return found


def read_fingers(fields: Mapping[str, str]) -> tuple[FingerPosition, ...]:
    """Return the fingers whose boxes are ticked; the boxes are named `finger-2` and so on."""
    return tuple(p for p in FingerPosition if fields.get(f"finger-{int(p)}"))


def at_fault(refused: LinkingError) -> str:
    """Return the field of the page that a refusal of an evaluation is about."""
    return "why_close" if refused.pointer == "/why_close" else "outcome"


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 7
        and all(type(value) is int for value in row[:5])
        and row[0] in _POSITIONS
        and all(how in _PLACINGS for how in row[5:])
    )
