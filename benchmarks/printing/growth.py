"""How much of what a full comparison finds the lists of a mark search hold, as the gallery grows.

No distractor influences the place of another, so that a sample of them tells the place of a finger
in a gallery of any size: the share of the sample that comes before it, times the size. How often
it is first by a full comparison needs smaller shares than a sample has: they follow from the
scores of the best tenth of the sample, whose tail is taken as exponential.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product, starmap
from typing import Any, NamedTuple

import numpy as np

from benchmarks.printing.extracting import Costs, Extracting, Print
from benchmarks.printing.ranking import similarities
from domain.arrays import AnyArray, Bools, Float32s, Float64s, Int64s, UInt8s
from domain.conversion.acceptance import interval
from domain.errors import UnreadablePrintError
from domain.prints.captures import FINGER_COUNT
from domain.prints.minutiae import NOMINAL_PPI, MinutiaeSet
from indexing.codes.columns import ANY_FINGER, no_codes
from indexing.searching.by_codes import CodedFinger, code_similarities, scores_of
from prints.features.codes import codes_of
from prints.features.describing import Description, describe
from prints.features.matching import match
from prints.features.parameters import CODE, DEPTH, VECTOR
from prints.features.tools import feature_tools
from prints.features.voting import Ballot, ballot, most_votes
from service.ports.print_reading import GreyImage

Sample = tuple[str, int, int]
"""Set, finger and impression number."""

SIZES = (2_000, 20_000, 100_000, 1_000_000)
"""Fingers in the gallery."""
_FULLY_COMPARED = 300
"""Distractors whose minutiae are matched with each mark."""
_TAIL = 0.1
"""The share of their scores from which the share of higher scores is estimated."""


class Voters(NamedTuple):
    """The fingers on a list."""

    gallery: int
    """The number of fingers in the gallery."""
    most: int
    """The number of fingers that may vote."""

    @property
    def share(self) -> float:
        """The share of the gallery's fingers that vote.

        They are the most similar fingers of so many people, whose places their best finger
        decides.
        """
        people = min(1.0, DEPTH.persons * FINGER_COUNT / self.gallery)
        by_person = 1 - float((1 - people) ** (1 / FINGER_COUNT))
        return min(1.0, self.most / self.gallery, by_person)


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of distractors that come before a mark's finger, or with it, in each order."""

    vector: float
    """By the similarity of vectors, in any turn."""
    score: float
    """By the score of a full comparison."""
    codes: float
    """By the codes of minutiae."""
    promise: dict[Voters, float]
    """By votes and similarity together, of those who vote."""


LISTS = tuple(starmap(Voters, product(SIZES, (DEPTH.fingers, CODE.voted))))
_NOT_FOUND = Shares(1.0, 1.0, 1.0, dict.fromkeys(LISTS, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """A gallery of the fingers of marks, and after these of distractors."""

    known: Sequence[tuple[str, int]]
    """The set and number of the fingers of marks."""
    descriptions: Sequence[Description]
    """Of the fingers of marks, and of the distractors that are compared fully."""
    vectors: Float32s
    ballots: Sequence[Ballot]
    codes: UInt8s
    """As `indexing` holds them: uint8 (g, 1, m, 16)."""

    def shares(self, sample: Sample, minutiae: MinutiaeSet, costs: Costs) -> Shares:
        """Return what comes before the finger of a mark."""
        mark, first = describe(minutiae), len(self.known)
        if len(mark) < VECTOR.least_minutiae:
            return _NOT_FOUND
        true = self.known.index(sample[:2])
        with costs.of("vectors"):
            vectors = feature_tools().vectors()
            alike = similarities(mark, self.vectors, vectors, DEPTH.turns_rad)
        with costs.of("codes"):
            alike_by_codes = self._by_codes(minutiae)
        compared = [self.descriptions[true], *self.descriptions[first:]]
        with costs.of("match", len(compared)):
            found = [match(mark, one, rotation_limit_rad=math.pi) for one in compared]
        scores = np.array([one.match_score for one in found])
        return Shares(
            vector=_share(alike[first:], alike[true]),
            score=tail_share(scores[1:], scores[0]),
            codes=_share(alike_by_codes[first:], alike_by_codes[true]),
            promise=self._promises(ballot(minutiae), true, alike, costs),
        )

    def _by_codes(self, minutiae: MinutiaeSet) -> Int64s:
        """Return the scores of all fingers by codes, as the index counts them, int64 (g,)."""
        alike = code_similarities(
            [CodedFinger(ANY_FINGER, codes_of(minutiae))],
            self.codes,
            np.full(len(self.codes), ANY_FINGER, dtype=np.uint16),
            places=np.arange(len(self.codes), dtype=np.int64),
            near_bits=CODE.near_bits,
        )
        return scores_of(np.maximum(alike, 0))

    def _promises(
        self, mine: Ballot, true: int, alike: Float32s, costs: Costs
    ) -> dict[Voters, float]:
        """Return the share of the distractors on each list that promise as much."""
        first = len(self.known)
        order = first + np.argsort(-alike[first:], kind="stable")
        lists = {}
        for voters in LISTS:
            among = order[order < first + voters.gallery]
            most = max(1, round(voters.share * len(among)))
            lists[voters] = np.append(true, among[:most])
        asked = np.unique(np.concatenate(list(lists.values())))
        votes = np.zeros(len(alike))
        with costs.of("vote", len(asked)):
            votes[asked] = most_votes(mine, [self.ballots[at] for at in asked.tolist()])
        found = {}
        for voters, listed in lists.items():
            seen, similar = votes[listed], alike[listed] / alike.std()
            promise = similar + (seen - seen.mean()) / max(seen.std(), 1e-12)
            found[voters] = _share(promise[1:], promise[0])
        return found


def growth_of(known: Sequence[Print], distractors: Sequence[MinutiaeSet], costs: Costs) -> Growth:
    """Return the gallery of these prints and distractors, with all that its lists need."""
    vectors = feature_tools().vectors()
    described = [one.description for one in known]
    made = [one.vector for one in known]
    every = [*(one.minutiae for one in known), *distractors]
    codes = no_codes(len(every), 1, CODE.minutiae)
    for at, minutiae in enumerate(every):
        with costs.of("code"):
            own = codes_of(minutiae)
        codes[at, 0, : len(own)] = own
    # Descriptions are large: only those that are compared again are kept.
    for minutiae in distractors:
        one = describe(minutiae)
        made.append(vectors.of_description(one))
        if len(described) < len(known) + _FULLY_COMPARED:
            described.append(one)
    ballots = [ballot(one) for one in every]
    names = [(one.data, one.finger) for one in known]
    return Growth(names, described, np.array(made), ballots, codes)


def read_shares(
    growth: Growth, marks: Iterable[tuple[Sample, GreyImage]], reading: Extracting, costs: Costs
) -> list[Shares]:
    """Return what comes before the finger of each mark. Everything does if nothing is read."""
    found = []
    for sample, grey in marks:
        try:
            minutiae = reading.minutiae(grey, float(NOMINAL_PPI))
        except UnreadablePrintError:
            found.append(_NOT_FOUND)
        else:
            found.append(growth.shares(sample, minutiae, costs))
    return found


def _share(others: AnyArray, own: Any) -> float:
    return float((others >= own).mean())


def tail_share(others: Float64s, own: float) -> float:
    """Return the share of scores as high as one: counted, or in the tail estimated."""
    ordered = np.sort(others)
    tail = ordered[-max(1, round(_TAIL * len(ordered))) :]
    if own <= tail[0]:
        return float((others >= own).mean())
    mean_excess = max(float((tail - tail[0]).mean()), 1e-12)
    return _TAIL * math.exp(-float(own - tail[0]) / mean_excess)


def told(found: Sequence[Shares]) -> list[dict[str, Any]]:
    """Return the figures of a gallery of each size."""
    return [_told(found, size) for size in SIZES]


def _told(found: Sequence[Shares], size: int) -> dict[str, Any]:
    first = np.array([math.exp(-size * one.score) for one in found])
    among20 = [_at_most(19, size * one.score) for one in found]
    codes = np.array([one.codes * size for one in found])
    whole, short = Voters(size, DEPTH.fingers), Voters(size, CODE.voted)
    of_codes, of_votes = codes < CODE.matched, DEPTH.matched - CODE.matched
    ways = {
        "nearest_6000": np.array([one.vector <= DEPTH.fingers / size for one in found]),
        "list": np.array([one.vector <= whole.share for one in found]),
        "list_matched": _by_votes(found, whole, DEPTH.matched),
        "codes_matched": codes < DEPTH.matched,
        "half_of_each_6000_votes": _by_votes(found, whole, of_votes) | of_codes,
        "half_of_each": _by_votes(found, short, of_votes) | of_codes,
    }
    likely = first >= 0.5
    told = {"fingers": size, "marks": len(found), "full_first": float(first.mean())}
    told |= {"full_20": float(np.mean(among20)), "likely_first": int(likely.sum())}
    held = {name: int((one & likely).sum()) for name, one in ways.items()}
    within = {f"{name}_interval": interval(one, int(likely.sum())) for name, one in held.items()}
    return told | held | within


def _by_votes(found: Sequence[Shares], voters: Voters, most: int) -> Bools:
    """Return for each mark whether its finger is among the `most` that its voters choose."""
    places = np.array([one.promise[voters] * voters.share * voters.gallery for one in found])
    return np.array([one.vector <= voters.share for one in found]) & (places < most)


def _at_most(count: int, expected: float) -> float:
    """Return the probability of so many or fewer events, of which so many are expected."""
    logs = [k * math.log(max(expected, 1e-12)) - math.lgamma(k + 1) for k in range(count + 1)]
    return min(1.0, sum(math.exp(one - expected) for one in logs))
