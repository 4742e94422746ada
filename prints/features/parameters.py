"""Every constant used to compute print features, with its unit and the reason for its value.

Lengths are in pixels at 500 pixels per inch, where ridges lie about 9 px apart. "Chosen" means set
on principle, or from simulated extractions of synthetic fingers (November 2026). No real print was
used.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DescriptorParameters:
    """The neighbourhood of a minutia, after the Minutia Cylinder-Code.

    R. Cappelli, M. Ferrara, D. Maltoni, "Minutia Cylinder-Code", IEEE TPAMI 32(12), 2010.
    """

    most_minutiae: int = 128
    """Only this many, the best by quality, are described. More cost time and are mostly false."""
    radius_px: float = 75.0
    """About eight ridges. The paper has 70."""
    cells: int = 16
    """The number of cells along each side of the square around the circle, as in the paper."""
    directions: int = 5
    """Bins of the relative direction. The paper has 6."""
    place_sigma_px: float = 9.0
    """Blur of a neighbour's place: about one ridge. The paper has 28 / 3."""
    direction_sigma_rad: float = 0.45
    """Blur of a neighbour's direction: about twice the error of extractors."""
    least_weight: float = 0.1
    """The weight of a neighbour of quality 0. A neighbour of quality 100 has a weight of 1."""


DESCRIPTOR = DescriptorParameters()


@dataclass(frozen=True, slots=True)
class MatchParameters:
    """The comparison of two descriptions."""

    rotation_limit_rad: float = 1.2
    """The largest rotation by which two prints are laid on each other, unless the caller asks for
    another: nearly 70 degrees, more than fingers are turned on a reader or card."""
    least_similarity: float = 0.35
    """The similarity of neighbourhoods that counts as 0: about that of unrelated ones."""
    seeds: int = 64
    """The number of pairs of minutiae from which placements are proposed."""
    placements: int = 8
    """The number of proposed placements that are evaluated in full."""
    seed_distance_px: float = 12.0
    """The largest disagreement about a place at which two seeds still support each other."""
    seed_angle_rad: float = 0.5
    """The largest disagreement about a direction at which two seeds still support each other."""
    same_group: float = 0.5
    """Pairs that agree better than this propose one placement, not two."""
    place_error_px: float = 4.0
    """The usual difference of a place between two prints, including the effect of skin."""
    angle_error_rad: float = 0.15
    """The usual difference of a direction between two prints."""
    rounds: int = 3
    """The highest number of times the best placement is refitted to its own pairs."""
    bent_tolerance_px: float = 7.0
    """The tolerance `place_tolerance_px` after the print is bent to its pairs. Of the values from
    5 to 11, this gave the best results on simulated extractions."""
    bend_reach_px: float = 60.0
    """How far a pair bends its surroundings: a sigma within which skin moves together."""
    bend_stiffness: float = 0.5
    """The weight of staying in place, relative to the weights of the pairs around."""
    place_tolerance_px: float = 9.0
    """One ridge. Minutiae that are closer than this after placement may correspond."""
    place_growth: float = 0.06
    """Growth of that tolerance with distance from the seeds' middle: skin stretches."""
    angle_tolerance_rad: float = 0.45
    least_pair_weight: float = 0.25
    """The weight of a pair that only its place supports. Similar neighbourhoods add up to 1."""
    overlap_px: float = 30.0
    """A minutia lies in the other print if that has one this close: about three ridges."""
    overlap_edge_px: float = 10.0
    """Around `overlap_px`, the width over which a minutia counts less and less: one ridge."""
    overlap_power: float = 1.5
    """The power of the agreement per minutia in the overlap, by which the agreement is multiplied.
    Of the values from 0.75 to 2, this gave the best results on simulated extractions."""
    least_overlap: float = 8.0
    """If fewer minutiae than this are in the overlap, the agreement is divided by this."""


MATCH = MatchParameters()


@dataclass(frozen=True, slots=True)
class VoteParameters:
    """The rough count of minutiae that agree on a placement.

    Chosen on drawn marks and simulated extractions of fingers that are used in no reported
    results.
    """

    turns: int = 24
    """Cells in a full turn. From 16 to 32, this separated mates from others best for its time."""
    step_px: float = 12.0
    """The side of a cell of shift. From 10 to 24, this separated them best for its time."""
    reach_px: float = 320.0
    """Larger shifts count as this far. A print is about 500 px high."""
    weight_floor: float = 0.1
    """Added to the quality, 0 to 1, to give the weight of a minutia's vote. Of the values from 0.1
    to 0.6, this was the best."""


VOTE = VoteParameters()


@dataclass(frozen=True, slots=True)
class DepthParameters:
    """How many candidates of the index a search with one finger examines, and matches."""

    turns_rad: tuple[float, ...] = (-0.6, -0.3, 0.0, 0.3, 0.6)
    """Vectors expect an upright finger, so a finger is looked up in each of these turns."""
    persons: int = 2_000
    """How many people the index proposes, by the finger most similar in any turn."""
    fingers: int = 6_000
    """The number of their most similar fingers whose minutiae are read and vote."""
    matched: int = 200
    """The number of these fingers, the best by votes and similarity together, that are matched."""


DEPTH = DepthParameters()

ANY_WAY_RAD = (*DEPTH.turns_rad, math.pi / 2, math.pi, -math.pi / 2)
"""The turns of a finger that is no mark: pictures may lie on a side or upside down."""


@dataclass(frozen=True, slots=True)
class CodeParameters:
    """Codes of neighbourhoods and the fingers they choose in a search in depth, by ADR 133."""

    minutiae: int = 48
    """The number of minutiae of a finger that are coded, the best by quality. With 64, no mark of
    those on which codes were chosen is found better."""
    near_bits: int = 36
    """Neighbourhoods whose codes differ in more of their 128 bits are not alike at all."""
    matched: int = 100
    """The number of fingers that codes choose to be matched: half of `DEPTH.matched`."""
    voted: int = 2_000
    """The number of fingers that vote beside codes, instead of `DEPTH.fingers`."""


CODE = CodeParameters()


@dataclass(frozen=True, slots=True)
class VectorParameters:
    """The vector of a print."""

    least_minutiae: int = 4
    """Prints with fewer minutiae have no neighbourhoods that make a useful vector."""
    weight_floor: float = 0.3
    """Added to the quality, 0 to 1, to give the weight of a minutia."""
    values: int = 192
    """The number of values. The index computes exactly up to 260 (ADR 24)."""
    components: int = 32
    """The number of principal components of the descriptors."""
    words: int = 16
    """The number of components of the mixture."""
    direction_weight: float = 1.0
    """The weight of the direction on the image, relative to components of about 1."""
    shrinkage: float = 0.5
    """Shrinkage of the covariance within fingers towards a sphere."""


VECTOR = VectorParameters()

WIDE_DESCRIPTOR = DescriptorParameters(radius_px=150.0, place_sigma_px=20.0)
"""Twice DESCRIPTOR's neighbourhood at half its detail: the second that vectors use."""
