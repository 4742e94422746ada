"""Captures found by the codes of a probe's minutiae, and ordered by the matcher.

Codes are looked up in a search in depth (`in_depth`) and in the unsolved mark file. The matcher
orders tenprints and marks, except those searched in depth. A comparison takes a few milliseconds.
So for tenprints, the three best fingers are compared with everybody, and all fingers only with the
ten people who then lead. A person without minutiae to compare keeps the place given by the
vectors. The order is computed from stored data, so a replay can compute it again.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from domain.arrays import Float64s, Int64s
from domain.ids import EncounterRow, SearchId
from domain.searches.searches import Probe, SearchType
from indexing.codes.columns import ANY_FINGER, finger_bits
from indexing.manifests import Kind
from indexing.searching.by_codes import CodedFinger, code_similarities, columns_of
from indexing.searching.exhaustive import NOTHING, NearestCaptures
from prints.features.codes import codes_of
from prints.features.describing import Description
from prints.features.matching import Match, match
from prints.features.parameters import CODE
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.live.gallery import codes_of_captures
from service.storage.people.gallery_feed import NOW, HeldTemplates
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of
from service.usecases.searches.looking_up import compare, similarities
from service.usecases.services import Services

_SPARE = 2
"""So many times the captures that are wanted are asked for, because some may have changed since
the other look-up."""


@dataclass(frozen=True, slots=True, eq=False)
class ByCodes:
    """The fingers that codes chose, most alike first; int64 (h,) each."""

    encounter_rows: Int64s
    """One finger of each capture."""
    columns: Int64s
    """Its position less one."""


def ranks_by_bits(services: Services) -> bool:
    """Return whether prints have bits to rank by: the model was fitted on their format."""
    return services.scorer.template_format == services.print_format.template.label


def chooses_marks(services: Services, minutiae: Sequence[MinutiaeView]) -> bool:
    """Return whether a search of the unsolved mark file looks it up by codes too."""
    has_codes = services.print_format.index.codes is not None and len(minutiae) > 0
    return has_codes and not ranks_by_bits(services)


def coded_arithmetic(fmt: PrintFormat) -> str:
    """Return the label of the arithmetic of a search that codes chose marks for, with a digest."""
    if fmt.index.codes is None:
        return ordered_arithmetic(fmt)
    constants = json.dumps([asdict(CODE), fmt.index.codes.version], sort_keys=True)
    digest = hashlib.sha256(constants.encode()).hexdigest()
    return f"{ordered_arithmetic(fmt)}; marks by codes {digest[:16]}"


def coded_fingers(views: Sequence[MinutiaeView]) -> tuple[CodedFinger, ...]:
    """Return the fingers of a probe with their codes."""
    return tuple(
        CodedFinger(
            1 << (view.position - 1) if view.position else ANY_FINGER, codes_of(set_of(view))
        )
        for view in views
    )


def look_up_codes(
    services: Services, fingers: Sequence[CodedFinger], among: Kind, cursor: int
) -> ByCodes:
    """Return the captures of a kind with the most similar minutiae, as the gallery was at change
    `cursor`.

    The index may have moved on since that change: captures that changed meanwhile are left out.
    """
    index, count = services.gallery.index, _SPARE * CODE.matched
    found = index.compare_codes(fingers, among, left_out=NOTHING, count=count)
    nearest = found.nearest
    if found.cursor != cursor and len(nearest):
        newest = int(nearest.encounter_rows.max())
        with services.units.read() as unit:
            touched = unit.past_gallery.touched_after(cursor, newest=newest)
        kept = ~np.isin(nearest.encounter_rows, touched)
        nearest = NearestCaptures(nearest.encounter_rows[kept], nearest.similarities[kept])
    return chosen_by(nearest)


def chosen_by(nearest: NearestCaptures) -> ByCodes:
    """Return the fingers that are matched, of the captures that a comparison of codes found."""
    rows, alike = nearest.encounter_rows[: CODE.matched], nearest.similarities[: CODE.matched]
    return ByCodes(rows, columns_of(alike))


def nearest_by_codes(
    unit: UnitOfWork,
    fingers: Sequence[CodedFinger],
    held: HeldTemplates,
    among: Kind,
    *,
    at: int = NOW,
) -> NearestCaptures:
    """Return all captures of a kind in `held` with what the index would find, without using it.

    `at` selects the minutiae that were in force at this change.
    """
    are_marks = among is Kind.MARKS
    batch = held.marks if are_marks else held.tenprints
    ids = [held.encounter_ids[row] for row in batch.encounter_rows.tolist()]
    codes = codes_of_captures(unit, ids, are_marks=are_marks, at=at)
    alike = code_similarities(
        fingers,
        codes,
        finger_bits(batch.captures.presence),
        places=np.arange(len(ids), dtype=np.int64),
        near_bits=CODE.near_bits,
    )
    return NearestCaptures(batch.encounter_rows, alike)


FIRST_FINGERS = 3
"""The number of best-quality fingers of a tenprint probe with which everybody is compared."""

LEADERS = 10
"""The number of people who are compared by all fingers."""

Views = Sequence[MinutiaeView]


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
) -> Int64s:
    """Return the places of the candidates in the order of their minutiae, int64 (k,).

    Candidates are given in the order of their vectors. An entry without minutiae is empty.
    """
    is_same_finger = search_type is SearchType.TP_TP
    match_two = tools.match if is_same_finger else partial(match, rotation_limit_rad=math.pi)
    fingers = [_Finger(int(view.position), tools.describe(set_of(view))) for view in probe]
    compared = _Comparisons(tools, match_two, fingers, candidates)
    scores = compared.of_tenprints(probe) if is_same_finger else compared.of_marks()
    return kept_places(scores)


def kept_places(scores: Float64s) -> Int64s:
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

    def of_tenprints(self, views: Views) -> Float64s:
        """Return the sums of agreement over the first fingers; for the leaders, over all."""
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

    def of_marks(self) -> Float64s:
        """Return the best agreement of any finger of the probe with any of the candidate's."""
        return np.array([self._best(views) for views in self.candidates], dtype=np.float64)

    def _sum(self, fingers: Sequence[_Finger], views: Views) -> float:
        held = {int(view.position): view for view in views}
        found = [
            self.match_two(finger.description, self._describe(held[finger.position])).match_score
            for finger in fingers
            if finger.position in held
        ]
        return math.fsum(found) if found else math.nan

    def _best(self, views: Views) -> float:
        described = [(int(view.position), self._describe(view)) for view in views]
        found = [
            self.match_two(finger.description, other).match_score
            for finger in self.probe
            for position, other in described
            if finger.position == position or not (finger.position and position)
        ]
        return max(found, default=math.nan)

    def _describe(self, view: MinutiaeView) -> Description:
        return self.tools.describe(set_of(view))


def _any(*scores: float) -> bool:
    return not all(map(math.isnan, scores))


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Captures in the order of their minutiae, one for each person; int64 (k,) each."""

    person_rows: Int64s
    encounter_rows: Int64s


def one_each(person_rows: Int64s, encounter_rows: Int64s) -> Ordered:
    """Return the first capture of each person, in the given order."""
    _, firsts = np.unique(person_rows, return_index=True)
    kept = np.sort(firsts)
    return Ordered(person_rows[kept], encounter_rows[kept])


@dataclass(frozen=True, slots=True, eq=False)
class MatchedProbe:
    """A probe whose minutiae give the order of the captures found."""

    fmt: PrintFormat
    search_type: SearchType
    probe: Probe
    minutiae: Sequence[MinutiaeView]

    def order(self, unit: UnitOfWork, rows: Sequence[int], *, at: int = NOW) -> Ordered:
        """Return captures in the order of their minutiae, without those erased meanwhile.

        A capture whose minutiae are not stored keeps the place that its vectors give it. `at`
        selects the templates and minutiae that were in force at this change.
        """
        held = unit.encounters.templates([EncounterRow(row) for row in rows], at=at)
        batch = held.marks if self.search_type.is_among_marks else held.tenprints
        there = batch.encounter_rows
        found = compare(self.fmt, self.search_type, self.probe, held, there.tolist())
        alike = similarities(self.search_type, found)
        order = np.lexsort((there, batch.person_rows, -alike))
        if self.fmt.features is not None:
            ids = [held.encounter_ids[row] for row in there[order].tolist()]
            sets = unit.minutiae.of_encounters(ids, at=at)
            candidates = [sets.get(one, ()) for one in ids]
            order = order[
                minutiae_order(
                    self.fmt.features, self.search_type, probe=self.minutiae, candidates=candidates
                )
            ]
        return one_each(batch.person_rows[order], there[order])
