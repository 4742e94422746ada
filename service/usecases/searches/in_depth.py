"""In-depth search with a single finger whose prints have no bits: by votes of minutiae.

A single finger's vector is weak evidence. The right person is often dozens of places down the
list; for a mark, which is a rotated part of a finger, hundreds. So the finger is looked up in
several turns, the index proposes many people, and the minutiae of their most similar fingers vote
for a placement (`prints.features.voting`). Voting takes a tenth of the time of a match. The best
by votes and similarity together are matched, and as many that the codes of minutiae choose
(`by_minutiae`). Everything is computed from stored data, so a replay can compute it again.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product, starmap
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.arrays import Float32s, Float64s, Int64s
from domain.ids import EncounterId, EncounterRow
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FingerPosition, Impression
from domain.searches.searches import Probe, SearchType
from indexing.searching.by_codes import CodedFinger
from prints.features.describing import turned
from prints.features.matching import match
from prints.features.parameters import ANY_WAY_RAD, CODE, DEPTH, VECTOR, VOTE
from prints.features.tools import FeatureTools
from prints.features.voting import ballot, most_votes
from prints.features.whitening import SHIPPED_DIGEST, shipped_whitening
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from prints.vectors.comparing import finger_similarities
from service.storage.people.gallery_feed import NOW
from service.storage.unit_of_work import UnitOfWork
from service.usecases.print_desk import set_of
from service.usecases.searches import by_minutiae
from service.usecases.services import Services

_AMONG_TENPRINTS = (SearchType.TP_TP, SearchType.LT_TP)

_MATCHED, _VOTED = 2e6, 1e6
"""Added to scores, so that people who were matched come before people who were only voted on, and
these before all others."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a finger is searched in depth."""

    turns_rad: tuple[float, ...]
    """The turns in which a finger with enough minutiae is looked up, in radians."""
    is_coded: bool
    """Whether it is looked up by codes too. The searches of before were not."""

    @property
    def voted(self) -> int:
        """The number of fingers that vote."""
        return CODE.voted if self.is_coded else DEPTH.fingers

    @property
    def matched_by_votes(self) -> int:
        """The number of fingers that votes choose to be matched."""
        return max(0, DEPTH.matched - CODE.matched) if self.is_coded else DEPTH.matched


@dataclass(frozen=True, slots=True, eq=False)
class SingleFinger:
    """A finger or a mark with which tenprints are searched in depth."""

    tools: FeatureTools
    minutiae: MinutiaeView
    turns: tuple[Impression, ...]
    """The impression with the vector for each turn. It is looked up with all of them."""
    manner: Manner
    codes: Sequence[CodedFinger]
    """The finger to look up by codes; empty if codes are not used."""

    @property
    def vectors(self) -> Float32s:
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
    by. Raises ModelError.
    """
    fmt = services.print_format
    is_single = len(probe.impressions) == len(minutiae) == 1
    if fmt.features is None or not is_single or search_type not in _AMONG_TENPRINTS:
        return None
    turns_rad = ANY_WAY_RAD if search_type is SearchType.TP_TP else DEPTH.turns_rad
    manner = Manner(turns_rad, is_coded=fmt.index.codes is not None)
    if by_minutiae.ranks_by_bits(services):
        return None
    return whitened(in_turns(fmt.features, probe, minutiae[0], manner))


def in_turns(
    tools: FeatureTools, probe: Probe, view: MinutiaeView, manner: Manner
) -> SingleFinger:
    """Return a finger with the vector of each requested turn; for no turn, the probe's own.

    If there are too few minutiae for a vector, the probe's own vector is the only one.
    """
    (impression,) = probe.impressions
    minutiae = set_of(view)
    description = tools.describe(minutiae)
    turns_rad = manner.turns_rad if len(description) >= VECTOR.least_minutiae else (0.0,)
    turns = (
        replace(impression, vector=tools.vectors().of_description(turned(description, turn_rad)))
        if turn_rad
        else impression
        for turn_rad in turns_rad
    )
    codes = by_minutiae.coded_fingers([view]) if manner.is_coded else ()
    return SingleFinger(tools, view, tuple(turns), manner, codes)


def in_depth_arithmetic(fmt: PrintFormat, manner: Manner) -> str:
    """Return the label of the arithmetic of a search in depth, with a digest."""
    constants: list[Any] = [asdict(DEPTH), asdict(VOTE)]
    if manner.is_coded and fmt.index.codes is not None:
        constants += [asdict(CODE), fmt.index.codes.version]
    digest = hashlib.sha256(json.dumps(constants, sort_keys=True).encode()).hexdigest()
    in_depth = (
        f"{by_minutiae.ordered_arithmetic(fmt)}; in depth {1 + manner.is_coded} {digest[:16]}"
    )
    turns = len(manner.turns_rad)
    return in_depth if turns == len(DEPTH.turns_rad) else f"{in_depth}; {turns} turns"


def in_depth_arithmetics(fmt: PrintFormat) -> dict[str, Manner]:
    """Return the manner of each arithmetic: marks have few turns, and so had all fingers once."""
    manners = starmap(Manner, product((DEPTH.turns_rad, ANY_WAY_RAD), (False, True)))
    return {in_depth_arithmetic(fmt, one): one for one in manners}


def order_in_depth(
    unit: UnitOfWork,
    single: SingleFinger,
    listed_rows: Sequence[EncounterRow],
    by_codes: by_minutiae.ByCodes,
    *,
    at: int = NOW,
) -> by_minutiae.Ordered:
    """Return captures in the order of their minutiae: those listed, and those chosen by codes.

    The captures are listed most similar first; captures erased meanwhile are left out. A capture
    whose minutiae are not stored keeps its place. `at` selects the templates and minutiae that
    were in force at this change.
    """
    chosen = [EncounterRow(row) for row in by_codes.encounter_rows.tolist()]
    held = unit.encounters.templates([*listed_rows, *chosen], at=at)
    rows = [row for row in dict.fromkeys([*listed_rows, *chosen]) if row in held.encounter_ids]
    place_of = held.tenprints.places()
    places = np.array([place_of[row] for row in rows], dtype=np.int64)
    similarities = finger_similarities(single.vectors, held.tenprints.captures, places)
    pairs = zip(chosen, by_codes.columns.tolist(), strict=True)
    fingers = _Fingers(
        single,
        [held.encounter_ids[row] for row in rows],
        _of_positions(similarities, single.minutiae.position),
        len(set(listed_rows) & held.encounter_ids.keys()),
        [(rows.index(row), column) for row, column in pairs if row in place_of],
    )
    order = fingers.order(unit, at)
    persons = held.tenprints.person_rows[places[order]]
    return by_minutiae.one_each(persons, np.array(rows, dtype=np.int64)[order])


def _of_positions(similarities: Float32s, position: FingerPosition) -> Float32s:
    """Return the similarities. If the finger is known, all other fingers are set to NaN."""
    if not position:
        return similarities
    columns = np.arange(similarities.shape[1])
    return np.where(columns == position - 1, similarities, np.float32(np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class _Fingers:
    """The fingers of k captures: first those listed, most similar first, then those that only
    codes chose.
    """

    single: SingleFinger
    encounter_ids: Sequence[EncounterId]
    similarities: Float32s
    """float32 (k, 10): the highest similarity over all turns; NaN if a finger is missing."""
    listed: int
    by_codes: Sequence[tuple[int, int]]
    """The place and the column of each finger that codes chose."""

    def order(self, unit: UnitOfWork, at: int) -> Int64s:
        """Return the places of the captures in the order of their minutiae, int64 (k,)."""
        people, columns = self._most_similar()
        listed = self.similarities[: self.listed]
        promise = _standard(listed[people, columns], listed)
        by_votes = list(zip(people.tolist(), columns.tolist(), strict=True))
        fingers, chosen = list(dict.fromkeys([*by_votes, *self.by_codes])), set(self.by_codes)
        wanted: dict[EncounterId, set[int]] = {}
        for person, column in fingers:
            wanted.setdefault(self.encounter_ids[person], set()).add(column + 1)
        sets = unit.minutiae.of_fingers(wanted, at=at)
        found = [sets.get((self.encounter_ids[p], column + 1)) for p, column in fingers]
        voted = self._voted(found[: len(by_votes)], promise)
        scores = self._matched(found, voted, [at for at, f in enumerate(fingers) if f in chosen])
        return by_minutiae.kept_places(
            self._scores(np.array([p for p, _ in fingers], dtype=np.int64), scores)
        )

    def _most_similar(self) -> tuple[Int64s, Int64s]:
        """Return the person and the column of the most similar fingers, int64 (f,) each."""
        listed = self.similarities[: self.listed]
        flat = np.where(np.isnan(listed), -np.inf, listed).ravel()
        order = np.argsort(-flat, kind="stable")[: self.single.manner.voted]
        order = order[flat[order] > -np.inf]
        people, columns = np.divmod(order, self.similarities.shape[1])
        return people.astype(np.int64), columns.astype(np.int64)

    def _voted(self, sets: Sequence[MinutiaeSet | None], promise: Float64s) -> Float64s:
        """Return float64 (f,): votes and similarity of fingers; NaN for those without minutiae."""
        votes = np.full(len(sets), np.nan)
        votes[[one is not None for one in sets]] = most_votes(
            ballot(set_of(self.single.minutiae)), [ballot(one) for one in sets if one is not None]
        )
        return _VOTED + promise + _standard(votes, votes)

    def _matched(
        self, sets: Sequence[MinutiaeSet | None], voted: Float64s, by_codes: Sequence[int]
    ) -> Float64s:
        """Return the scores of all fingers, float64 (f,), after the best of those voted on, which
        are the first, and those at the places `by_codes` are matched.
        """
        known = np.flatnonzero(~np.isnan(voted))
        best = known[np.argsort(-voted[known], kind="stable")]
        scores = np.full(len(sets), np.nan)
        scores[: len(voted)] = voted
        describe = self.single.tools.describe
        description = describe(set_of(self.single.minutiae))
        for at in {*best[: self.single.manner.matched_by_votes].tolist(), *by_codes}:
            other = sets[at]
            if other is not None:
                found = match(description, describe(other), rotation_limit_rad=math.pi)
                scores[at] = _MATCHED + found.match_score
        return scores

    def _scores(self, people: Int64s, scores: Float64s) -> Float64s:
        """Return float64 (k,): the best finger of each person; NaN if none has minutiae.

        People too far down the list for their minutiae to be read stay behind the others, in their
        order.
        """
        best = -np.arange(len(self.encounter_ids), dtype=np.float64)
        best[people] = np.nan
        np.fmax.at(best, people, scores)
        return best


def _standard(values: npt.NDArray[np.floating], among: npt.NDArray[np.floating]) -> Float64s:
    """Return values in standard deviations from the mean of `among`, float64; NaN stays NaN."""
    known = among[~np.isnan(among)].astype(np.float64)
    if not len(known):
        return values.astype(np.float64)
    return np.asarray((values.astype(np.float64) - known.mean()) / max(known.std(), 1e-12))


WHITENED = f"; whitened {SHIPPED_DIGEST[:16]}"
"""The end of the label of a search's arithmetic. Searches before December 2026 lack it."""


def whitened(single: SingleFinger) -> SingleFinger:
    """Return the finger with the vector of each turn whitened. Raises ModelError."""
    rows = zip(single.turns, shipped_whitening()(single.vectors), strict=True)
    return replace(single, turns=tuple(replace(one, vector=vector) for one, vector in rows))
