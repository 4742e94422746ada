"""Compares two descriptions, and explains the score by pairs, placement and overlap.

Pairs of similar neighbourhoods propose placements of one print on the other. The placements that
other pairs support are evaluated in full: minutiae that fall on each other are counted, each with
one partner, and counted again after the print is bent as skin bends. The result does not depend on
the order of minutiae. If the two prints are exchanged, so is the result.
"""

import math
from dataclasses import dataclass

import numpy as np

from domain.arrays import Float32s, Int64s
from prints.features import placing
from prints.features.describing import Description
from prints.features.parameters import MATCH


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """The comparison of print a with print b."""

    match_score: float
    """0 or more, without a unit; higher means more agreement. The score has no meaning as evidence
    until a model is fitted on prints of the same kind."""
    pairs: Int64s
    """int64 (p, 2), ascending: the corresponding minutiae, as positions in what was described."""
    weights: Float32s
    """float32 (p,): the contribution of each pair to the agreement."""
    rotation_rad: float
    """Anticlockwise, -pi to pi: the angle by which a is turned to lie on b, before it is bent."""
    shift_px: tuple[float, float]
    """The distance by which a moves after the turn, right and down, in pixels at 500 per inch."""
    overlap: tuple[int, int]
    """The numbers of described minutiae of a and of b in the area where both have minutiae."""

    @property
    def pair_count(self) -> int:
        """The number of corresponding minutiae."""
        return len(self.pairs)


def match(
    a: Description, b: Description, *, rotation_limit_rad: float = MATCH.rotation_limit_rad
) -> Match:
    """Return the comparison of two prints. A `rotation_limit_rad` of pi allows any rotation.

    Prints with fewer than two minutiae match nothing. Thread-safe.
    """
    if _rank(b) < _rank(a):
        return _exchanged(_matched(b, a, rotation_limit_rad))
    return _matched(a, b, rotation_limit_rad)


def _matched(a: Description, b: Description, rotation_limit_rad: float) -> Match:
    if min(len(a), len(b)) < 2:
        return _NOTHING
    rotations_rad = placing.wrapped(b.angles_rad[None, :] - a.angles_rad[:, None])
    prints = placing.Prints(
        placing.points_of(a), placing.points_of(b), rotations_rad, placing.similarities(a, b)
    )
    seeds = placing.best_seeds(prints.alike, rotations_rad, rotation_limit_rad)
    if not len(seeds.firsts):
        return _NOTHING
    rigid = _settled(
        prints, placing.best_pairing(prints, placing.proposed_placements(a, b, seeds))
    )
    return _told(a, b, prints, rigid)


def _settled(prints: placing.Prints, pairing: placing.Pairing) -> placing.Pairing:
    """Refit the placement to all pairs and pair again, for as long as the total rises."""
    for _ in range(MATCH.rounds):
        turns_rad = prints.rotations_rad[pairing.firsts, pairing.seconds]
        weights = pairing.weights.astype(np.float64)[None, :]
        placement = placing.fitted(
            weights, prints.from_a[pairing.firsts], prints.on_b[pairing.seconds], turns_rad
        )
        again = placing.best_pairing(prints, placement)
        if again.total <= pairing.total:
            break
        pairing = again
    return pairing


def _told(a: Description, b: Description, prints: placing.Prints, rigid: placing.Pairing) -> Match:
    pairing = placing.bent_pairing(prints, rigid)
    nearest_px = _nearest_px(pairing.places, prints.on_b)
    pairs = np.stack([a.sources[pairing.firsts], b.sources[pairing.seconds]], axis=1)
    order = np.lexsort(pairs.T[::-1])
    shift = complex(rigid.places[0] - rigid.turn * prints.from_a[0])
    return Match(
        match_score=_match_score(pairing.total, *map(_shared, nearest_px)),
        pairs=pairs[order],
        weights=pairing.weights[order],
        rotation_rad=float(np.angle(rigid.turn)),
        shift_px=(shift.real, -shift.imag),
        overlap=(_count_within(nearest_px[0]), _count_within(nearest_px[1])),
    )


def _match_score(agreement: float, of_a: float, of_b: float) -> float:
    """Return the match score: the agreement, increased if it is a larger part of the possible
    agreement. `of_a`, `of_b`: the minutiae that both prints could share.
    """
    shared = max(math.sqrt(of_a * of_b), MATCH.least_overlap)
    return float(agreement * (agreement / shared) ** MATCH.overlap_power)


def _nearest_px(places: placing.Points, on_b: placing.Points) -> tuple[Float32s, Float32s]:
    """Return how far the nearest minutia of the other print is from each of a and of b."""
    gaps_px = np.abs(places.astype(np.complex64)[:, None] - on_b.astype(np.complex64))
    return gaps_px.min(axis=1), gaps_px.min(axis=0)


def _count_within(nearest_px: Float32s) -> int:
    return int((nearest_px < MATCH.overlap_px).sum())


def _shared(nearest_px: Float32s) -> float:
    """Return how many minutiae lie in the other print. At the edge they count in part, because the
    last bit of a place must not decide.
    """
    beyond = (nearest_px - np.float32(MATCH.overlap_px)) / np.float32(MATCH.overlap_edge_px)
    return float(np.clip(0.5 - beyond, 0.0, 1.0).sum(dtype=np.float64))


def _exchanged(found: Match) -> Match:
    pairs = found.pairs[:, ::-1]
    order = np.lexsort(pairs.T[::-1])
    back = -complex(found.shift_px[0], -found.shift_px[1]) * np.exp(-1j * found.rotation_rad)
    return Match(
        match_score=found.match_score,
        pairs=pairs[order],
        weights=found.weights[order],
        rotation_rad=-found.rotation_rad,
        shift_px=(float(back.real), -float(back.imag)),
        overlap=found.overlap[::-1],
    )


def _rank(description: Description) -> tuple[int, bytes, bytes, bytes]:
    """Return the key that decides which of the two prints is laid on the other.

    Qualities come before places, because a print that moves must not change its part.
    """
    return (
        len(description),
        description.weights.tobytes(),
        description.places_px.tobytes(),
        description.angles_rad.tobytes(),
    )


_NOTHING = Match(
    match_score=0.0,
    pairs=np.zeros((0, 2), dtype=np.int64),
    weights=np.zeros(0, dtype=np.float32),
    rotation_rad=0.0,
    shift_px=(0.0, 0.0),
    overlap=(0, 0),
)
