"""How a finger is placed and touches the surface, how ridges become grey, and the surface."""

import math
from dataclasses import dataclass

import numpy as np
from numpy import fft

from data.synthetic.ridges.fields import (
    Field,
    Warp,
    as_field,
    blur,
    random_warp,
    sample_each,
    smooth_noise,
)
from data.synthetic.ridges.impression_parameters import (
    BACKGROUND,
    EDGE_RAGGEDNESS,
    EDGE_WAVES,
    GRAIN_PX,
    INK,
    LOST_PX,
    LOST_STEEPNESS,
    PLACEMENT,
    PORE_OPENNESS,
    PRESSURE_FINE_PX,
    PRESSURE_SLOW_PX,
    SMUDGE_PX,
    TIP_NARROWING,
    InkParameters,
    PlacementParameters,
    by_quality,
)
from data.synthetic.ridges.master import MasterPrint
from data.synthetic.ridges.parameters import FRAME_PX
from data.synthetic.ridges.streams import Appearance
from domain.prints.prints import ImpressionType

_MIDDLE_PX = np.float32((FRAME_PX - 1) / 2)
_FIXED_POINT_ROUNDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A mapping between an image and the finger's own frame, both 512 x 512 px."""

    rotation_rad: float
    """The turn of the finger on the image, anticlockwise."""
    shift_px: tuple[float, float]
    """Right and down, on the image."""
    contact_middle_px: tuple[float, float]
    """The middle of the contact on the finger, right and down from the middle of its frame."""
    distortion: Warp

    def finger_grid(self) -> tuple[Field, Field]:
        """Return x and y on the finger for every image pixel, float32 (512, 512) each."""
        steps = np.arange(FRAME_PX, dtype=np.float32)
        dx, dy = self.distortion.grid(FRAME_PX)
        x, y = self._set_down(steps[None, :], steps[:, None])
        return x + dx, y + dy

    def finger_at(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        """Return x and y on the finger for points of the image, float32 of the same shape."""
        dx, dy = self.distortion.at(x_px, y_px)
        x, y = self._set_down(x_px, y_px)
        return x + dx, y + dy

    def image_at(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        """Return x and y on the image for points of the finger: the inverse of `finger_at`.

        A distortion is far smaller than a rotation, so repeated correction converges.
        """
        x, y = self._pick_up(x_px, y_px)
        for _ in range(_FIXED_POINT_ROUNDS):
            dx, dy = self.distortion.at(x, y)
            x, y = self._pick_up(x_px - dx, y_px - dy)
        return x, y

    def _set_down(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        cosine, sine = self._turn()
        x = x_px - _MIDDLE_PX - np.float32(self.shift_px[0])
        y = y_px - _MIDDLE_PX - np.float32(self.shift_px[1])
        across, down = self._origin()
        return cosine * x - sine * y + across, sine * x + cosine * y + down

    def _pick_up(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        cosine, sine = self._turn()
        across, down = self._origin()
        x, y = x_px - across, y_px - down
        right, low = cosine * x + sine * y, cosine * y - sine * x
        return (
            right + _MIDDLE_PX + np.float32(self.shift_px[0]),
            low + _MIDDLE_PX + np.float32(self.shift_px[1]),
        )

    def _turn(self) -> tuple[np.float32, np.float32]:
        return np.float32(math.cos(self.rotation_rad)), np.float32(math.sin(self.rotation_rad))

    def _origin(self) -> tuple[np.float32, np.float32]:
        return (
            _MIDDLE_PX + np.float32(self.contact_middle_px[0]),
            _MIDDLE_PX + np.float32(self.contact_middle_px[1]),
        )


def draw_placement(impression_type: ImpressionType, rng: np.random.Generator) -> Placement:
    """Return a random placement of this impression type."""
    parameters = PLACEMENT[impression_type]
    turn, right, down, across, along = rng.standard_normal(5)
    wander_x, wander_y = parameters.wander_sd_px
    return Placement(
        rotation_rad=float(parameters.rotation_sd_rad * turn),
        shift_px=(float(parameters.shift_sd_px * right), float(parameters.shift_sd_px * down)),
        contact_middle_px=(float(wander_x * across), float(wander_y * along)),
        distortion=random_warp(rng, FRAME_PX, parameters.distortion_rms_px),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Inking:
    """The trace of the finger, before the surface is added."""

    ink: Field
    """float32 (512, 512): the amount of ink, from 0 to 1 for full ink."""
    level: Field
    """float32 (512, 512): the level above which the ridge wave counts as ridge, without fine
    detail; 0 is even pressure."""
    kept: Field
    """float32 (512, 512): 1 where ridges show, 0 where they are lost."""


def draw_inking(
    master: MasterPrint, placement: Placement, appearance: Appearance, rng: np.random.Generator
) -> Inking:
    """Return the ink of a master print in this placement, before an outline is applied."""
    parameters = INK[appearance.impression_type]
    quality = appearance.quality
    skin = (master.ridges, master.pores, master.creases)
    ridges, pores, creases = sample_each(skin, *placement.finger_grid())
    level = _level(parameters, quality, rng)
    fine = by_quality(parameters.pressure_fine, quality)
    specks = np.float32(fine) * smooth_noise(rng, FRAME_PX, PRESSURE_FINE_PX)
    softness = np.float32(by_quality(parameters.softness, quality))
    ink = _step(as_field((ridges - level - specks) / softness))
    # Pores fill up under pressure. Creases nearly always show.
    openness = np.clip(np.float32(PORE_OPENNESS) + level, 0.0, 1.0)
    ink *= (1.0 - openness * pores) * (1.0 - creases)
    lost_share = by_quality(parameters.lost_share, quality)
    if lost_share <= 0.0:
        return Inking(ink, level, np.ones_like(ink))
    kept = _kept(lost_share, rng)
    return Inking(ink * kept + blur(ink, SMUDGE_PX) * (1.0 - kept), level, kept)


def _level(parameters: InkParameters, quality: int, rng: np.random.Generator) -> Field:
    whole = by_quality(parameters.pressure_sd, quality) * float(rng.standard_normal())
    slow = by_quality(parameters.pressure_slow, quality)
    patches = np.float32(slow) * smooth_noise(rng, FRAME_PX, PRESSURE_SLOW_PX)
    return as_field(patches + np.float32(whole))


def _kept(lost_share: float, rng: np.random.Generator) -> Field:
    """Return 1 where ridges show and 0 in patches that make up about `lost_share`."""
    patches = smooth_noise(rng, FRAME_PX, LOST_PX)
    cut = np.quantile(patches, lost_share)
    return _step((patches - np.float32(cut)) * np.float32(LOST_STEEPNESS))


def _step(wave: Field) -> Field:
    """Return a smooth step: 0 far below zero, 1 far above."""
    return as_field(0.5 + 0.5 * np.tanh(wave))


_EDGE_ANGLES = 256


def draw_contact(
    impression_type: ImpressionType,
    placement: Placement,
    *,
    scale: float,
    rng: np.random.Generator,
) -> Field:
    """Return float32 (512, 512): 1 where the finger touches, 0 elsewhere, with a soft edge.

    `scale`: size of the finger relative to an index finger. The outline is a superellipse,
    narrower towards the tip, with an irregular edge.
    """
    parameters = PLACEMENT[impression_type]
    size = scale * float(rng.normal(1.0, parameters.size_sd))
    x, y = _contact_frame(placement)
    radius = _superellipse(x / size, y / size, parameters)
    wobble = _edge_wobble(np.arctan2(y, x), parameters.edge_roughness, rng)
    ragged = smooth_noise(rng, FRAME_PX, sigma_px=parameters.edge_width_px)
    depth_px = (1.0 + wobble - radius) * np.float32(size * parameters.half_width_px)
    depth = depth_px / np.float32(parameters.edge_width_px) + np.float32(EDGE_RAGGEDNESS) * ragged
    return as_field(0.5 + 0.5 * np.tanh(depth))


def _contact_frame(placement: Placement) -> tuple[Field, Field]:
    """Return x and y of each pixel, from the contact's middle and along the finger's axes."""
    x, y = placement.finger_grid()
    middle = (FRAME_PX - 1) / 2
    return (
        x - np.float32(middle + placement.contact_middle_px[0]),
        y - np.float32(middle + placement.contact_middle_px[1]),
    )


def _superellipse(x: Field, y: Field, parameters: PlacementParameters) -> Field:
    towards_tip = np.clip(-y / np.float32(parameters.half_height_px), -1.0, 1.0)
    width = np.float32(parameters.half_width_px) * (1.0 - TIP_NARROWING * towards_tip)
    tip, joint = parameters.squareness
    power = np.where(y < 0.0, np.float32(tip), np.float32(joint))
    across = np.abs(x / width) ** power
    along = np.abs(y / np.float32(parameters.half_height_px)) ** power
    return as_field((across + along) ** (1.0 / power))


def _edge_wobble(angle_rad: Field, roughness: float, rng: np.random.Generator) -> Field:
    """Return a smooth random function of the angle around the contact, with this deviation."""
    frequencies = np.arange(1, EDGE_WAVES + 1)
    phases = rng.uniform(0.0, 2.0 * np.pi, size=frequencies.size)
    weights = rng.standard_normal(frequencies.size) / frequencies**1.5
    angles = np.linspace(-np.pi, np.pi, _EDGE_ANGLES)
    waves = weights[:, None] * np.cos(frequencies[:, None] * angles[None, :] + phases[:, None])
    wobble = waves.sum(axis=0)
    wobble *= roughness / max(float(wobble.std()), 1e-9)
    return as_field(np.interp(angle_rad, angles, wobble))


def draw_grain(rng: np.random.Generator, grain: float) -> Field:
    """Return float32 (512, 512), grey levels around 0: the noise of sensor or paper."""
    return np.float32(grain) * smooth_noise(rng, FRAME_PX, GRAIN_PX)


def draw_surface(rng: np.random.Generator) -> Field:
    """Return float32 (512, 512), greys around 0: a surface with mottle, fibres and strokes."""
    heading_rad = float(rng.uniform(0.0, np.pi))
    blur_px, length_px = BACKGROUND.fibre_px
    fibres = smear(smooth_noise(rng, FRAME_PX, blur_px), heading_rad, length_px)
    surface = BACKGROUND.fibres * fibres / fibres.std()
    for spread, sigma_px in zip(BACKGROUND.mottle, BACKGROUND.mottle_px, strict=True):
        surface += spread * smooth_noise(rng, FRAME_PX, sigma_px)
    for _ in range(int(rng.poisson(BACKGROUND.strokes_mean))):
        surface += _stroke(rng, heading_rad)
    return as_field(surface)


def smear(field: Field, heading_rad: float, length_px: float) -> Field:
    """Return `field` blurred along a line, as if the finger had slid.

    `length_px`: standard deviation of the blur. `heading_rad`: anticlockwise from the x axis.
    """
    down = fft.fftfreq(field.shape[0])[:, None]
    across = fft.rfftfreq(field.shape[1])[None, :]
    along = across * np.cos(heading_rad) - down * np.sin(heading_rad)
    response = np.exp(-2.0 * (np.pi * length_px * along) ** 2).astype(np.float32)
    return as_field(fft.irfft2(fft.rfft2(field) * response, s=field.shape))


def _stroke(rng: np.random.Generator, heading_rad: float) -> Field:
    """Return one long, faint line of varying strength, roughly along the grain."""
    angle_rad = heading_rad + float(rng.normal(0.0, BACKGROUND.stroke_turn_sd_rad))
    offset_px = float(rng.uniform(-0.5, 0.5)) * FRAME_PX
    width_px = float(rng.uniform(*BACKGROUND.stroke_width_px))
    level = float(rng.normal(0.0, BACKGROUND.stroke_level_sd))
    steps = np.arange(FRAME_PX, dtype=np.float32) - (FRAME_PX - 1) / 2
    across = steps[None, :] * np.sin(angle_rad) + steps[:, None] * np.cos(angle_rad) - offset_px
    fade = np.clip(smooth_noise(rng, FRAME_PX, BACKGROUND.stroke_fade_px), 0.0, 1.0)
    return as_field(level * np.exp(-0.5 * (across / width_px) ** 2) * fade)
