"""Every constant of the ridge patterns of a finger, with its unit and source.

The constants of an impression are in `impression_parameters`. "Chosen" means set by looking at the
pictures, 2026-11, without measurement. All pixels are pixels at 500 dpi, the resolution of
ANSI/NIST-ITL exchange. A range gives the ends of a uniform draw.
"""

from dataclasses import dataclass
from enum import StrEnum

DPI = 500
"""Pixels per inch: 19.685 px per millimetre."""

FRAME_PX = 512
"""The side of every image, 26 mm, enough for a rolled print of 20 mm x 24 mm."""


class PatternClass(StrEnum):
    """The Henry classes, with whorls split as in "The Science of Fingerprints" (FBI, 1984)."""

    PLAIN_ARCH = "plain arch"
    TENTED_ARCH = "tented arch"
    RADIAL_LOOP = "radial loop"
    ULNAR_LOOP = "ulnar loop"
    PLAIN_WHORL = "plain whorl"
    CENTRAL_POCKET = "central pocket loop"
    DOUBLE_LOOP = "double loop"


@dataclass(frozen=True, slots=True)
class PatternRates:
    """The frequency of each class on one digit. The five shares sum to 1."""

    plain_arch: float
    tented_arch: float
    radial_loop: float
    ulnar_loop: float
    whorl: float


PATTERN_RATES = (
    PatternRates(
        plain_arch=0.030, tented_arch=0.010, radial_loop=0.005, ulnar_loop=0.570, whorl=0.385
    ),
    PatternRates(
        plain_arch=0.070, tented_arch=0.065, radial_loop=0.185, ulnar_loop=0.380, whorl=0.300
    ),
    PatternRates(
        plain_arch=0.050, tented_arch=0.045, radial_loop=0.030, ulnar_loop=0.695, whorl=0.180
    ),
    PatternRates(
        plain_arch=0.018, tented_arch=0.013, radial_loop=0.020, ulnar_loop=0.549, whorl=0.400
    ),
    PatternRates(
        plain_arch=0.017, tented_arch=0.012, radial_loop=0.010, ulnar_loop=0.831, whorl=0.130
    ),
)
"""Thumb, index, middle, ring, little.

Their mean over the digits is the natural frequency used by NIST's PCASYS (Wilson, Candela and
Watson, "Neural network fingerprint classification", 1993, from 222 million prints): arch .037,
tented arch .029, loops .655, whorl .279. The differences between the digits were chosen after the
qualitative findings of Cummins and Midlo ("Finger Prints, Palms and Soles", 1943): most whorls on
ring finger and thumb, nearly all radial loops on the index finger, most arches on the index
finger.
"""

PERSON_SHARE = 0.5
"""Share of the variance of pattern intensity that a person's fingers have in common. Chosen."""

WHORL_SHARES = (
    (PatternClass.PLAIN_WHORL, 0.62),
    (PatternClass.CENTRAL_POCKET, 0.16),
    (PatternClass.DOUBLE_LOOP, 0.22),
)
"""Shares of the kinds of whorl. Chosen."""


@dataclass(frozen=True, slots=True)
class GrowthParameters:
    """Ridges are grown by oriented band-pass filtering of noise, on cells of 2 px."""

    cells: int = 288
    """Side of the grid. 2^5 * 3^2 suits the FFT and leaves a margin around the frame."""
    cell_px: int = 2
    period_cells: float = 4.5
    """Ridge period: 9 px, the middle of what 500 dpi prints show (SFinGe, Cappelli 2003)."""
    radial_sigma: float = 0.035
    """Bandwidth in cycles per cell. A narrower band gives fewer minutiae. Chosen."""
    angular_sigma_rad: float = 0.24
    """Bandwidth of a filter. A wider one repairs cores and deltas, a narrower straightens."""
    orientations: int = 16
    """The number of filters over half a turn. Neighbours are blended linearly."""
    least_response: float = 1e-5
    """Response below which a filter counts as closed. Chosen: no pixel changes sides."""
    rounds: int = 24
    """Rounds of filtering: more remove more minutiae. Chosen for 60-110 minutiae in a frame."""
    gain: float = 2.0
    """Slope of the saturation between rounds. Chosen."""
    evening_px: float = 3.5
    """Blur of the local height by which the finished wave is divided. Chosen."""
    evening_floor: float = 0.12
    """Lower limit that keeps this division from amplifying noise. Chosen."""


GROWTH = GrowthParameters()


@dataclass(frozen=True, slots=True)
class RidgeParameters:
    """Ridge breadth and its variation."""

    period_mean_px: float = 9.0
    """0.46 mm, or 2.2 ridges per mm. Breadths of 0.4 to 0.5 mm are usual in adults (Cummins, Waits
    and McQuitty, American Journal of Anatomy 68, 1941)."""
    period_person_sd_px: float = 0.45
    """Chosen so that 95 % of people have between 2.0 and 2.5 ridges per mm."""
    period_finger_sd_px: float = 0.2
    """Chosen."""
    period_range_px: tuple[float, float] = (7.8, 10.2)
    """1.93 to 2.52 ridges per mm. The draws are clipped to this range."""
    base_widening: float = 0.12
    """Ridges towards the joint crease are about an eighth broader. Chosen."""
    base_from_px: float = 70.0
    """Distance below the frame's middle where the broadening begins, over 40 px. Chosen."""
    base_over_px: float = 40.0
    warp_rms_px: float = 4.0
    """Slow displacement of the pattern, which varies the period over the finger. Chosen."""


RIDGES = RidgeParameters()

DIGIT_SCALE = (1.14, 1.0, 1.03, 0.97, 0.84)
"""Size of the contact relative to an index finger: thumb, index, middle, ring, little. Chosen."""

SCALE_SD = 0.04
"""Spread of this size from person to person. Chosen."""


@dataclass(frozen=True, slots=True)
class PatternGeometry:
    """Where the singular points of a class may lie, for a pattern that faces right. All chosen.

    Complex numbers are x + iy from the middle of the frame, y up. Offsets of deltas are from the
    core, or from the middle between two cores.
    """

    middle: complex
    """Mean place of the core, of the middle between two cores, or of the wave of an arch."""
    middle_sd_px: float
    half_gap_across_px: tuple[float, float] = (0.0, 0.0)
    """Half the distance between two cores, across and up."""
    half_gap_up_px: tuple[float, float] = (0.0, 0.0)
    left_delta_px: tuple[tuple[float, float], tuple[float, float]] | None = None
    """Ranges of the offset of the left delta, across and up. It is the only delta of a loop."""
    right_delta_px: tuple[tuple[float, float], tuple[float, float]] | None = None
    twist_rad: tuple[float, float] = (0.0, 0.0)
    """Turn of the field around the middle, for spirals and the lean of a loop."""
    twist_radius_px: float = 50.0


GEOMETRY = {
    PatternClass.PLAIN_ARCH: PatternGeometry(middle=-15j, middle_sd_px=14.0),
    PatternClass.TENTED_ARCH: PatternGeometry(
        middle=14j, middle_sd_px=12.0, left_delta_px=((-9.0, 9.0), (-95.0, -62.0))
    ),
    PatternClass.ULNAR_LOOP: PatternGeometry(
        middle=30j,
        middle_sd_px=13.0,
        left_delta_px=((-125.0, -72.0), (-150.0, -105.0)),
        twist_rad=(-0.15, 0.15),
        twist_radius_px=45.0,
    ),
    PatternClass.PLAIN_WHORL: PatternGeometry(
        middle=26j,
        middle_sd_px=13.0,
        half_gap_across_px=(-6.0, 6.0),
        half_gap_up_px=(5.0, 20.0),
        left_delta_px=((-128.0, -88.0), (-145.0, -95.0)),
        right_delta_px=((88.0, 128.0), (-145.0, -95.0)),
        twist_rad=(-0.45, 0.45),
        twist_radius_px=55.0,
    ),
    PatternClass.CENTRAL_POCKET: PatternGeometry(
        middle=30j,
        middle_sd_px=12.0,
        half_gap_across_px=(-5.0, 5.0),
        half_gap_up_px=(6.0, 12.0),
        left_delta_px=((-120.0, -85.0), (-140.0, -105.0)),
        right_delta_px=((22.0, 40.0), (-66.0, -48.0)),
    ),
    PatternClass.DOUBLE_LOOP: PatternGeometry(
        middle=20j,
        middle_sd_px=12.0,
        half_gap_across_px=(-24.0, -14.0),
        half_gap_up_px=(20.0, 34.0),
        left_delta_px=((-128.0, -88.0), (-145.0, -95.0)),
        right_delta_px=((88.0, 128.0), (-145.0, -95.0)),
        twist_rad=(-0.75, -0.45),
        twist_radius_px=58.0,
    ),
}
GEOMETRY[PatternClass.RADIAL_LOOP] = GEOMETRY[PatternClass.ULNAR_LOOP]


@dataclass(frozen=True, slots=True)
class FlowParameters:
    """Corrections of the orientation field in addition to the zero-pole model. All chosen."""

    wander_rad: float = 0.07
    """Root mean square of slowly varying random turns."""
    wander_cells: float = 22.0
    """Blur that makes these turns vary slowly, in growth cells."""
    crown_mean_rad: float = 0.42
    """How steeply the ridges fall to the sides near the tip."""
    crown_sd_rad: float = 0.07
    crown_height_px: float = 60.0
    """Height above the middle of the frame at which the fall begins, approximately."""
    crown_depth_px: float = 45.0
    crown_width_px: float = 110.0
    arch_rise_rad: tuple[float, float] = (0.5, 0.85)
    """Steepest slope of a plain arch."""
    arch_width_px: tuple[float, float] = (70.0, 100.0)
    arch_height: float = 1.6
    """Height of the wave of an arch, as a multiple of its width."""
    legs_offset: complex = 85 - 62j
    """Offset from a loop's core to where its legs are turned down, so that they do not fan out."""
    legs_turn_rad: tuple[float, float] = (-0.46, -0.28)
    legs_radius_px: float = 72.0


FLOW = FlowParameters()


@dataclass(frozen=True, slots=True)
class ReadingParameters:
    """Reading minutiae from the thinned ridges."""

    trace_px: int = 9
    """How far a ridge is followed to find its direction: one period."""
    minimum_separation_px: float = 7.0
    """Minimum distance of minutiae, three quarters of a period: closer pairs are breaks, spurs or
    bridges."""
    margin_px: int = 14
    """Minutiae this close to the edge of the frame are ignored."""


READING = ReadingParameters()


@dataclass(frozen=True, slots=True)
class DetailParameters:
    """Sweat pores and creases of the skin."""

    pore_spacing_px: int = 12
    """16 pores per centimetre of ridge. Roddy and Stosz (Proceedings of the IEEE 85(9), 1997) give
    9 to 18, with diameters of 60 to 250 micrometres."""
    pore_sigma_px: float = 1.0
    """About 130 micrometres across at half depth."""
    pore_depth: tuple[float, float] = (0.25, 1.0)
    """Least and greatest lightening in the middle of a pore. Chosen."""
    creases_mean: float = 1.3
    """Mean number of white lines on a finger. This value and the five below are chosen."""
    crease_spread_px: float = 85.0
    crease_length_px: tuple[float, float] = (60.0, 230.0)
    crease_sigma_px: tuple[float, float] = (0.8, 1.5)
    crease_depth: tuple[float, float] = (0.5, 1.1)
    crease_bend_per_px: float = 0.0012
    """Standard deviation of the coefficient of the square term."""
    crease_jitter_px: float = 0.15
    """Standard deviation of the sideways random walk, for each half pixel."""


DETAIL = DetailParameters()
