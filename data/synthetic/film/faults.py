"""Faults of film and scanner in the picture of a form. Every function returns a new picture, uint8
(h, w).
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter

from data.synthetic.film.drawing import PAPER, Picture


class FilmFault(StrEnum):
    """The faults of a frame."""

    NONE = "none"
    LOW_CONTRAST = "low contrast"
    BLEED = "bleed"
    """The back of the sheet shows through."""
    OVER_INKED = "over-inked"
    SKEW = "skew"
    MIRRORED = "mirrored"
    EDGE_CUT = "edge cut"
    TWO_SHEETS = "two sheets"
    HANDS_EXCHANGED = "hands exchanged"


def filmed(form: Picture, rng: np.random.Generator) -> Picture:
    """Return a form with the faults of every film: slight blur, grain and uneven lighting."""
    high, wide = form.shape
    light = np.linspace(rng.uniform(0.92, 1.0), rng.uniform(0.92, 1.0), wide)
    picture = gaussian_filter(form.astype(np.float32), 0.8) * light[np.newaxis, :]
    picture += rng.normal(0, 5, (high, wide))
    return _as_picture(picture)


def spoilt(
    form: Picture, fault: FilmFault, rng: np.random.Generator, *, other: Picture | None = None
) -> Picture:
    """Return a form with a fault. `other`: the second of two sheets, or a reverse that shows."""
    behind = form[:, ::-1] if other is None else other
    made: dict[FilmFault, Callable[[], Picture]] = {
        FilmFault.LOW_CONTRAST: lambda: _as_picture(150 + (form.astype(np.float32) - 150) * 0.35),
        FilmFault.BLEED: lambda: _bled(form, behind),
        FilmFault.OVER_INKED: lambda: _over_inked(form),
        FilmFault.SKEW: lambda: _turned(form, float(rng.choice([-1, 1])) * rng.uniform(1.5, 3.5)),
        FilmFault.MIRRORED: lambda: np.ascontiguousarray(form[:, ::-1]),
        FilmFault.EDGE_CUT: lambda: _cut(form, rng),
        FilmFault.TWO_SHEETS: lambda: _two(form, behind),
    }
    return made[fault]() if fault in made else form.copy()


def _bled(form: Picture, behind: Picture) -> Picture:
    back = PAPER - gaussian_filter(behind.astype(np.float32), 2.0)
    return _as_picture(form - 0.3 * np.maximum(back[:, ::-1], 0))


def _over_inked(form: Picture) -> Picture:
    low = gaussian_filter(form.astype(np.float32), 3.0)
    spread = np.minimum(form, low - 12)
    made = form.copy()
    top = int(form.shape[0] * 0.55)
    made[top:] = _as_picture(spread)[top:]
    return made


def _turned(form: Picture, degrees: float) -> Picture:
    turned = Image.fromarray(form).rotate(
        degrees, resample=Image.Resampling.BILINEAR, fillcolor=PAPER - 60
    )
    return np.asarray(turned, dtype=np.uint8).copy()


def _cut(form: Picture, rng: np.random.Generator) -> Picture:
    made = form.copy()
    made[:, : int(form.shape[1] * rng.uniform(0.03, 0.08))] = 15
    return made


def _two(form: Picture, other: Picture) -> Picture:
    """Return two sheets side by side in one frame, each reduced to half its width."""
    halves = [
        Image.fromarray(sheet).resize(
            (form.shape[1] // 2, form.shape[0] // 2), Image.Resampling.BILINEAR
        )
        for sheet in (form, other)
    ]
    made = np.full_like(form, PAPER - 60)
    for number, half in enumerate(halves):
        left = number * (form.shape[1] // 2)
        made[: half.height, left : left + half.width] = np.asarray(half)
    return made


def _as_picture(values: npt.NDArray[np.floating]) -> Picture:
    picture: Picture = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return picture
