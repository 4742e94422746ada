"""Every constant of an impression, with its unit: placement, inking and visibility.

All were set by looking at the pictures, 2026-11, without measurement. If a publication gave the
order of magnitude, it is cited. Pixels are pixels at 500 dpi. A pair is the value at quality 100
and at quality 0 (`by_quality`).
"""

from dataclasses import dataclass

from domain.prints.prints import ImpressionType


@dataclass(frozen=True, slots=True)
class PlacementParameters:
    """The placement of a finger, by impression type."""

    rotation_sd_rad: float
    shift_sd_px: float
    distortion_rms_px: float
    """Plastic distortion of the skin. Cappelli, Maio and Maltoni (ICAPR 2001) show up to about
    a ridge period and a half between two plain impressions."""
    wander_sd_px: tuple[float, float]
    """Offset of the middle of the contact from the middle of the finger, across and down."""
    half_width_px: float
    half_height_px: float
    size_sd: float
    """Standard deviation of the size of the contact, as a fraction of the size."""
    squareness: tuple[float, float]
    """Exponent of the superellipse that bounds the contact, towards the tip and towards the
    joint: 2 is an ellipse, 4 nearly a box."""
    edge_roughness: float
    """Root mean square wobble of the edge, as a fraction of the radius."""
    edge_width_px: float
    """Width over which the ink fades out."""


TIP_NARROWING = 0.10
"""The fraction by which the contact is narrower at the tip than half-way, broader at the joint."""

EDGE_WAVES = 7
"""The number of waves that make the contact's outline uneven: lower with frequency."""

EDGE_RAGGEDNESS = 0.6
"""How far noise breaks up the edge, in widths of the edge."""

PLACEMENT = {
    ImpressionType.ROLLED: PlacementParameters(
        rotation_sd_rad=0.06,
        shift_sd_px=5.0,
        distortion_rms_px=4.5,
        wander_sd_px=(4.0, 5.0),
        half_width_px=194.0,
        half_height_px=212.0,
        size_sd=0.03,
        squareness=(2.7, 5.0),
        edge_roughness=0.014,
        edge_width_px=3.0,
    ),
    ImpressionType.PLAIN: PlacementParameters(
        rotation_sd_rad=0.12,
        shift_sd_px=11.0,
        distortion_rms_px=3.0,
        wander_sd_px=(6.0, 9.0),
        half_width_px=142.0,
        half_height_px=188.0,
        size_sd=0.06,
        squareness=(2.2, 2.8),
        edge_roughness=0.03,
        edge_width_px=6.0,
    ),
    ImpressionType.LATENT: PlacementParameters(
        rotation_sd_rad=0.45,
        shift_sd_px=14.0,
        distortion_rms_px=5.5,
        wander_sd_px=(38.0, 50.0),
        half_width_px=118.0,
        half_height_px=148.0,
        size_sd=0.18,
        squareness=(2.0, 2.0),
        edge_roughness=0.15,
        edge_width_px=16.0,
    ),
}
"""Rolled: about 20 x 21.5 mm, nail to nail. Plain: 14 x 19 mm. Latent: a third of a print."""


@dataclass(frozen=True, slots=True)
class InkParameters:
    """How ridges are turned into grey levels, by impression type."""

    paper_level: float
    """Grey level of the bare surface, from 0 (black) to 255."""
    contrast: tuple[float, float]
    """Difference in grey levels between the bare surface and full ink."""
    softness: tuple[float, float]
    """Width of the step from valley to ridge, in units of the ridge wave. If large: smeared."""
    pressure_sd: tuple[float, float]
    """Spread, from capture to capture, of the level above which the wave counts as ridge. Below 0,
    ridges are broad (wet, pressed); above 0, thin (dry, light)."""
    pressure_slow: tuple[float, float]
    """The same spread over the contact, in patches of about 60 px."""
    pressure_fine: tuple[float, float]
    """The same spread in specks of about 2 px: ragged edges and broken ridges."""
    lost_share: tuple[float, float]
    """Share of the contact in which no ridge can be seen; none if the value is below 0."""
    grain: tuple[float, float]
    """Root mean square of sensor or paper noise, in grey levels."""


INK = {
    ImpressionType.ROLLED: InkParameters(
        paper_level=243.0,
        contrast=(186.0, 150.0),
        softness=(0.42, 0.75),
        pressure_sd=(0.08, 0.34),
        pressure_slow=(0.16, 0.50),
        pressure_fine=(0.10, 0.72),
        lost_share=(-0.08, 0.20),
        grain=(3.0, 9.0),
    ),
    ImpressionType.PLAIN: InkParameters(
        paper_level=243.0,
        contrast=(186.0, 140.0),
        softness=(0.42, 0.75),
        pressure_sd=(0.08, 0.38),
        pressure_slow=(0.14, 0.50),
        pressure_fine=(0.10, 0.76),
        lost_share=(-0.08, 0.20),
        grain=(3.0, 9.0),
    ),
    ImpressionType.LATENT: InkParameters(
        paper_level=178.0,
        contrast=(128.0, 70.0),
        softness=(0.50, 0.95),
        pressure_sd=(0.12, 0.30),
        pressure_slow=(0.24, 0.60),
        pressure_fine=(0.22, 0.85),
        lost_share=(-0.02, 0.34),
        grain=(4.0, 9.0),
    ),
}

PRESSURE_SLOW_PX = 22.0
"""The blur that makes the patches of pressure."""

PRESSURE_FINE_PX = 1.1
"""The blur that makes the specks of pressure."""

LOST_PX = 15.0
"""The blur that makes the patches in which ridges are lost."""

LOST_STEEPNESS = 1.6
"""How abruptly such a patch begins, in standard deviations of the noise from which it is made."""

PORE_OPENNESS = 0.6
"""How white pores are at even pressure. Heavier pressure fills them."""

SMUDGE_PX = 3.6
"""The blur of the ink in such a patch: enough to level ridges of 9 px."""


@dataclass(frozen=True, slots=True)
class BackgroundParameters:
    """The surface on which a latent lies, and its effects, in grey levels."""

    mottle: tuple[float, float] = (10.0, 5.0)
    """Spread of the coarse and of the fine mottle."""
    mottle_px: tuple[float, float] = (40.0, 6.0)
    """Blur of the coarse and of the fine mottle."""
    fibres: float = 3.0
    fibre_px: tuple[float, float] = (0.8, 14.0)
    """Blur in all directions, then along the grain."""
    strokes_mean: float = 5.0
    """Mean number of brush or scratch lines."""
    stroke_level_sd: float = 18.0
    stroke_turn_sd_rad: float = 0.35
    """Spread of the direction of strokes around the direction of the grain."""
    stroke_width_px: tuple[float, float] = (0.8, 5.0)
    stroke_fade_px: float = 30.0
    smear_share: float = 0.5
    """Share of the ink that is smeared. The rest stays in place."""
    smear_px: tuple[float, float] = (0.5, 6.0)
    """Length by which the finger slides, at quality 100 and at quality 0."""


BACKGROUND = BackgroundParameters()

GRAIN_PX = 0.6
"""Blur of sensor or paper noise."""


@dataclass(frozen=True, slots=True)
class VisibilityParameters:
    """Which minutiae of the master a capture shows, and how accurately."""

    miss_share: tuple[float, float] = (0.02, 0.25)
    """Share of minutiae missed anywhere, at quality 100 and at quality 0."""
    contact_floor: float = 0.6
    """The least contact, 0 to 1, at which a minutia is seen."""
    pressure_limit: float = 0.9
    """The greatest deviation of the ridge level from even pressure at which a minutia is seen."""
    jitter_px: tuple[float, float] = (0.3, 1.6)
    """Root mean square error of a place in each direction."""
    jitter_rad: tuple[float, float] = (0.02, 0.14)


VISIBILITY = VisibilityParameters()


QUALITY_POWER = 1.4
"""An exponent above 1: as quality falls from 100, prints at first get worse slowly."""


def by_quality(ends: tuple[float, float], quality: int) -> float:
    """Return the value at this quality, between `ends[0]` at 100 and `ends[1]` at 0."""
    good, bad = ends
    badness = float((1.0 - quality / 100.0) ** QUALITY_POWER)
    return good + (bad - good) * badness
