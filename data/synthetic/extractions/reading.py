"""Simulates how an extractor reads one impression of a finger."""

import math

import numpy as np
import numpy.typing as npt

from data.synthetic.extractions.faults import CONTACT, PLACING, ReadingParameters
from data.synthetic.extractions.fingers import (
    Doubles,
    Points,
    Skin,
    along_either_way,
    carried,
    displaced,
    framed,
)
from data.synthetic.ridges.fields import random_warp
from data.synthetic.ridges.parameters import FRAME_PX
from domain.prints.minutiae import MinutiaeSet

Flags = npt.NDArray[np.bool_]

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
) -> tuple[Flags, Points]:
    """Return which minutiae are found, bool (n,), and the positions of false minutiae."""
    tried = rng.uniform(-FRAME_PX / 2, FRAME_PX / 2, (2, _FALSE_TRIED))
    places = tried[0] + 1j * tried[1]
    shown = _shown(np.concatenate([skin.points, places]), badness, rng)
    n = len(skin.points)
    true = shown[:n] & (rng.random(n) >= _between(extractor.missed, badness))
    wanted = round(float(rng.uniform(*extractor.false_share)) * int(true.sum()))
    return true, places[shown[n:]][:wanted]


def _shown(points: Points, badness: float, rng: np.random.Generator) -> Flags:
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
    points: Points, angles_rad: Doubles, rng: np.random.Generator
) -> tuple[Points, Doubles]:
    warp = random_warp(rng, FRAME_PX, float(rng.uniform(*PLACING.bend_px)))
    motion = (1 + PLACING.size_sd * rng.normal()) * np.exp(1j * PLACING.turn_sd_rad * rng.normal())
    return carried(lambda z: np.asarray(motion * displaced(warp, z)), points, angles_rad)


def _misread(
    places: Points,
    angles_rad: Doubles,
    extractor: ReadingParameters,
    *,
    badness: float,
    rng: np.random.Generator,
) -> tuple[Points, Doubles]:
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
