"""Single fingers whose prints have no bits: looked up in turns, and then ordered by minutiae.

A vector by itself is weak: the person of a single finger is often dozens of places down, and the
donor of a mark, which is a turned part of a finger, hundreds. So the index proposes many people,
and the minutiae of their most similar fingers vote for a placement (`prints.features.voting`),
which takes a tenth of the time of a match. The best by votes and similarity together are matched.
All is computed from what is stored, and a replay computes it again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterId, EncounterRow
from domain.prints import FingerPosition, Impression
from domain.searches import Probe, SearchType
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
from service.usecases.searches.minutiae_order import kept_places, ordered_arithmetic
from service.usecases.services import Services

_AMONG_TENPRINTS = (SearchType.TP_TP, SearchType.LT_TP)

_MATCHED, _VOTED = 2e6, 1e6
"""Added to scores, so that who is matched leads who voted, and these lead the others."""


@dataclass(frozen=True, slots=True, eq=False)
class SingleFinger:
    """A finger, or a mark, that is searched among tenprints in depth."""

    tools: FeatureTools
    minutiae: MinutiaeView
    turns: tuple[Impression, ...]
    """The impression with the vector of each turn: it is looked up by all of them."""
    turns_rad: tuple[float, ...] = DEPTH.turns_rad
    """The turns that a finger with enough minutiae is looked up in."""

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """Return float32 (t, d)."""
        return np.stack([one.vector for one in self.turns])

    def asked(self, probe: Probe) -> tuple[SearchType, Probe]:
        """Return the search and the probe as the index is asked for it: as a mark."""
        return SearchType.LT_TP, replace(probe, impressions=self.turns)


def single_finger(
    services: Services,
    search_type: SearchType,
    probe: Probe,
    minutiae: Sequence[MinutiaeView],
) -> SingleFinger | None:
    """Return the finger that is searched among tenprints in depth, None for other searches.

    Among these are fingers without minutiae, and those whose prints have bits to rank by.
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
    """Return a finger with the vector of each turn asked; that of none is the probe's own.

    Where the minutiae are too few for a vector, the probe's own is the only one.
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
    """Return the arithmetic of a search in these turns, with the digest of all it goes by."""
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

    They are given from the most similar on; those erased meanwhile are left out. One whose
    minutiae are not kept keeps its place. `at`: with the templates and minutiae in force at this
    change.
    """
    held = unit.encounters.templates(encounter_rows, at=at)
    there = [place for place, row in enumerate(encounter_rows) if row in held.encounter_ids]
    place_of = {row: at for at, row in enumerate(held.tenprints.encounter_rows.tolist())}
    places = np.array([place_of[encounter_rows[place]] for place in there], dtype=np.int64)
    ids = [held.encounter_ids[encounter_rows[place]] for place in there]
    similarities = finger_similarities(single.vectors, held.tenprints.captures, places)
    fingers = _Fingers(single, ids, _of_positions(similarities, single.minutiae.position))
    return np.array(there, dtype=np.int64)[fingers.order(unit, at)]


def _of_positions(
    similarities: npt.NDArray[np.float32], position: FingerPosition
) -> npt.NDArray[np.float32]:
    """Return the similarities with all but a known finger blanked."""
    if not position:
        return similarities
    columns = np.arange(similarities.shape[1])
    return np.where(columns == position - 1, similarities, np.float32(np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class _Fingers:
    """The fingers of k people, from the most similar person on."""

    single: SingleFinger
    encounter_ids: Sequence[EncounterId]
    similarities: npt.NDArray[np.float32]
    """float32 (k, 10): the highest of all turns; NaN where there is no finger."""

    def order(self, unit: UnitOfWork, at: int) -> npt.NDArray[np.int64]:
        """Return the places of the people in the order of their minutiae, int64 (k,)."""
        people, columns = self._most_similar()
        wanted: dict[EncounterId, set[int]] = {}
        for person, column in zip(people.tolist(), columns.tolist(), strict=True):
            wanted.setdefault(self.encounter_ids[person], set()).add(column + 1)
        views = unit.minutiae.of_fingers(wanted, at=at)
        found = [
            views.get((self.encounter_ids[person], column + 1))
            for person, column in zip(people.tolist(), columns.tolist(), strict=True)
        ]
        promise = _standard(self.similarities[people, columns], self.similarities)
        return kept_places(self._scores(people, self._of_fingers(found, promise)))

    def _most_similar(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return person and column of the most similar fingers, int64 (f,) each."""
        flat = np.where(np.isnan(self.similarities), -np.inf, self.similarities).ravel()
        order = np.argsort(-flat, kind="stable")[: DEPTH.fingers]
        order = order[flat[order] > -np.inf]
        people, columns = np.divmod(order, self.similarities.shape[1])
        return people.astype(np.int64), columns.astype(np.int64)

    def _of_fingers(
        self, views: Sequence[MinutiaeView | None], promise: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return float64 (f,): the scores of fingers; NaN without minutiae."""
        asked = set_of(self.single.minutiae)
        mine = ballot(asked)
        sets = [None if view is None else set_of(view) for view in views]
        votes = np.array(
            [np.nan if one is None else most_votes(mine, ballot(one)) for one in sets]
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
        """Return float64 (k,): the best finger of each person; NaN where none has minutiae.

        Who is too far down for their minutiae to be read stays behind the others, in order.
        """
        best = -np.arange(len(self.encounter_ids), dtype=np.float64)
        best[people] = np.nan
        np.fmax.at(best, people, scores)
        return best


def _standard(
    values: npt.NDArray[np.floating], among: npt.NDArray[np.floating]
) -> npt.NDArray[np.float64]:
    """Return values in standard deviations from the mean of others, float64; NaN stays NaN."""
    known = among[~np.isnan(among)].astype(np.float64)
    if not len(known):
        return values.astype(np.float64)
    return np.asarray((values.astype(np.float64) - known.mean()) / max(known.std(), 1e-12))
