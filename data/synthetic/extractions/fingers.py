"""Drawn fingers, bent, mirrored and thinned into new ones, as extractors would read them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.extractions.faults import BENDING, CONTACT, PLACING, ReadingParameters
from data.synthetic.ridges.fields import Field, Warp, as_field, blur, random_warp
from data.synthetic.ridges.master import MasterPrint
from data.synthetic.ridges.parameters import DPI, FRAME_PX
from domain.arrays import Bools, Float64s, Intps, UInt8s
from domain.prints.minutiae import MINUTIA_KINDS, MinutiaeSet

_AHEAD_PX = 3.0

_MIDDLE_PX = (FRAME_PX - 1) / 2
Points = npt.NDArray[np.complex128]

Motion = Callable[[Points], Points]


def bent(skin: Skin, rng: np.random.Generator) -> Skin:
    """Return the minutiae of a new finger, with the ridge flow of the old finger.

    The finger is bent more than skin ever is, so it counts as another person's finger.
    """
    points, angles_rad, kinds = _other_minutiae(skin, rng)
    size, narrowness = 1 + BENDING.size_sd * rng.normal(), 1 + BENDING.narrowness_sd * rng.normal()
    lean = np.exp(1j * BENDING.lean_sd_rad * rng.normal())
    mirrored = rng.random() < BENDING.mirrored_share
    warp = random_warp(rng, FRAME_PX, float(rng.uniform(*BENDING.bend_px)))

    def motion(z: Points) -> Points:
        moved = displaced(warp, z)
        across = -moved.real if mirrored else moved.real
        return np.asarray(lean * size * (across * narrowness + 1j * moved.imag / narrowness))

    places, turned_rad = carried(motion, points, angles_rad)
    return Skin(places, turned_rad, kinds, skin.flow_rad)


def carried(motion: Motion, points: Points, angles_rad: Float64s) -> tuple[Points, Float64s]:
    """Return points and directions after a motion; a direction follows from a point ahead."""
    places = motion(points)
    ahead = motion(points + _AHEAD_PX * np.exp(1j * angles_rad))
    return places, np.angle(ahead - places)


def displaced(warp: Warp, points: Points) -> Points:
    """Return points moved by a warp of the frame, measured from the middle of the frame."""
    dx, dy = warp.at(as_field(points.real + _MIDDLE_PX), as_field(_MIDDLE_PX - points.imag))
    return np.asarray(points + dx - 1j * dy)


def _other_minutiae(
    skin: Skin, rng: np.random.Generator
) -> tuple[Points, Float64s, np.ndarray[tuple[int], np.dtype[np.uint8]]]:
    kept = rng.random(len(skin.points)) >= rng.uniform(*BENDING.thinned)
    count = int(rng.uniform(*BENDING.added))
    half_width_px, half_height_px = BENDING.added_half_size_px
    added = rng.uniform(-half_width_px, half_width_px, count) + 1j * rng.uniform(
        -half_height_px, half_height_px, count
    )
    return (
        np.concatenate([skin.points[kept], added]),
        np.concatenate([skin.angles_rad[kept], along_either_way(skin, added, rng)]),
        np.concatenate([skin.kind_codes[kept], rng.integers(0, 2, count, dtype=np.uint8)]),
    )


def along_either_way(skin: Skin, points: Points, rng: np.random.Generator) -> Float64s:
    """Return float64 (n,): directions along the ridges, both ways equally likely."""
    return skin.along_ridges_rad(points) + np.pi * rng.integers(0, 2, len(points))


MARGIN_PX = 40.0
"""Distance from the outermost minutia to the edge of the image."""


def framed(
    points: Points, angles_rad: Float64s, kinds: UInt8s, qualities: Float64s
) -> MinutiaeSet:
    """Return minutiae as a set in an image that extends MARGIN_PX beyond the outermost minutiae.

    `points`: complex128 (n,), y upwards, from any origin; `angles_rad`: float64 (n,); `kinds`:
    uint8 (n,); `qualities`: float64 (n,), 0 to 1.
    """
    across, down = points.real, -points.imag
    if len(points):
        across = across - across.min() + MARGIN_PX
        down = down - down.min() + MARGIN_PX
    sides = [
        math.ceil(float(column.max(initial=0.0)) + MARGIN_PX) + 1 for column in (across, down)
    ]
    return MinutiaeSet(
        np.stack([across, down], axis=1).astype(np.float32),
        np.mod(angles_rad, math.tau).astype(np.float32),
        kinds.astype(np.uint8),
        np.rint(100 * np.clip(qualities, 0, 1)).astype(np.uint8),
        sides[0],
        sides[1],
        DPI,
    )


FLOW_STEP_PX = 8
_FLOW_BLUR_PX = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """n minutiae and the ridge flow. Coordinates are from the finger's middle, y upwards."""

    points: Points
    """complex128 (n,): x + iy, in pixels at 500 dpi."""
    angles_rad: Float64s
    """float64 (n,): anticlockwise."""
    kind_codes: UInt8s
    """uint8 (n,): index into `domain.prints.minutiae.MINUTIA_KINDS`."""
    flow_rad: Field
    """float32 (64, 64): the ridges' orientation at every FLOW_STEP_PX, highest row first."""

    def along_ridges_rad(self, points: Points) -> Float64s:
        """Return float64 (n,): ridge directions at points, (n,); beyond the frame, at its edge."""
        column = _steps(points.real + _MIDDLE_PX, self.flow_rad.shape[1])
        row = _steps(_MIDDLE_PX - points.imag, self.flow_rad.shape[0])
        return self.flow_rad[row, column].astype(np.float64)


def skin_of(master: MasterPrint) -> Skin:
    """Return the minutiae and the ridge flow of a drawn finger."""
    minutiae = master.minutiae
    return Skin(
        np.array([m.x_px - _MIDDLE_PX + 1j * (_MIDDLE_PX - m.y_px) for m in minutiae], complex),
        np.array([m.angle_rad for m in minutiae], dtype=np.float64),
        np.array([MINUTIA_KINDS.index(m.kind) for m in minutiae], dtype=np.uint8),
        _flow_rad(master.ridges),
    )


def _steps(position_px: Float64s, count: int) -> Intps:
    return np.clip(position_px / FLOW_STEP_PX, 0, count - 1).astype(np.intp)


def _flow_rad(ridges: Field) -> Field:
    """Return the direction across the strongest change of grey, averaged with doubled angles."""
    down, right = np.gradient(ridges)
    squared = (right - 1j * down) ** 2
    doubled = blur(as_field(squared.real), _FLOW_BLUR_PX) + 1j * blur(
        as_field(squared.imag), _FLOW_BLUR_PX
    )
    half = FLOW_STEP_PX // 2
    across_rad = 0.5 * np.angle(doubled[half::FLOW_STEP_PX, half::FLOW_STEP_PX])
    return as_field(across_rad + np.pi / 2)


_FALSE_TRIED = 300
"""The number of places tried for false minutiae. Only some of them lie in the contact."""


def simulated_extraction(
    skin: Skin, extractor: ReadingParameters, rng: np.random.Generator
) -> MinutiaeSet:
    """Return the minutiae that an extractor reads from one impression of a finger."""
    badness = float(rng.random())
    true, false = _seen(skin, extractor, badness, rng)
    points = np.concatenate([skin.points[true], false])
    angles_rad = np.concatenate([skin.angles_rad[true], along_either_way(skin, false, rng)])
    kinds = np.concatenate([skin.kind_codes[true], rng.integers(0, 2, len(false), dtype=np.uint8)])
    qualities = np.concatenate(
        [
            rng.uniform(*extractor.true_quality, int(true.sum()))
            * (1 - extractor.quality_loss * badness),
            rng.uniform(*extractor.false_quality, len(false)),
        ]
    )
    places, turned_rad = _laid_down(points, angles_rad, rng)
    places, turned_rad = _misread(places, turned_rad, extractor, badness=badness, rng=rng)
    return framed(places, turned_rad, kinds, qualities)


def _seen(
    skin: Skin, extractor: ReadingParameters, badness: float, rng: np.random.Generator
) -> tuple[Bools, Points]:
    """Return which minutiae are found, bool (n,), and the positions of false minutiae."""
    tried = rng.uniform(-FRAME_PX / 2, FRAME_PX / 2, (2, _FALSE_TRIED))
    places = tried[0] + 1j * tried[1]
    shown = _shown(np.concatenate([skin.points, places]), badness, rng)
    n = len(skin.points)
    true = shown[:n] & (rng.random(n) >= _between(extractor.missed, badness))
    wanted = round(float(rng.uniform(*extractor.false_share)) * int(true.sum()))
    return true, places[shown[n:]][:wanted]


def _shown(points: Points, badness: float, rng: np.random.Generator) -> Bools:
    """Return bool (n,): the minutiae that are within the contact and outside lost patches."""
    middle = complex(*(np.array(CONTACT.middle_sd_px) * rng.normal(size=2)))
    half_width_px = rng.uniform(*CONTACT.half_width_px)
    half_height_px = half_width_px * rng.uniform(*CONTACT.longness)
    power = rng.uniform(*CONTACT.squareness)
    off = points - middle
    shown = (np.abs(off.real) / half_width_px) ** power + (
        np.abs(off.imag) / half_height_px
    ) ** power < 1
    for _ in range(CONTACT.cuts):
        towards = np.exp(-1j * rng.uniform(0, math.tau))
        distance_px = rng.uniform(*CONTACT.cut_distance_px)
        if rng.random() < CONTACT.cut_share:
            shown &= (off * towards).real < distance_px
    for _ in range(CONTACT.lost_patches):
        spot = complex(*(np.array(CONTACT.lost_spread_px) * rng.normal(size=2)))
        radius_px = rng.uniform(*CONTACT.lost_radius_px)
        if rng.random() < CONTACT.lost_share * badness:
            shown &= np.abs(off - spot) > radius_px
    return np.asarray(shown)


def _laid_down(
    points: Points, angles_rad: Float64s, rng: np.random.Generator
) -> tuple[Points, Float64s]:
    warp = random_warp(rng, FRAME_PX, float(rng.uniform(*PLACING.bend_px)))
    motion = (1 + PLACING.size_sd * rng.normal()) * np.exp(1j * PLACING.turn_sd_rad * rng.normal())
    return carried(lambda z: np.asarray(motion * displaced(warp, z)), points, angles_rad)


def _misread(
    places: Points,
    angles_rad: Float64s,
    extractor: ReadingParameters,
    *,
    badness: float,
    rng: np.random.Generator,
) -> tuple[Points, Float64s]:
    n = len(places)
    errors = rng.normal(size=(3, n))
    place_sd_px = _between(extractor.place_sd_px, badness)
    moved = places + place_sd_px * (errors[0] + 1j * errors[1])
    turned = angles_rad + _between(extractor.angle_sd_rad, badness) * errors[2]
    turned = turned + np.pi * (rng.random(n) < extractor.turned_share)
    if extractor.angle_steps:
        step_rad = math.tau / extractor.angle_steps
        turned = np.rint(turned / step_rad) * step_rad
    return moved, turned


def _between(ends: tuple[float, float], badness: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * badness
