"""Two examiners with the truth file; otherwise they see only the API's answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.prints import ImpressionType
from service.demo.calls import ApiCaller
from service.demo.scenario import PlannedSearch

_POINT_PAIRS = 12
"""So many pairs of points an examiner of the demo marks."""

_SAME_PRINT_COSINE = 0.999
"""A template read back from the store is at least so similar to the one sent."""

_Prints = dict[int, list[npt.NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Truth:
    """One line of the truth file: the probe's print and the true person's prints by position."""

    probe: npt.NDArray[np.float32]
    prints: _Prints

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
        return any(_same(_vector(impression), self.probe) for impression in impressions)

    def is_mate(self, impressions: Sequence[dict[str, Any]]) -> bool:
        """Whether this exemplar was captured from the true person."""
        return any(
            _same(_vector(impression), known)
            for impression in impressions
            for known in self.prints.get(impression["position"], ())
        )


def write_truth(
    path: Path, population: Population, searches: Iterable[PlannedSearch], *, run: int
) -> None:
    """Write the truth file, apart from the service's own data."""
    lines = []
    for search in searches:
        number = search.probe.truth.number
        lines.append(
            {
                "kind": search.kind.value,
                "probe": _encoded(search.probe.probe.impressions[0].vector),
                "prints": _known_prints(population, number, run) if search.is_enrolled else {},
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
        )
        for line in json.loads(path.read_text(encoding="utf-8"))
    )


def _known_prints(population: Population, number: int, run: int) -> dict[str, list[str]]:
    """Return a person's captures on file: enrolled bookings, and those of earlier runs."""
    one = np.array([number], dtype=np.int64)
    captures = [population.enrolled_templates(number, number + 1)]
    captures += [
        population.probe_templates(one, ImpressionType.PLAIN, capture=earlier)
        for earlier in range(1, run)
    ]
    prints: dict[str, list[str]] = {}
    for arrays in captures:
        for position, vector in _fingers(arrays):
            prints.setdefault(str(position), []).append(_encoded(vector))
    return prints


def _fingers(arrays: CaptureArrays) -> Iterable[tuple[int, npt.NDArray[np.float32]]]:
    for row, column in np.argwhere(arrays.prints.presence):
        yield int(column) + 1, arrays.prints.vectors[row, column]


def examine(examiner: ApiCaller, truths: Sequence[Truth]) -> int:
    """Work every open case the truth file knows; returns how many were decided.

    Cases held by another examiner, or of no search of this run, are left alone.
    """
    cases = examiner.get("/v1/cases?limit=100")["cases"]
    open_to_all = [case["case_id"] for case in cases if not case["is_mine"]]
    return sum(_examine_case(examiner, case_id, truths) for case_id in open_to_all)


def _examine_case(examiner: ApiCaller, case_id: str, truths: Sequence[Truth]) -> bool:
    path = f"/v1/cases/{case_id}"
    examiner.post(f"{path}/claim")
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
        examiner.post(f"{path}/comparisons", body)
        if is_mate:
            return label
    return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A finger that was opened in both prints, with points at minutiae of each."""

    position: int
    points: list[dict[str, int]]


def _looked_at(
    examiner: ApiCaller, path: str, exemplar: dict[str, Any], wanted: int | None
) -> _Seen:
    """Open one finger of the probe and of the exemplar: the one of the truth file, or the first.

    The points are simulated as the examiners are: the minutiae of each print in their order.
    """
    probe = examiner.get(path)["probe"]
    pairs = [
        (i, j, theirs["position"] or ours["position"])
        for i, ours in enumerate(probe)
        for j, theirs in enumerate(exemplar["impressions"])
        if ours["position"] == theirs["position"] or not (ours["position"] and theirs["position"])
    ]
    i, j, position = next((pair for pair in pairs if pair[2] == wanted), pairs[0])
    ours = examiner.get(f"{path}/prints/probe/{i}")["minutiae"]
    theirs = examiner.get(f"{path}/prints/{exemplar['label']}/{j}")["minutiae"]
    pairs_of_minutiae = list(zip(ours, theirs, strict=False))[:_POINT_PAIRS]
    return _Seen(position, [_point(position, *pair) for pair in pairs_of_minutiae])


def _point(position: int, ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, int]:
    return {
        "position": position,
        "probe_x_px": round(ours["x_px"]),
        "probe_y_px": round(ours["y_px"]),
        "exemplar_x_px": round(theirs["x_px"]),
        "exemplar_y_px": round(theirs["y_px"]),
    }


def _same(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    return float(one @ other) > _SAME_PRINT_COSINE


def _vector(impression: dict[str, Any]) -> npt.NDArray[np.float32]:
    return _decoded(impression["template"]["data"])


def _encoded(vector: npt.NDArray[np.float32]) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def _decoded(text: str) -> npt.NDArray[np.float32]:
    vector = np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
