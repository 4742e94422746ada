"""Pairs minutiae that fall on each other under a placement. Each minutia has at most one
partner.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prints.features.parameters import MATCH
from prints.features.placing import Doubles, Floats, Placements, Points


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Two prints in the form that pairing needs."""

    from_a: Points
    """complex128 (n,): the minutiae of a."""
    on_b: Points
    """complex128 (m,): the minutiae of b."""
    rotations_rad: Doubles
    """float64 (n, m), between -pi and pi: from the direction of a minutia in a to that of a
    minutia in b.
    """
    alike: Floats
    """float32 (n, m), 0 to 1: the similarity of the neighbourhoods."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """The p pairs under one placement."""

    firsts: npt.NDArray[np.int64]
    """int64 (p,): indices into a, ascending."""
    seconds: npt.NDArray[np.int64]
    """int64 (p,): indices into b, each once."""
    weights: Floats
    """float32 (p,), above 0."""
    places: Points
    """complex128 (n,): where all minutiae of a lie on b."""
    turn: complex

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(self.weights.sum(dtype=np.float64))


def best_pairing(prints: Prints, placements: Placements) -> Pairing:
    """Return the pairing with the highest total. If several totals are equal, the first placement
    is used.
    """
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


def _best(prints: Prints, places: Points, turns: Points, tolerance_px: Doubles) -> Pairing:
    highest, partners, mutual = _mutual(_weights(prints, places, turns, tolerance_px))
    best = int(np.argmax((highest * mutual).sum(axis=1)))
    firsts = mutual[best].nonzero()[0]
    return Pairing(
        firsts, partners[best][firsts], highest[best][firsts], places[best], complex(turns[best])
    )


def _weights(prints: Prints, places: Points, turns: Points, tolerance_px: Doubles) -> Floats:
    """Return float32 (h, n, m): the weight of each pair of minutiae; 0 if they do not fall on each
    other.
    """
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


def _mutual(weights: Floats) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return three arrays (h, n): the highest weight of each minutia, its partner, and whether the
    choice is mutual.
    """
    partners = weights.argmax(axis=2)
    highest = weights.max(axis=2)
    chosen = weights.argmax(axis=1)[np.arange(len(weights))[:, None], partners]
    mutual = (highest > 0) & (chosen == np.arange(weights.shape[1]))
    return highest, partners, mutual
