"""Every constant of simulated extractions, with its unit.

All were chosen, 2026-11, wide enough to cover plain impressions of cooperative people on optical
and thermal readers. The numbers of missed and false minutiae have the order of magnitude of what
extractors leave out and add on public images. Pixels are pixels at 500 dpi. A pair is the range of
a uniform draw.
"""

from dataclasses import dataclass

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BendingParameters:
    """How a new finger is made from a drawn finger."""

    mirrored_share: float = 0.5
    thinned: Range = (0.0, 0.15)
    """The share of the minutiae that the new finger lacks."""
    added: Range = (0.0, 40.0)
    """The number of further minutiae along the ridges: real fingers have more than drawn ones."""
    added_half_size_px: tuple[float, float] = (180.0, 220.0)
    """Half the sides of the rectangle in which they lie, across and along the finger."""
    bend_px: Range = (4.0, 12.0)
    """Root mean square of a slowly varying displacement."""
    size_sd: float = 0.06
    narrowness_sd: float = 0.05
    lean_sd_rad: float = 0.08


BENDING = BendingParameters()


@dataclass(frozen=True, slots=True)
class ContactParameters:
    """The part of a finger that an impression shows."""

    middle_sd_px: tuple[float, float] = (22.0, 30.0)
    """Across and along the finger."""
    half_width_px: Range = (92.0, 172.0)
    longness: Range = (1.0, 1.55)
    squareness: Range = (2.0, 3.5)
    """Exponent of the superellipse that bounds the contact."""
    cuts: int = 2
    cut_share: float = 0.22
    """The probability of each straight edge."""
    cut_distance_px: Range = (65.0, 145.0)
    lost_patches: int = 3
    lost_share: float = 0.5
    """The probability of each lost patch at the greatest badness."""
    lost_spread_px: tuple[float, float] = (80.0, 100.0)
    lost_radius_px: Range = (12.0, 57.0)


CONTACT = ContactParameters()


@dataclass(frozen=True, slots=True)
class PlacingParameters:
    """The position of an impression in its image."""

    turn_sd_rad: float = 0.25
    bend_px: Range = (1.0, 5.5)
    """Root mean square of the distortion of the skin."""
    size_sd: float = 0.025


PLACING = PlacingParameters()


@dataclass(frozen=True, slots=True)
class ReadingParameters:
    """The faults of a kind of extractor. A pair: the values at badness 0 and at badness 1."""

    missed: Range
    """The share of visible minutiae that are not found."""
    false_share: Range
    """The number of false minutiae for each found minutia: a uniform draw for each impression."""
    place_sd_px: Range
    angle_sd_rad: Range
    turned_share: float
    """The share of minutiae whose direction is reversed."""
    angle_steps: int
    """The number of directions that the extractor distinguishes in a turn; 0: not rounded."""
    true_quality: Range
    """The range of the quality of found minutiae, 0 to 1, at badness 0."""
    false_quality: Range
    quality_loss: float
    """The share of the quality of found minutiae that is lost at badness 1."""


ROUGH = ReadingParameters(
    missed=(0.03, 0.35),
    false_share=(0.15, 1.0),
    place_sd_px=(0.8, 2.6),
    angle_sd_rad=(0.05, 0.20),
    turned_share=0.025,
    angle_steps=32,
    true_quality=(0.30, 0.85),
    false_quality=(0.06, 0.40),
    quality_loss=0.35,
)
"""An extractor that follows the ridges of a black-and-white image, such as MINDTCT."""

FINE = ReadingParameters(
    missed=(0.03, 0.35),
    false_share=(0.02, 0.20),
    place_sd_px=(0.8, 2.6),
    angle_sd_rad=(0.05, 0.20),
    turned_share=0.025,
    angle_steps=0,
    true_quality=(0.60, 0.98),
    false_quality=(0.55, 0.90),
    quality_loss=0.1,
)
"""A learned detector, such as LEADER."""
