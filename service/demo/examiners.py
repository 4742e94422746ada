"""Two simulated examiners who know the truth; apart from that they see only the API's answers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from data.synthetic.population import Population
from domain.ids import CaseId, PersonId
from domain.prints.minutiae import Minutia, MinutiaKind, minutiae_set
from domain.prints.prints import Impression
from prints.features.describing import Description, describe
from prints.features.matching import match
from service.bootstrap.runtime import Runtime
from service.demo.calls import ApiCaller
from service.demo.scenario import PlannedSearch

EXAMINERS = ("examiner:one", "examiner:two")

_POINT_PAIRS = 12

_Point = dict[str, int | str]

_Capture = frozenset[tuple[int, int]]
"""Position and quality of each finger, which identify a probe in place of its template."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth about one search: its probe, and the person whose prints it has."""

    probe: _Capture
    person_id: PersonId | None
    """None if the person is not on record."""
    finger: int = 0
    """The finger of a mark; 0 for the first finger that both prints have."""

    def is_about(self, impressions: Sequence[dict[str, Any]]) -> bool:
        """Whether these impressions are the prints of this probe."""
        return self.probe == frozenset((one["position"], one["quality"]) for one in impressions)


def truth_of(population: Population, search: PlannedSearch) -> Truth:
    """Return the truth of a search of the demo."""
    number, finger = search.probe.truth.number, int(search.probe.truth.position)
    (person_id,) = population.person_ids(number, number + 1)
    known = person_id if search.is_enrolled else None
    return Truth(capture_of(search.probe.probe.impressions), known, finger)


def capture_of(impressions: Iterable[Impression]) -> _Capture:
    """Return what identifies a probe, because examiners get no template."""
    return frozenset((int(one.position), one.quality) for one in impressions)


def examine(runtime: Runtime, examiner: ApiCaller, truths: Sequence[Truth]) -> int:
    """Decide every open case whose true answer is known, and return how many were decided.

    Another examiner's and other searches' cases are skipped. The API never tells whose an exemplar
    is, so the label of the true person is read from the store.
    """
    cases = examiner.get("/v1/cases?limit=100")["cases"]
    waiting = [case["task_id"] for case in cases if not case["is_mine"]]
    return sum(_examine_case(runtime, examiner, task_id, truths) for task_id in waiting)


def both_examine(
    runtime: Runtime, callers: Mapping[str, ApiCaller], truths: Sequence[Truth]
) -> dict[str, int]:
    """Let each examiner decide, and return how many cases each of them decided."""
    return {name: examine(runtime, callers[name], truths) for name in EXAMINERS}


def _examine_case(
    runtime: Runtime, examiner: ApiCaller, task_id: str, truths: Sequence[Truth]
) -> bool:
    case_id = examiner.post(f"/v1/queue/{task_id}/claim")["case_id"]
    path = f"/v1/cases/{case_id}"
    probe = examiner.get(path)["probe"]
    truth = next((truth for truth in truths if truth.is_about(probe)), None)
    if truth is None:
        examiner.post(f"{path}/release")
        return False
    _decide(examiner, path, _Known(_mate(runtime, CaseId(case_id), truth), truth.finger))
    return True


@dataclass(frozen=True, slots=True)
class _Known:
    """What the examiner of a case knows in advance."""

    mate: str
    """The label of the true person's exemplar; empty if there is none."""
    finger: int


def _mate(runtime: Runtime, case_id: CaseId, truth: Truth) -> str:
    """Return the label under which the examiner who holds the case sees the true person."""
    with runtime.services.units.read() as unit:
        case = unit.cases.get(case_id)
        seen = (
            unit.cases.examination(case_id, case.claimed_by) if case and case.claimed_by else None
        )
        people = {
            label: found.person_id
            for label, candidate_id in (seen.order if seen else ())
            if (found := unit.searches.candidate(candidate_id)) is not None
        }
    return next((label for label, found in people.items() if found == truth.person_id), "")


def _decide(examiner: ApiCaller, path: str, known: _Known) -> None:
    examiner.post(f"{path}/analysis", {"is_of_value": True, "notes": "Clear ridge detail."})
    label = _compare(examiner, path, known)
    examiner.post(
        f"{path}/decisions",
        {
            "outcome": "identified" if label else "excluded",
            "label": label,
            "reason": "Demo: decided by the truth.",
            "revision": examiner.get(path)["revision"],
        },
    )


def _compare(examiner: ApiCaller, path: str, known: _Known) -> str | None:
    """Compare exemplars until one is identified; return its label, or None if all are excluded."""
    while exemplar := examiner.get(f"{path}/exemplar"):
        label = str(exemplar["label"])
        is_mate = label == known.mate
        seen = _looked_at(examiner, path, exemplar, known.finger if is_mate else None)
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
    """A finger that was opened in both prints, with points placed on minutiae of each."""

    position: int
    points: list[_Point]
    is_small: bool
    """Whether the prints share few minutiae."""


def _looked_at(
    examiner: ApiCaller, path: str, exemplar: dict[str, Any], wanted: int | None
) -> _Seen:
    """Open one finger of the probe and the exemplar: the finger of the truth, or the first.

    Its points are simulated: minutiae that a matcher pairs, and places between if they are few. No
    person placed them, although the demo states "clicked".
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
    """Return the minutiae of two prints that a matcher finds to correspond, at any rotation."""
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
    """Return as many points as an examiner marks, each far from the earlier ones."""
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
    """For a print with few minutiae, such as a mark, add points midway between others."""
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
