"""Placements of one print on another, and the minutiae that meet there, each with one partner.

Points are complex numbers, x + iy, so a placement is z -> turn * z + shift.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Float32s, Float64s, Int64s
from prints.features.describing import Description
from prints.features.parameters import MATCH

Points = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """h ways to lay print a on print b."""

    turns: Points
    """complex128 (h,), of absolute value 1: the rotations."""
    shifts: Points
    """complex128 (h,)."""
    middles: Points
    """complex128 (h,): the middle, on a, of the supporting pairs, where it is most exact."""

    def moved(self, points: Points) -> Points:
        """Return complex128 (h, n): the positions on b of points of a, (n,)."""
        return np.asarray(self.turns[:, None] * points[None, :] + self.shifts[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """t pairs of minutiae with similar neighbourhoods, the most similar first."""

    firsts: Int64s
    """int64 (t,): indices into a."""
    seconds: Int64s
    """int64 (t,): indices into b."""
    similarities: Float32s
    """float32 (t,), above 0."""


def points_of(description: Description) -> Points:
    """Return the places as complex128 (n,)."""
    return np.asarray(description.places_px[:, 0] + 1j * description.places_px[:, 1])


def wrapped(angles_rad: Float64s) -> Float64s:
    """Return the angles, wrapped to lie between -pi and pi."""
    return np.asarray(angles_rad - 2 * np.pi * np.rint(angles_rad / (2 * np.pi)))


def similarities(a: Description, b: Description) -> Float32s:
    """Return float32 (n, m): from 0 for unrelated neighbourhoods to 1 for equal neighbourhoods."""
    cosines = a.descriptors @ b.descriptors.T
    floor = np.float32(MATCH.least_similarity)
    return np.asarray(np.maximum((cosines - floor) / (1 - floor), np.float32(0)))


def best_seeds(alike: Float32s, rotations_rad: Float64s, limit_rad: float) -> Seeds:
    """Return the most similar pairs that turn the print by no more than the limit.

    `alike`: float32 (n, m); `rotations_rad`: float64 (n, m), between -pi and pi.
    """
    allowed = np.where(np.abs(rotations_rad) <= limit_rad, alike, np.float32(0)).ravel()
    count = min(MATCH.seeds, len(allowed))
    candidates = np.sort(np.argpartition(-allowed, count - 1)[:count])
    ranked = candidates[np.argsort(-allowed[candidates], kind="stable")]
    ranked = ranked[allowed[ranked] > 0]
    firsts, seconds = np.divmod(ranked, alike.shape[1])
    return Seeds(firsts, seconds, allowed[ranked])


def proposed_placements(a: Description, b: Description, seeds: Seeds) -> Placements:
    """Return the placements that the seeds support most, at most MATCH.placements."""
    from_a, on_b = points_of(a)[seeds.firsts], points_of(b)[seeds.seconds]
    turns_rad = wrapped(b.angles_rad[seeds.seconds] - a.angles_rad[seeds.firsts])
    agreement = _agreement(seeds, from_a, on_b, turns_rad) * seeds.similarities[None, :]
    return fitted(_leaders(agreement), from_a, on_b, turns_rad)


def fitted(weights: Float64s, from_a: Points, on_b: Points, turns_rad: Float64s) -> Placements:
    """Return the rigid placements of least squares, one for each row of weights.

    `weights`: float64 (h, t), each row with a positive sum. The other arguments describe the t
    pairs: their places, and the turn between their directions. Errors of place and direction are
    weighted by MATCH.place_error_px and MATCH.angle_error_rad.
    """
    totals = weights.sum(axis=1)
    middles_a, middles_b = weights @ from_a / totals, weights @ on_b / totals
    # sum w conj(a - ma) (b - mb), expanded so that no (h, t) differences are needed
    places = weights @ (np.conj(from_a) * on_b) - totals * np.conj(middles_a) * middles_b
    arm_px = MATCH.place_error_px / MATCH.angle_error_rad
    both = places + arm_px**2 * (weights @ np.exp(1j * turns_rad))
    turns = both / np.maximum(np.abs(both), 1e-12)
    return Placements(turns, middles_b - turns * middles_a, middles_a)


def _agreement(seeds: Seeds, from_a: Points, on_b: Points, turns_rad: Float64s) -> Float64s:
    """Return float64 (t, t), 0 to 1: how well two pairs agree. A pair agrees with itself by 1.

    The distance between the two minutiae on either print, the direction of this distance as seen
    from the first minutia, and the turns of the two pairs are compared. These are the invariants
    of a rigid motion.
    """
    apart_a, apart_b = from_a[None, :] - from_a[:, None], on_b[None, :] - on_b[:, None]
    distances = np.abs(apart_a)
    stretched = np.abs(distances - np.abs(apart_b)) / (
        MATCH.seed_distance_px + MATCH.place_growth * distances
    )
    bearing_rad = np.angle(apart_b * np.conj(apart_a)) - turns_rad[:, None]
    bearing = np.abs(wrapped(bearing_rad)) / MATCH.seed_angle_rad
    turned = np.abs(wrapped(turns_rad[None, :] - turns_rad[:, None])) / MATCH.seed_angle_rad
    shares = [np.maximum(1.0 - off, 0.0) for off in (stretched, bearing, bearing.T, turned)]
    agreement: Float64s = shares[0] * np.sqrt(shares[1] * shares[2]) * shares[3]
    same = (seeds.firsts[:, None] == seeds.firsts) | (seeds.seconds[:, None] == seeds.seconds)
    agreement[same] = 0.0
    np.fill_diagonal(agreement, 1.0)
    return agreement


def _leaders(agreement: Float64s) -> Float64s:
    """Return rows of `agreement`, (h, t): the best supported pairs, each of another group."""
    support = agreement.sum(axis=1)
    rows = []
    for _ in range(min(MATCH.placements, len(support))):
        leader = int(np.argmax(support))
        if support[leader] <= 0.0:
            break
        rows.append(agreement[leader])
        support[agreement[leader] > MATCH.same_group * agreement[leader, leader]] = 0.0
        support[leader] = 0.0
    return np.array(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Two prints in the form that pairing needs."""

    from_a: Points
    """complex128 (n,): the minutiae of a."""
    on_b: Points
    """complex128 (m,): the minutiae of b."""
    rotations_rad: Float64s
    """float64 (n, m), between -pi and pi: from a minutia's direction in a to a minutia's in b."""
    alike: Float32s
    """float32 (n, m), 0 to 1: the similarity of the neighbourhoods."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """The p pairs under one placement."""

    firsts: Int64s
    """int64 (p,): indices into a, ascending."""
    seconds: Int64s
    """int64 (p,): indices into b, each once."""
    weights: Float32s
    """float32 (p,), above 0."""
    places: Points
    """complex128 (n,): where all minutiae of a lie on b."""
    turn: complex

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(self.weights.sum(dtype=np.float64))


def best_pairing(prints: Prints, placements: Placements) -> Pairing:
    """Return the pairing with the highest total. In a tie, the first placement's."""
    reach_px = np.abs(prints.from_a[None, :] - placements.middles[:, None])
    tolerance_px = MATCH.place_tolerance_px + MATCH.place_growth * reach_px
    return _best(prints, placements.moved(prints.from_a), placements.turns, tolerance_px)


def bent_pairing(prints: Prints, pairing: Pairing) -> Pairing:
    """Return the pairing after print a is bent so that the pairs around each minutia fit.

    A pair does not bend its own minutia: the place of each minutia follows from the other pairs,
    so that chance pairs gain nothing.
    """
    paired = pairing.places[pairing.firsts]
    offsets = prints.on_b[pairing.seconds] - paired
    gaps_px = np.abs(pairing.places[:, None] - paired[None, :])
    pulls = np.exp(-0.5 * (gaps_px / MATCH.bend_reach_px) ** 2) * pairing.weights
    pulls[pairing.firsts, np.arange(len(paired))] = 0.0
    bent = pairing.places + (pulls @ offsets) / (pulls.sum(axis=1) + MATCH.bend_stiffness)
    tolerance_px = np.full((1, len(bent)), MATCH.bent_tolerance_px)
    return _best(prints, bent[None, :], np.array([pairing.turn]), tolerance_px)


def _best(prints: Prints, places: Points, turns: Points, tolerance_px: Float64s) -> Pairing:
    highest, partners, mutual = _mutual(_weights(prints, places, turns, tolerance_px))
    best = int(np.argmax((highest * mutual).sum(axis=1)))
    firsts = mutual[best].nonzero()[0]
    return Pairing(
        firsts, partners[best][firsts], highest[best][firsts], places[best], complex(turns[best])
    )


def _weights(prints: Prints, places: Points, turns: Points, tolerance_px: Float64s) -> Float32s:
    """Return float32 (h, n, m): the weight of each pair of minutiae, 0 if they do not meet."""
    gaps = places.astype(np.complex64)[:, :, None] - prints.on_b.astype(np.complex64)
    off = np.abs(gaps) / tolerance_px.astype(np.float32)[:, :, None]
    turned = (
        prints.rotations_rad.astype(np.float32) - np.angle(turns).astype(np.float32)[:, None, None]
    )
    np.abs(turned, out=turned)
    np.minimum(turned, np.float32(2 * np.pi) - turned, out=turned)
    turned /= np.float32(MATCH.angle_tolerance_rad)
    worth = MATCH.least_pair_weight + prints.alike
    weights = (1 - 0.5 * off) * (1 - 0.5 * turned) * worth
    weights[(off > 1) | (turned > 1)] = 0.0
    return np.asarray(weights, dtype=np.float32)


def _mutual(weights: Float32s) -> tuple[Float32s, Int64s, Bools]:
    """Return three (h, n): each minutia's highest weight, its partner, whether that is mutual."""
    partners = weights.argmax(axis=2)
    highest = weights.max(axis=2)
    chosen = weights.argmax(axis=1)[np.arange(len(weights))[:, None], partners]
    mutual = (highest > 0) & (chosen == np.arange(weights.shape[1]))
    return highest, partners, mutual
