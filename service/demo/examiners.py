"""Two examiners with the truth file; otherwise they see only the API's answers."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.minutiae import Minutia, MinutiaKind
from domain.minutiae_sets import minutiae_set
from domain.prints import ImpressionType
from prints.features.describing import Description, describe
from prints.features.matching import match
from service.demo.calls import ApiCaller
from service.demo.scenario import PlannedSearch

_POINT_PAIRS = 12
"""So many pairs of points an examiner of the demo marks."""

_Point = dict[str, int | str]

_Prints = dict[int, list[npt.NDArray[np.float32]]]

_Capture = frozenset[tuple[int, int]]
"""The position and the quality of each finger: an examiner gets no template to know it by."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One line of the truth file: the probe, and the true person's prints on file."""

    probe: npt.NDArray[np.float32]
    """The template of its first finger."""
    prints: _Prints
    """By position."""
    probe_capture: _Capture
    captures: tuple[_Capture, ...]

    @property
    def finger(self) -> int | None:
        """The finger on file that the probe's print is most similar to."""
        similar = {
            position: max(float(self.probe @ known) for known in several)
            for position, several in self.prints.items()
        }
        return max(similar, key=similar.__getitem__, default=None)

    def is_about(self, impressions: Sequence[dict[str, Any]]) -> bool:
        """Whether these are the prints of this probe."""
        return _capture(impressions) == self.probe_capture

    def is_mate(self, impressions: Sequence[dict[str, Any]]) -> bool:
        """Whether this exemplar was captured from the true person.

        The probe's own capture is on file once a search with it was linked.
        """
        on_file = (*self.captures, self.probe_capture) if self.captures else ()
        return any(_capture(impressions) <= known for known in on_file)


def write_truth(
    path: Path, population: Population, searches: Iterable[PlannedSearch], *, run: int
) -> None:
    """Write the truth file, apart from the service's own data."""
    lines = []
    for search in searches:
        probe = search.probe.probe.impressions
        known = _captures(population, search.probe.truth.number, run) if search.is_enrolled else []
        lines.append(
            {
                "kind": search.kind.value,
                "probe": _encoded(probe[0].vector),
                "prints": _known_prints(known),
                "probe_capture": [[int(one.position), one.quality] for one in probe],
                "captures": [rows for arrays in known for rows in _qualities(arrays)],
            }
        )
    path.write_text(json.dumps(lines), encoding="utf-8")


def read_truth(path: Path) -> tuple[Truth, ...]:
    """Read the truth file."""
    return tuple(
        Truth(
            probe=_decoded(line["probe"]),
            prints={
                int(position): [_decoded(text) for text in texts]
                for position, texts in line["prints"].items()
            },
            probe_capture=_capture_of(line["probe_capture"]),
            captures=tuple(map(_capture_of, line["captures"])),
        )
        for line in json.loads(path.read_text(encoding="utf-8"))
    )


def _captures(population: Population, number: int, run: int) -> list[CaptureArrays]:
    """Return a person's captures on file: enrolled bookings, and those of earlier runs."""
    one = np.array([number], dtype=np.int64)
    captures = [population.enrolled_templates(number, number + 1)]
    captures += [
        population.probe_templates(one, ImpressionType.PLAIN, capture=earlier)
        for earlier in range(1, run)
    ]
    return captures


def _known_prints(captures: Iterable[CaptureArrays]) -> dict[str, list[str]]:
    prints: dict[str, list[str]] = {}
    for arrays in captures:
        for position, vector in _fingers(arrays):
            prints.setdefault(str(position), []).append(_encoded(vector))
    return prints


def _fingers(arrays: CaptureArrays) -> Iterable[tuple[int, npt.NDArray[np.float32]]]:
    for row, column in np.argwhere(arrays.prints.presence):
        yield int(column) + 1, arrays.prints.vectors[row, column]


def _qualities(arrays: CaptureArrays) -> Iterable[list[list[int]]]:
    """Return [position, quality] of the fingers of each capture."""
    for presence, qualities in zip(arrays.prints.presence, arrays.prints.qualities, strict=True):
        yield [[int(at) + 1, int(qualities[at])] for at in np.flatnonzero(presence)]


def _capture(impressions: Sequence[dict[str, Any]]) -> _Capture:
    return _capture_of([one["position"], one["quality"]] for one in impressions)


def _capture_of(rows: Iterable[Sequence[int]]) -> _Capture:
    return frozenset((position, quality) for position, quality in rows)


def examine(examiner: ApiCaller, truths: Sequence[Truth]) -> int:
    """Work every open case the truth file knows; returns how many were decided.

    Cases held by another examiner, or of no search of this run, are left alone.
    """
    cases = examiner.get("/v1/cases?limit=100")["cases"]
    waiting = [case["task_id"] for case in cases if not case["is_mine"]]
    return sum(_examine_case(examiner, task_id, truths) for task_id in waiting)


def _examine_case(examiner: ApiCaller, task_id: str, truths: Sequence[Truth]) -> bool:
    case_id = examiner.post(f"/v1/queue/{task_id}/claim")["case_id"]
    path = f"/v1/cases/{case_id}"
    probe = examiner.get(path)["probe"]
    truth = next((truth for truth in truths if truth.is_about(probe)), None)
    if truth is None:
        examiner.post(f"{path}/release")
        return False
    _decide(examiner, path, truth)
    return True


def _decide(examiner: ApiCaller, path: str, truth: Truth) -> None:
    examiner.post(f"{path}/analysis", {"is_of_value": True, "notes": "Clear ridge detail."})
    label = _compare(examiner, path, truth)
    examiner.post(
        f"{path}/decisions",
        {
            "outcome": "identified" if label else "excluded",
            "label": label,
            "reason": "Demo: decided by the truth file.",
            "revision": examiner.get(path)["revision"],
        },
    )


def _compare(examiner: ApiCaller, path: str, truth: Truth) -> str | None:
    """Compare exemplars until one is identified; returns its label, None when all are excluded."""
    while exemplar := examiner.get(f"{path}/exemplar"):
        label = str(exemplar["label"])
        is_mate = truth.is_mate(exemplar["impressions"])
        seen = _looked_at(examiner, path, exemplar, truth.finger if is_mate else None)
        body: dict[str, Any] = {"label": label, "outcome": "identified" if is_mate else "excluded"}
        if is_mate:
            body |= {"fingers_identified": [seen.position], "points": seen.points}
            body |= {"why_close": "The prints share no more." if seen.is_small else ""}
        examiner.post(f"{path}/comparisons", body)
        if is_mate:
            return label
    return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A finger that was opened in both prints, with points at minutiae of each."""

    position: int
    points: list[_Point]
    is_small: bool
    """Whether the prints share few minutiae."""


def _looked_at(
    examiner: ApiCaller, path: str, exemplar: dict[str, Any], wanted: int | None
) -> _Seen:
    """Open one finger of the probe and of the exemplar: the one of the truth file, or the first.

    The points are simulated as the examiners are: minutiae that a matcher pairs for them, and
    places between these where there are few. Nobody placed them, and the demo says "clicked".
    """
    probe = examiner.get(path)["probe"]
    pairs = [
        (i, j, theirs["position"] or ours["position"])
        for i, ours in enumerate(probe)
        for j, theirs in enumerate(exemplar["impressions"])
        if ours["position"] == theirs["position"] or not (ours["position"] and theirs["position"])
    ]
    i, j, position = next((pair for pair in pairs if pair[2] == wanted), pairs[0])
    ours = examiner.get(f"{path}/prints/probe/{i}")
    theirs = examiner.get(f"{path}/prints/{exemplar['label']}/{j}")
    points = _paired(position, ours, theirs) if wanted is not None else []
    return _Seen(position, _spread(_enough(points)), is_small=len(points) < _POINT_PAIRS)


def _paired(position: int, ours: dict[str, Any], theirs: dict[str, Any]) -> list[_Point]:
    """Return the minutiae of two prints that a matcher finds to correspond, in any turn."""
    found = match(_described(ours), _described(theirs), rotation_limit_rad=math.pi)
    return [
        _point(position, ours["minutiae"][one], theirs["minutiae"][other])
        for one, other in found.pairs.tolist()
    ]


def _described(answer: dict[str, Any]) -> Description:
    minutiae = [
        Minutia(one["x_px"], one["y_px"], one["angle_rad"], MinutiaKind(one["kind"]), 100)
        for one in answer["minutiae"]
    ]
    size = {"width_px": answer["width_px"], "height_px": answer["height_px"]}
    return describe(minutiae_set(minutiae, **size, ppi=answer["dpi"]))


def _spread(points: list[_Point]) -> list[_Point]:
    """Return as many points as an examiner marks, each far from those before it."""
    kept = points[:1]
    while kept and len(kept) < min(len(points), _POINT_PAIRS):
        kept.append(max(points, key=lambda one: min(_apart_px(one, other) for other in kept)))
    return kept


def _apart_px(one: _Point, other: _Point) -> float:
    return math.dist(
        (int(one["probe_x_px"]), int(one["probe_y_px"])),
        (int(other["probe_x_px"]), int(other["probe_y_px"])),
    )


def _enough(points: list[_Point]) -> list[_Point]:
    """Add points midway between others to those of a print with few minutiae, such as a mark."""
    while 1 < len(points) < _POINT_PAIRS:
        points = points + [
            {name: _between(one[name], other[name]) for name in one}
            for one, other in pairwise(points)
        ]
    return points


def _between(one: int | str, other: int | str) -> int | str:
    return one if isinstance(one, str) or isinstance(other, str) else (one + other) // 2


def _point(position: int, ours: dict[str, Any], theirs: dict[str, Any]) -> _Point:
    return {
        "position": position,
        "probe_x_px": round(ours["x_px"]),
        "probe_y_px": round(ours["y_px"]),
        "exemplar_x_px": round(theirs["x_px"]),
        "exemplar_y_px": round(theirs["y_px"]),
        "probe_placing": "clicked",
        "exemplar_placing": "clicked",
    }


def _encoded(vector: npt.NDArray[np.float32]) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def _decoded(text: str) -> npt.NDArray[np.float32]:
    vector = np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
