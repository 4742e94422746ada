"""The mark-up of a probe as the page sends it: hidden JSON, and fields for each finger."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.errors import InvalidInputError
from domain.examination.markups import (
    Certainty,
    Feature,
    FeatureKind,
    FingerMarkup,
    Place,
    RidgeFlow,
    Trace,
)
from domain.prints.prints import FingerPosition

_POSITIONS = frozenset(map(int, FingerPosition))


def read_markup(fields: Mapping[str, str]) -> tuple[FingerMarkup, ...]:
    """Return the fingers that a form marks up.

    Features must be `[[finger, x, y, kind, certainty], ...]`, with an optional sixth value, the
    direction in degrees; traces and outlines must be `[[finger, [[x, y], ...]], ...]`. Raises
    InvalidInputError for anything else.
    """
    rows = _rows(fields.get("features", ""), _is_row)
    traces = _rows(fields.get("traces", ""), _is_trace)
    outlines = _rows(fields.get("outlines", ""), _is_trace)
    found = (_finger(fields, position, rows, traces, outlines) for position in FingerPosition)
    return tuple(one for one in found if one != FingerMarkup(one.position))


def features_text(fingers: Sequence[FingerMarkup]) -> str:
    """Return the features as JSON in the form that the pages read."""
    rows = [
        [int(finger.position), one.x_px, one.y_px, one.kind.value, one.certainty.value, *_of(one)]
        for finger in fingers
        for one in finger.features
    ]
    return json.dumps(rows, separators=(",", ":"))


def _of(feature: Feature) -> list[int]:
    return [] if feature.direction_deg is None else [feature.direction_deg]


def traces_text(fingers: Sequence[FingerMarkup]) -> str:
    """Return the traces as JSON in the form that the pages read."""
    return _lines_text((one, trace.places) for one in fingers for trace in one.traces)


def outlines_text(fingers: Sequence[FingerMarkup]) -> str:
    """Return the outlines as the pages read them: the same rows as JSON."""
    return _lines_text((one, one.outline) for one in fingers if one.outline)


def _lines_text(lines: Iterable[tuple[FingerMarkup, Sequence[Place]]]) -> str:
    rows = [[int(one.position), [[at.x_px, at.y_px] for at in places]] for one, places in lines]
    return json.dumps(rows, separators=(",", ":"))


def _finger(
    fields: Mapping[str, str],
    position: FingerPosition,
    rows: Sequence[list[Any]],
    traces: Sequence[list[Any]],
    outlines: Sequence[list[Any]],
) -> FingerMarkup:
    at = int(position)
    flow = fields.get(f"flow-{at}", "")
    return FingerMarkup(
        position=position,
        is_of_value=not fields.get(f"novalue-{at}"),
        is_complex=bool(fields.get(f"complex-{at}")),
        ridge_flow=RidgeFlow(flow) if flow in set(RidgeFlow) else RidgeFlow.NOT_CLEAR,
        is_distorted=bool(fields.get(f"distorted-{at}")),
        is_reversed=bool(fields.get(f"reversed-{at}")),
        features=tuple(
            Feature(x, y, FeatureKind(kind), Certainty(certainty), *directed)
            for finger, x, y, kind, certainty, *directed in rows
            if finger == at
        ),
        traces=tuple(Trace(places) for places in _lines_of(at, traces)),
        outline=next(_lines_of(at, outlines), ()),
    )


def _lines_of(at: int, rows: Sequence[list[Any]]) -> Iterator[tuple[Place, ...]]:
    return (tuple(Place(x, y) for x, y in places) for finger, places in rows if finger == at)


def _rows(text: str, is_one: Callable[[Any], bool]) -> list[list[Any]]:
    if not text:
        return []
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(map(is_one, rows)):
        raise InvalidInputError("The marked features could not be read. Mark them again.")
    return rows


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) in {5, 6}
        and all(type(value) is int for value in (*row[:3], *row[5:]))
        and all(isinstance(word, str) for word in row[3:5])
        and row[0] in _POSITIONS
        and row[3] in set(FeatureKind)
        and row[4] in set(Certainty)
    )


def _is_trace(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 2
        and type(row[0]) is int
        and row[0] in _POSITIONS
        and isinstance(row[1], list)
        and all(map(_is_place, row[1]))
    )


def _is_place(place: Any) -> bool:
    return isinstance(place, list) and [type(side) for side in place] == [int, int]
