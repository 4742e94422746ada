"""Single prints searched in a gallery: by vector, or by vector and votes, then by minutiae.

The first impression of every finger is enrolled, among prints of no person. All others are probes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.printing.extracting import Costs, Print, by_finger
from domain.arrays import Float32s, Int64s
from prints.features.describing import Description, turned
from prints.features.matching import match
from prints.features.parameters import ANY_WAY_RAD, DEPTH, MATCH
from prints.features.tools import feature_tools
from prints.features.vectors import FeatureVectors
from prints.features.voting import Ballot, ballot, most_votes
from prints.features.whitening import Whitening


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """The places of the right finger for p probes; 0 is the first."""

    fingers: Int64s
    """int64 (p,): the finger of each probe, as an index into the enrolled fingers."""
    places: Mapping[str, Int64s]
    """int64 (p,) each. `by_vector`. `in_turns`: by the most similar of the vectors of several
    turns. `whitened`: the same with whitened vectors, as single fingers are looked up.
    `by_minutiae`: after the first `depth` prints were matched; if the finger is not among these,
    the place by vector. `in_depth`: the same, if the first prints are chosen by votes and vector
    together, as single fingers are searched (`service.usecases.searches.in_depth`), but only
    upright."""
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
    at = {(one.data, one.finger): place for place, one in enumerate(enrolled)}
    fingers = [at[one.data, one.finger] for one in probes]
    ballots = [ballot(one.minutiae) for one in gallery]
    maker = feature_tools().vectors()
    places: dict[str, list[int]] = defaultdict(list)
    for probe, finger in zip(probes, fingers, strict=True):
        cosines = vectors @ probe.vector
        nearest = np.argsort(-cosines, kind="stable")
        places["by_vector"].append(int(np.flatnonzero(nearest == finger)[0]))
        for name, whitening in (("in_turns", None), ("whitened", whitenings[probe.data])):
            alike = similarities(probe.description, vectors, maker, ANY_WAY_RAD, whitening)
            places[name].append(int((alike > alike[finger]).sum()))
        with costs.of("vote", min(len(gallery), DEPTH.fingers)):
            voted = likely(ballot(probe.minutiae), ballots, cosines)
        for name, order in (("by_minutiae", nearest), ("in_depth", voted)):
            places[name].append(_place(probe, gallery, order, finger, depth, costs))
    by_name = {name: np.array(found) for name, found in places.items()}
    return Ranks(np.array(fingers, dtype=np.int64), by_name, len(gallery))


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


def joined(
    prints: Sequence[Print],
    distractors: Sequence[Print],
    *,
    fingers: int,
    persons: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Search by vectors with probes of this many fingers among `persons`; return the figures."""
    by_set = by_finger(prints)
    vectors = np.array([one.vector for one in distractors])
    nobody = rng.integers(0, len(vectors), (persons, fingers))
    places = []
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
            places.append(int(np.sum(others >= float(np.sum(enrolled * probe)))))
    first = places.count(0) / len(places)
    return {"probes": len(places), "rank1": first, "worst_place": max(places) + 1}


_FINGER_COUNTS = (1, 2, 4, 10)


def joined_by_fingers(
    prints: Sequence[Print], distractors: Sequence[Print], *, persons: int, seed: int
) -> dict[str, dict[str, Any]]:
    """Return the results of searches by vectors only, by the number of fingers in a probe."""
    rng = np.random.default_rng([seed, 3])
    return {
        str(fingers): joined(prints, distractors, fingers=fingers, persons=persons, rng=rng)
        for fingers in _FINGER_COUNTS
    }
