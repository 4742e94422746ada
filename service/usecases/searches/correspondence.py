"""How the minutiae of two prints correspond, finger by finger, as the matcher finds it.

Correspondences are not shown before the decisions are sealed. They are computed again from the
stored minutiae; the same minutiae always give the same correspondences.

Ordering candidates by their minutiae, if their prints have no bits to order them by.

The people found by their vectors are compared finger by finger with the format's matcher. A
comparison takes a few milliseconds. So for tenprints, the three best fingers are compared with
everybody, and all fingers only with the ten people who then lead. A person without minutiae to
compare keeps the place given by the vectors. The order is computed from stored data, so a replay
can compute it again.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from domain.examination.cases import PointPair
from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition
from domain.searches.searches import Search, SearchType
from prints.features.describing import Description
from prints.features.matching import Match, match
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.ports.print_images import picture_facts
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of


@dataclass(frozen=True, slots=True)
class FingerCorrespondence:
    """The corresponding minutiae of one finger of the probe and one finger of the candidate."""

    probe_position: FingerPosition
    position: FingerPosition
    """Position of the candidate's finger."""
    pairs: tuple[tuple[Minutia, Minutia], ...]
    """Each minutia of the probe with the corresponding one of the candidate, in pixels of their
    images."""
    rotation_deg: int
    """How far the probe must be turned to lie on the candidate, anticlockwise."""
    overlap: tuple[int, int]
    """The numbers of minutiae of the probe and of the candidate in the area where both have
    minutiae."""
    match_score: float
    """Unitless; a higher score means more agreement. It is not evidence in bits."""
    read_by: tuple[str, str] = ("", "")
    """The readers of the minutiae of probe and candidate, `name/version`; empty if unknown."""
    has_marked: bool = False
    """Whether people marked some of the minutiae of either print."""

    @property
    def statistics(self) -> tuple[float, float, float]:
        """Match score, pairs and overlap, as `matching.match_bits` takes them."""
        return self.match_score, float(len(self.pairs)), float(min(self.overlap))

    def is_read_by(self, extractor: str) -> bool:
        """Whether this extractor, `name/version`, and nobody else read both prints."""
        return not self.has_marked and self.read_by == (extractor, extractor)

    @property
    def is_across_extractors(self) -> bool:
        """Whether different extractors read the two prints. If so, fewer minutiae correspond."""
        ours, theirs = (one.partition("/")[0].partition("-")[0] for one in self.read_by)
        return bool(ours and theirs) and ours != theirs

    @property
    def points(self) -> tuple[PointPair, ...]:
        """The pairs as points in both images, in whole pixels, for drawing."""
        return tuple(
            PointPair(
                self.position,
                probe_x_px=round(ours.x_px),
                probe_y_px=round(ours.y_px),
                exemplar_x_px=round(theirs.x_px),
                exemplar_y_px=round(theirs.y_px),
            )
            for ours, theirs in self.pairs
        )


def correspondences(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, encounter_id: EncounterId | None
) -> tuple[FingerCorrespondence, ...]:
    """Return the correspondences of a probe with a candidate, by finger; empty without minutiae.

    The minutiae are those used in the search. For a mark, only the finger that agrees most is
    returned.
    """
    if fmt.features is None or encounter_id is None:
        return ()
    probe = unit.minutiae.of_searches([search.search_id]).get(search.search_id, ())
    at = search.basis.index_cursor
    held = unit.minutiae.of_encounters([encounter_id], at=at).get(encounter_id, ())
    found = tuple(_of_fingers(fmt.features, search.search_type, probe, held))
    if search.search_type is SearchType.TP_TP:
        return tuple(sorted(found, key=lambda one: one.position))
    best = max(found, key=lambda one: one.match_score, default=None)
    return () if best is None else (best,)


def with_readers(
    unit: UnitOfWork,
    search: Search,
    encounter_id: EncounterId | None,
    found: tuple[FingerCorrespondence, ...],
) -> tuple[FingerCorrespondence, ...]:
    """Return correspondences with the extractors that read the minutiae of both sides."""
    if encounter_id is None or not found:
        return found
    at = search.basis.index_cursor
    generation = unit.remakes.in_force() if unit.minutiae.is_remade(encounter_id, at=at) else None
    remade_by = generation.tools.partition(" ")[0] if generation else ""
    told = []
    for one in found:
        probe = unit.images.of(search.search_id, int(one.probe_position))
        held = _picture(unit, encounter_id, one.position)
        readers = _read_by(probe), remade_by or _read_by(held)
        told.append(replace(one, read_by=readers, has_marked=_is_marked(probe, held)))
    return tuple(told)


def _picture(
    unit: UnitOfWork, encounter_id: EncounterId, position: FingerPosition
) -> bytes | None:
    own = unit.images.of(encounter_id, int(position))
    source = None if own else unit.images.source_of(encounter_id)
    return unit.images.of(source, int(position)) if source else own


def _read_by(picture: bytes | None) -> str:
    return picture_facts(picture).minutiae_by if picture else ""


def _is_marked(*pictures: bytes | None) -> bool:
    return any(one and picture_facts(one).marked is not None for one in pictures)


def _of_fingers(
    tools: FeatureTools,
    search_type: SearchType,
    probe: tuple[MinutiaeView, ...],
    held: tuple[MinutiaeView, ...],
) -> Iterator[FingerCorrespondence]:
    any_turn = partial(match, rotation_limit_rad=math.pi)
    match_two = tools.match if search_type is SearchType.TP_TP else any_turn
    described = {id(view): tools.describe(set_of(view)) for view in (*probe, *held)}
    for ours in probe:
        for theirs in held:
            is_known = bool(ours.position and theirs.position)
            if is_known and ours.position is not theirs.position:
                continue
            found = match_two(described[id(ours)], described[id(theirs)])
            yield FingerCorrespondence(
                probe_position=ours.position,
                position=theirs.position,
                pairs=tuple(
                    (ours.minutiae[one], theirs.minutiae[other])
                    for one, other in found.pairs.tolist()
                ),
                rotation_deg=round(math.degrees(found.rotation_rad)),
                overlap=found.overlap,
                match_score=found.match_score,
            )


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
