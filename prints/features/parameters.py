"""Every constant of the features of prints, with its unit and the reason for it.

Lengths are pixels at 500 an inch, where ridges lie about 9 px apart. "Chosen" means set on
principle or on simulated extractions of drawn fingers, 2026-11; no real print was looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DescriptorParameters:
    """The neighbourhood of a minutia, after the Minutia Cylinder-Code.

    R. Cappelli, M. Ferrara, D. Maltoni, "Minutia Cylinder-Code", IEEE TPAMI 32(12), 2010.
    """

    most_minutiae: int = 128
    """The best by quality are described; further ones cost time and are mostly false."""
    radius_px: float = 75.0
    """About eight ridges. The paper has 70."""
    cells: int = 16
    """Along each side of the square round the circle, as in the paper."""
    directions: int = 5
    """Bins of the relative direction; the paper has 6."""
    place_sigma_px: float = 9.0
    """Blur of a neighbour's place: one ridge. The paper has 28 / 3."""
    direction_sigma_rad: float = 0.45
    """Blur of its direction: about the error of extractors, twice over."""
    least_weight: float = 0.1
    """Weight of a neighbour of quality 0; one of quality 100 has 1."""


DESCRIPTOR = DescriptorParameters()


@dataclass(frozen=True, slots=True)
class MatchParameters:
    """The comparison of two descriptions."""

    rotation_limit_rad: float = 1.2
    """Beyond it two prints are not laid on each other, unless the caller asks: nearly 70 degrees,
    more than fingers are turned on a reader or card."""
    least_similarity: float = 0.35
    """Similarity of two neighbourhoods that counts as none: about that of unrelated ones."""
    seeds: int = 64
    """Pairs of minutiae from which placements are proposed."""
    placements: int = 8
    """Proposed placements that are counted out in full."""
    seed_distance_px: float = 12.0
    """Most disagreement of two seeds on a place with which they still support each other."""
    seed_angle_rad: float = 0.5
    """The same for directions."""
    same_group: float = 0.5
    """Pairs that go together better than this propose one placement, not two."""
    place_error_px: float = 4.0
    """Usual error of a place between two prints, skin included."""
    angle_error_rad: float = 0.15
    """Usual error of a direction."""
    rounds: int = 3
    """How often the best placement is fitted to its own pairs, at most."""
    bent_tolerance_px: float = 7.0
    """The same as `place_tolerance_px` once the print is bent to its pairs. Of 5 to 11 the best
    on simulated extractions."""
    bend_reach_px: float = 60.0
    """How far a pair bends its neighbours: a sigma, within which skin moves together."""
    bend_stiffness: float = 0.5
    """Weight of staying in place beside the weights of the pairs around."""
    place_tolerance_px: float = 9.0
    """A ridge: minutiae nearer than that, after placement, may correspond."""
    place_growth: float = 0.06
    """Growth of that tolerance with the distance from the middle of the seeds: skin stretches."""
    angle_tolerance_rad: float = 0.45
    least_pair_weight: float = 0.25
    """Weight of a pair that only its place speaks for; alike neighbourhoods add up to 1."""
    overlap_px: float = 30.0
    """A minutia lies in the other print where that has one so near: about three ridges."""
    overlap_power: float = 1.5
    """Of the agreement for each minutia in the overlap, by which the agreement is multiplied. Of
    0.75 to 2 the best on simulated extractions."""
    least_overlap: float = 8.0
    """Fewer minutiae in the overlap than this are divided by as if they were so many."""


MATCH = MatchParameters()


@dataclass(frozen=True, slots=True)
class VoteParameters:
    """The rough count of minutiae that agree on a placement.

    Chosen on drawn marks and simulated extractions of other fingers than any reported.
    """

    turns: int = 24
    """Cells of a full turn: of 16 to 32 these parted mates and others best for their time."""
    step_px: float = 12.0
    """Side of a cell of shift. Of 10 to 24 the same."""
    reach_px: float = 320.0
    """Shifts beyond are counted as this far: a print is some 500 px high."""
    weight_floor: float = 0.1
    """Added to the quality, 0 to 1, with which a minutia votes. Of 0.1 to 0.6 the best."""


VOTE = VoteParameters()


@dataclass(frozen=True, slots=True)
class DepthParameters:
    """How far a search with one finger goes down the list of the index before it matches."""

    turns_rad: tuple[float, ...] = (-0.6, -0.3, 0.0, 0.3, 0.6)
    """Vectors expect an upright finger; one is looked up in each of these turns."""
    persons: int = 2_000
    """People that the index proposes, by the finger that is most similar in any turn."""
    fingers: int = 6_000
    """How many of their most similar fingers have their minutiae read and vote."""
    matched: int = 200
    """How many of these, the best by votes and similarity together, are matched."""


DEPTH = DepthParameters()

ANY_WAY_RAD = (*DEPTH.turns_rad, math.pi / 2, math.pi, -math.pi / 2)
"""The turns of a finger that is no mark: pictures may lie on a side or upside down."""


@dataclass(frozen=True, slots=True)
class VectorParameters:
    """The vector of a print."""

    least_minutiae: int = 4
    """Fewer have no neighbourhoods worth a vector."""
    weight_floor: float = 0.3
    """Added to the quality, 0 to 1, with which a minutia counts."""
    values: int = 192
    """The index computes exactly up to 260 (ADR 24)."""
    components: int = 32
    """Principal components of the descriptors."""
    words: int = 16
    """Components of the mixture."""
    direction_weight: float = 1.0
    """Weight of the direction on the image beside components of about 1."""
    shrinkage: float = 0.5
    """Shrinkage of the covariance within fingers towards a sphere."""


VECTOR = VectorParameters()

WIDE_DESCRIPTOR = DescriptorParameters(radius_px=150.0, place_sigma_px=20.0)
"""Twice the neighbourhood in twice the coarseness: the view of vectors beside DESCRIPTOR."""
