"""In-depth search with a single finger whose prints have no bits: by votes of minutiae.

A single finger's vector is weak evidence. The right person is often dozens of places down the
list; for a mark, which is a rotated part of a finger, hundreds. So the finger is looked up in
several turns, the index proposes many people, and the minutiae of their most similar fingers vote
for a placement (`prints.features.voting`). Voting takes a tenth of the time of a match. The best
by votes and similarity together are matched. Everything is computed from stored data, so a replay
can compute it again.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterId, EncounterRow
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FingerPosition, Impression
from domain.searches.searches import Probe, SearchType
from prints.features.describing import turned
from prints.features.matching import match
from prints.features.parameters import ANY_WAY_RAD, DEPTH, VECTOR, VOTE
from prints.features.tools import FeatureTools
from prints.features.voting import ballot, most_votes
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from prints.vectors.comparing import finger_similarities
from service.storage.people.templates_in_force import NOW
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of
from service.usecases.searches.correspondence import kept_places, ordered_arithmetic
from service.usecases.services import Services

_AMONG_TENPRINTS = (SearchType.TP_TP, SearchType.LT_TP)

_MATCHED, _VOTED = 2e6, 1e6
"""Added to scores, so that people who were matched come before people who were only voted on, and
these before all others."""


@dataclass(frozen=True, slots=True, eq=False)
class SingleFinger:
    """A finger or a mark with which tenprints are searched in depth."""

    tools: FeatureTools
    minutiae: MinutiaeView
    turns: tuple[Impression, ...]
    """The impression with the vector for each turn. It is looked up with all of them."""
    turns_rad: tuple[float, ...] = DEPTH.turns_rad
    """The turns in which a finger with enough minutiae is looked up, in radians."""

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """Return float32 (t, d): the vector of each turn."""
        return np.stack([one.vector for one in self.turns])

    def asked(self, probe: Probe) -> tuple[SearchType, Probe]:
        """Return the search type and the probe to give to the index: those of a mark."""
        return SearchType.LT_TP, replace(probe, impressions=self.turns)


def single_finger(
    services: Services, search_type: SearchType, probe: Probe, minutiae: Sequence[MinutiaeView]
) -> SingleFinger | None:
    """Return the finger with which tenprints are searched in depth; None for other searches.

    A finger is searched in another way if it has no minutiae, or if its prints have bits to rank
    by.
    """
    fmt = services.print_format
    is_single = len(probe.impressions) == len(minutiae) == 1
    if fmt.features is None or not is_single or search_type not in _AMONG_TENPRINTS:
        return None
    has_bits = services.scorer.template_format == fmt.template.label
    turns_rad = ANY_WAY_RAD if search_type is SearchType.TP_TP else DEPTH.turns_rad
    return None if has_bits else in_turns(fmt.features, probe, minutiae[0], turns_rad)


def in_turns(
    tools: FeatureTools, probe: Probe, view: MinutiaeView, asked_rad: tuple[float, ...]
) -> SingleFinger:
    """Return a finger with the vector of each requested turn; for no turn, the probe's own.

    If there are too few minutiae for a vector, the probe's own vector is the only one.
    """
    (impression,) = probe.impressions
    description = tools.describe(set_of(view))
    turns_rad = asked_rad if len(description) >= VECTOR.least_minutiae else (0.0,)
    turns = (
        replace(impression, vector=tools.vectors().of_description(turned(description, turn_rad)))
        if turn_rad
        else impression
        for turn_rad in turns_rad
    )
    return SingleFinger(tools, view, tuple(turns), asked_rad)


def in_depth_arithmetic(fmt: PrintFormat, turns_rad: tuple[float, ...]) -> str:
    """Return the label of the arithmetic of a search in these turns, with a digest."""
    constants = json.dumps([asdict(DEPTH), asdict(VOTE)], sort_keys=True)
    digest = hashlib.sha256(constants.encode()).hexdigest()
    in_depth = f"{ordered_arithmetic(fmt)}; in depth 1 {digest[:16]}"
    return in_depth if turns_rad == DEPTH.turns_rad else f"{in_depth}; {len(turns_rad)} turns"


def in_depth_arithmetics(fmt: PrintFormat) -> dict[str, tuple[float, ...]]:
    """Return the turns of each arithmetic: marks have few, and so had all fingers once."""
    return {in_depth_arithmetic(fmt, one): one for one in (DEPTH.turns_rad, ANY_WAY_RAD)}


def order_in_depth(
    unit: UnitOfWork,
    single: SingleFinger,
    encounter_rows: Sequence[EncounterRow],
    *,
    at: int = NOW,
) -> npt.NDArray[np.int64]:
    """Return the places of captures in the order of their minutiae, int64 (<= k,).

    The captures are given most similar first; captures erased meanwhile are left out. A capture
    whose minutiae are not stored keeps its place. `at` selects the templates and minutiae that
    were in force at this change.
    """
    held = unit.encounters.templates(encounter_rows, at=at)
    there = [place for place, row in enumerate(encounter_rows) if row in held.encounter_ids]
    place_of = held.tenprints.places()
    places = np.array([place_of[encounter_rows[place]] for place in there], dtype=np.int64)
    ids = [held.encounter_ids[encounter_rows[place]] for place in there]
    similarities = finger_similarities(single.vectors, held.tenprints.captures, places)
    fingers = _Fingers(single, ids, _of_positions(similarities, single.minutiae.position))
    return np.array(there, dtype=np.int64)[fingers.order(unit, at)]


def _of_positions(
    similarities: npt.NDArray[np.float32], position: FingerPosition
) -> npt.NDArray[np.float32]:
    """Return the similarities. If the finger is known, all other fingers are set to NaN."""
    if not position:
        return similarities
    columns = np.arange(similarities.shape[1])
    return np.where(columns == position - 1, similarities, np.float32(np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class _Fingers:
    """The fingers of k people, most similar person first."""

    single: SingleFinger
    encounter_ids: Sequence[EncounterId]
    similarities: npt.NDArray[np.float32]
    """float32 (k, 10): the highest similarity over all turns; NaN if a finger is missing."""

    def order(self, unit: UnitOfWork, at: int) -> npt.NDArray[np.int64]:
        """Return the places of the people in the order of their minutiae, int64 (k,)."""
        people, columns = self._most_similar()
        wanted: dict[EncounterId, set[int]] = {}
        for person, column in zip(people.tolist(), columns.tolist(), strict=True):
            wanted.setdefault(self.encounter_ids[person], set()).add(column + 1)
        sets = unit.minutiae.of_fingers(wanted, at=at)
        found = [
            sets.get((self.encounter_ids[person], column + 1))
            for person, column in zip(people.tolist(), columns.tolist(), strict=True)
        ]
        promise = _standard(self.similarities[people, columns], self.similarities)
        return kept_places(self._scores(people, self._of_fingers(found, promise)))

    def _most_similar(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the person and the column of the most similar fingers, int64 (f,) each."""
        flat = np.where(np.isnan(self.similarities), -np.inf, self.similarities).ravel()
        order = np.argsort(-flat, kind="stable")[: DEPTH.fingers]
        order = order[flat[order] > -np.inf]
        people, columns = np.divmod(order, self.similarities.shape[1])
        return people.astype(np.int64), columns.astype(np.int64)

    def _of_fingers(
        self, sets: Sequence[MinutiaeSet | None], promise: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return float64 (f,): the scores of fingers; NaN for fingers without minutiae."""
        asked = set_of(self.single.minutiae)
        mine = ballot(asked)
        votes = np.full(len(sets), np.nan)
        votes[[one is not None for one in sets]] = most_votes(
            mine, [ballot(one) for one in sets if one is not None]
        )
        scores = _VOTED + promise + _standard(votes, votes)
        known = np.flatnonzero(~np.isnan(scores))
        best = known[np.argsort(-scores[known], kind="stable")[: DEPTH.matched]]
        describe, description = self.single.tools.describe, self.single.tools.describe(asked)
        for at, other in ((at, sets[at]) for at in best.tolist()):
            if other is not None:
                found = match(description, describe(other), rotation_limit_rad=math.pi)
                scores[at] = _MATCHED + found.match_score
        return scores

    def _scores(
        self, people: npt.NDArray[np.int64], scores: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return float64 (k,): the best finger of each person; NaN if none has minutiae.

        People too far down the list for their minutiae to be read stay behind the others, in their
        order.
        """
        best = -np.arange(len(self.encounter_ids), dtype=np.float64)
        best[people] = np.nan
        np.fmax.at(best, people, scores)
        return best


def _standard(
    values: npt.NDArray[np.floating], among: npt.NDArray[np.floating]
) -> npt.NDArray[np.float64]:
    """Return values in standard deviations from the mean of `among`, float64; NaN stays NaN."""
    known = among[~np.isnan(among)].astype(np.float64)
    if not len(known):
        return values.astype(np.float64)
    return np.asarray((values.astype(np.float64) - known.mean()) / max(known.std(), 1e-12))
