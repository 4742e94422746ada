"""Single prints searched in a gallery: by vector, or by vector and votes, then by minutiae.

The first impression of every finger is enrolled, among prints of no person. All others are probes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.printing.extracting import Costs, Print, by_finger
from domain.arrays import Float32s, Float64s, Int64s
from prints.features.describing import Description, turned
from prints.features.matching import match
from prints.features.parameters import ANY_WAY_RAD, DEPTH, MATCH
from prints.features.tools import feature_tools
from prints.features.vectors import FeatureVectors
from prints.features.voting import Ballot, ballot, most_votes
from prints.features.whitening import Whitening

SHORT_LIST = 20


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """The places of the right finger for p probes; 0 is the first."""

    fingers: Int64s
    """int64 (p,): the finger of each probe, as an index into the enrolled fingers."""
    by_vector: Int64s
    """int64 (p,): places by vector."""
    in_turns: Int64s
    """int64 (p,): places by the most similar of the vectors of several turns."""
    whitened: Int64s
    """int64 (p,): the same with whitened vectors, as single fingers are looked up."""
    by_minutiae: Int64s
    """int64 (p,): places after the first `depth` prints were matched. If the finger is not among
    these, the place by vector."""
    in_depth: Int64s
    """int64 (p,): the same, if the first prints are chosen by votes and vector together, as single
    fingers are searched (`service.usecases.searches.in_depth`), but only upright."""
    gallery: int


def ranked(
    probes: Sequence[Print],
    enrolled: Sequence[Print],
    distractors: Sequence[Print],
    whitenings: Mapping[str, Whitening],
    *,
    depth: int,
    costs: Costs,
) -> Ranks:
    """Return places for probes: their fingers are in `enrolled`, their sets in `whitenings`."""
    gallery = [*enrolled, *distractors]
    vectors = np.array([one.vector for one in gallery])
    places = {(one.data, one.finger): place for place, one in enumerate(enrolled)}
    fingers = np.array([places[one.data, one.finger] for one in probes], dtype=np.int64)
    ballots = [ballot(one.minutiae) for one in gallery]
    maker = feature_tools().vectors()
    in_turns: list[int] = []
    whitened: list[int] = []
    by_vector, by_minutiae, in_depth = [], [], []
    for probe, finger in zip(probes, fingers.tolist(), strict=True):
        nearest = np.argsort(-(vectors @ probe.vector), kind="stable")
        by_vector.append(int(np.flatnonzero(nearest == finger)[0]))
        for known, whitening in ((in_turns, None), (whitened, whitenings[probe.data])):
            alike = similarities(probe.description, vectors, maker, ANY_WAY_RAD, whitening)
            known.append(int((alike > alike[finger]).sum()))
        by_minutiae.append(_place(probe, gallery, nearest, finger, depth, costs))
        with costs.of("vote", min(len(gallery), DEPTH.fingers)):
            voted = likely(ballot(probe.minutiae), ballots, vectors @ probe.vector)
        in_depth.append(_place(probe, gallery, voted, finger, depth, costs))
    return Ranks(
        fingers,
        np.array(by_vector),
        np.array(in_turns),
        np.array(whitened),
        np.array(by_minutiae),
        np.array(in_depth),
        len(gallery),
    )


def similarities(
    description: Description,
    gallery: Float32s,
    vectors: FeatureVectors,
    turns_rad: Sequence[float],
    whitening: Whitening | None = None,
) -> Float32s:
    """Return float32 (n,): for each vector of a gallery, the highest similarity in any turn."""
    turns = np.array([vectors.of_description(turned(description, angle)) for angle in turns_rad])
    if whitening is not None:
        turns = whitening(turns)
    return np.asarray((gallery @ turns.T).max(axis=1))


def likely(
    mine: Ballot, ballots: Sequence[Ballot], similarities: npt.NDArray[np.floating]
) -> Int64s:
    """Return the most promising prints by votes and similarity, int64 (<= DEPTH.fingers,)."""
    asked = np.argsort(-similarities, kind="stable")[: DEPTH.fingers]
    votes = most_votes(mine, [ballots[place] for place in asked.tolist()])
    promise = (similarities - similarities.mean()) / similarities.std()
    scores = promise[asked] + (votes - votes.mean()) / max(float(votes.std()), 1e-12)
    return np.asarray(asked[np.argsort(-scores, kind="stable")])


def _place(
    probe: Print, gallery: Sequence[Print], nearest: Int64s, finger: int, depth: int, costs: Costs
) -> int:
    """Return the place of a finger after the first prints are matched, or before if it is not
    among them.
    """
    found = np.flatnonzero(nearest == finger)
    place = int(found[0]) if len(found) else len(gallery)
    if place >= depth:
        return place
    chosen = nearest[:depth].tolist()
    with costs.of("match", len(chosen)):
        return place_among(probe.description, gallery, chosen, finger) or 0


def place_among(
    description: Description,
    gallery: Sequence[Print],
    chosen: Sequence[int],
    finger: int,
    *,
    limit_rad: float = MATCH.rotation_limit_rad,
) -> int | None:
    """Return how many others of the chosen prints match as well as a finger; None without it."""
    scores = {
        at: match(description, gallery[at].description, rotation_limit_rad=limit_rad).match_score
        for at in chosen
    }
    if finger not in scores:
        return None
    return sum(score >= scores[finger] for at, score in scores.items() if at != finger)


_PROBES_EACH = 20


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Probes of several fingers, searched only by vectors."""

    places: Int64s
    """int64 (p,): the place of the right person, 0 for the first."""
    own: Float64s
    """float64 (p,): the sum of the cosines with the right person, over the square root of their
    number."""
    highest: Float64s
    """float64 (p,): the same for the most similar other person."""

    def told(self) -> dict[str, Any]:
        """Return the figures in the form that is printed."""
        return {
            "probes": len(self.places),
            "rank1": float((self.places < 1).mean()),
            "worst_place": int(self.places.max()) + 1,
            "own_similarity_least": float(self.own.min()),
            "other_similarity_highest": float(self.highest.max()),
        }


def joined(
    prints: Sequence[Print],
    distractors: Sequence[Print],
    *,
    fingers: int,
    persons: int,
    rng: np.random.Generator,
) -> Joined:
    """Search with probes of this many fingers among `persons`."""
    by_set = by_finger(prints)
    vectors = np.array([one.vector for one in distractors])
    nobody = rng.integers(0, len(vectors), (persons, fingers))
    rows = []
    for views in by_set.values():
        for _ in range(_PROBES_EACH):
            order = rng.permutation(len(views))[:fingers].tolist()
            chosen = [list(views.values())[number] for number in order]
            enrolled = np.array([finger[0].vector for finger in chosen])
            probe = np.array(
                [finger[int(rng.integers(1, len(finger)))].vector for finger in chosen]
            )
            cosines = probe @ vectors.T
            others = cosines[np.arange(len(chosen))[:, None], nobody[:, : len(chosen)].T].sum(0)
            own = float(np.sum(enrolled * probe))
            rows.append((int(np.sum(others >= own)), own, float(others.max())))
    places, own_sums, highest = zip(*rows, strict=True)
    root = math.sqrt(fingers)
    return Joined(np.array(places), np.array(own_sums) / root, np.array(highest) / root)


_FINGER_COUNTS = (1, 2, 4, 10)


def joined_by_fingers(
    prints: Sequence[Print], distractors: Sequence[Print], *, persons: int, seed: int
) -> dict[str, dict[str, Any]]:
    """Return the results of searches by vectors only, by the number of fingers in a probe."""
    rng = np.random.default_rng([seed, 3])
    return {
        str(fingers): joined(prints, distractors, fingers=fingers, persons=persons, rng=rng).told()
        for fingers in _FINGER_COUNTS
    }
