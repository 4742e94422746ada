"""Ordering candidates by their minutiae, if their prints have no bits to order them by.

The people found by their vectors are compared finger by finger with the format's matcher. A
comparison takes a few milliseconds. So for tenprints, the three best fingers are compared with
everybody, and all fingers only with the ten people who then lead. A person without minutiae to
compare keeps the place given by the vectors. The order is computed from stored data, so a replay
can compute it again.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from domain.ids import SearchId
from domain.searches.searches import SearchType
from prints.features.describing import Description
from prints.features.matching import Match, match
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of

FIRST_FINGERS = 3
"""The number of best-quality fingers of a tenprint probe with which everybody is compared."""

LEADERS = 10
"""The number of people who are compared by all fingers."""

Views = Sequence[MinutiaeView]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Finger:
    position: int
    description: Description


def ordered_arithmetic(fmt: PrintFormat) -> str:
    """Return the label of the arithmetic of a search whose candidates are ordered by minutiae."""
    if fmt.features is None:
        return fmt.comparison.arithmetic
    matcher = fmt.features.matcher
    return f"{fmt.comparison.arithmetic}; order: {matcher.label} {matcher.digest[:16]}"


def minutiae_of_search(unit: UnitOfWork, search_id: SearchId) -> tuple[MinutiaeView, ...]:
    """Return the minutiae of a search's probe."""
    return unit.minutiae.of_searches([search_id]).get(search_id, ())


def minutiae_order(
    tools: FeatureTools, search_type: SearchType, *, probe: Views, candidates: Sequence[Views]
) -> npt.NDArray[np.int64]:
    """Return the places of the candidates in the order of their minutiae, int64 (k,).

    Candidates are given in the order of their vectors. An entry without minutiae is empty.
    """
    is_same_finger = search_type is SearchType.TP_TP
    match_two = tools.match if is_same_finger else partial(match, rotation_limit_rad=math.pi)
    compared = _Comparisons(
        tools, match_two, [_described(tools, view) for view in probe], candidates
    )
    scores = compared.of_tenprints(probe) if is_same_finger else compared.of_marks()
    return kept_places(scores)


def kept_places(scores: Scores) -> npt.NDArray[np.int64]:
    """Return the places in descending order of scores; a NaN keeps its place.

    `scores` is float64 (k,) in the previous order; equal scores keep that order.
    """
    order = np.arange(len(scores), dtype=np.int64)
    compared = np.flatnonzero(~np.isnan(scores))
    order[compared] = compared[np.argsort(-scores[compared], kind="stable")]
    return order


@dataclass(frozen=True, slots=True, eq=False)
class _Comparisons:
    tools: FeatureTools
    match_two: Callable[[Description, Description], Match]
    probe: Sequence[_Finger]
    candidates: Sequence[Views]

    def of_tenprints(self, views: Views) -> Scores:
        """Return the sums of agreement over common fingers.

        The sum is over the first fingers; for the leaders it is over all fingers.
        """
        best_first = sorted(
            range(len(views)), key=lambda at: (-(views[at].quality or 0), views[at].position)
        )
        first = [self.probe[at] for at in best_first[:FIRST_FINGERS]]
        rest = [self.probe[at] for at in best_first[FIRST_FINGERS:]]
        scores = np.array([self._sum(first, views) for views in self.candidates])
        for at in kept_places(scores)[:LEADERS].tolist():
            more = self._sum(rest, self.candidates[at])
            scores[at] = np.nansum((scores[at], more)) if _any(scores[at], more) else np.nan
        return scores

    def of_marks(self) -> Scores:
        """Return the best agreement of any finger of the probe with any of the candidate's."""
        return np.array([self._best(views) for views in self.candidates], dtype=np.float64)

    def _sum(self, fingers: Sequence[_Finger], views: Views) -> float:
        held = {int(view.position): view for view in views}
        found = [
            self._score(finger, held[finger.position])
            for finger in fingers
            if finger.position in held
        ]
        return math.fsum(found) if found else math.nan

    def _best(self, views: Views) -> float:
        described = [_described(self.tools, view) for view in views]
        found = [
            self.match_two(finger.description, other.description).match_score
            for finger in self.probe
            for other in described
            if finger.position == other.position or not (finger.position and other.position)
        ]
        return max(found, default=math.nan)

    def _score(self, finger: _Finger, view: MinutiaeView) -> float:
        other = self.tools.describe(set_of(view))
        return self.match_two(finger.description, other).match_score


def _described(tools: FeatureTools, view: MinutiaeView) -> _Finger:
    return _Finger(int(view.position), tools.describe(set_of(view)))


def _any(*scores: float) -> bool:
    return not all(map(math.isnan, scores))
