"""How often correct pictures of each set raise a doubt, and faulty ones the right doubt."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.printing.extracting import Costs
from benchmarks.printing.probing import Picture, pasted
from domain.conversion.acceptance import interval
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.doubts import at_nominal, picture_doubts
from service.adapters.extraction.ridges import blurred
from service.ports.print_reading import GreyImage, PictureDoubt

_SIDE_PX = 400
_DRAWN_EACH = 40
_PERIODS_PX = (6, 14)

_DOUBTED = (1, 5)
"""Impressions of each finger whose doubts are counted."""
_DOUBTED_SLAPS = 3

_Told = Callable[[tuple[PictureDoubt, ...]], bool]


def set_doubts(
    data: str, images: Sequence[Picture], seed: int, costs: Costs
) -> list[dict[str, Any]]:
    """Return the rows for the images of one set, and for slaps pasted of them."""
    prints, others = (
        [at_nominal(grey, ppi).grey for at, grey, ppi in images if (at[2] in _DOUBTED) is chosen]
        for chosen in (True, False)
    )
    slaps = [pasted(images, seed, number).grey for number in range(_DOUBTED_SLAPS)]
    with costs.of("doubt", 6 * len(prints) + len(others) + len(slaps)):
        return [*doubts_of(data, prints, others), slap_doubts(data, slaps)]


def doubts_of(
    data: str, prints: Sequence[GreyImage], others: Sequence[GreyImage]
) -> Iterator[dict[str, Any]]:
    """Yield the doubts about prints of one set: as they are (500 pixels per inch), and with a
    wrong resolution stated.

    `others` are further impressions of the same fingers: no limit was chosen on them.
    """
    yield _row(data, "plain prints: no doubt", prints, lambda doubts: not doubts)
    yield _row(data, "other impressions: no doubt", others, lambda doubts: not doubts)
    wide = (_scaled(grey, 2.0) for grey in prints[::2])
    yield _row(data, "1000 stated as 500", wide, _says(PictureDoubt.RIDGES_TOO_WIDE))
    close = (_scaled(grey, 0.5) for grey in prints[::2])
    yield _row(data, "250 stated as 500", close, _says(PictureDoubt.RIDGES_TOO_CLOSE))
    for lying, quarters in (("upside down", (2,)), ("on its side", (1, 3))):
        turned = (np.ascontiguousarray(np.rot90(grey, q)) for grey in prints for q in quarters)
        yield _row(data, lying, turned, _says(PictureDoubt.TURNED))
    yield _row(data, "negatives", (255 - grey for grey in prints), _says(PictureDoubt.NEGATIVE))


def drawn_doubts(seed: int) -> Iterator[dict[str, Any]]:
    """Yield how often noise, blurred noise and stripes, and how often concentric rings, are
    recognised as not being prints.
    """
    is_told = _says(PictureDoubt.NO_PRINT)
    yield _row("drawn", "noise and stripes", _drawn(np.random.default_rng([seed, 6])), is_told)
    yield _row("drawn", "rings", _rings(np.random.default_rng([seed, 7])), is_told)


def photograph_doubts(photographs: Iterable[GreyImage]) -> Iterator[dict[str, Any]]:
    """Yield how often photographs are recognised as no prints, and how often doubted at all.

    Two parts of each photograph are tried, in four sizes.
    """
    parts = list(_parts(photographs))
    yield _row("photographs", "no print", parts, _says(PictureDoubt.NO_PRINT))
    yield _row("photographs", "any doubt", parts, bool)


def _parts(photographs: Iterable[GreyImage]) -> Iterator[GreyImage]:
    for whole in photographs:
        for factor in (0.75, 1.0, 1.5, 2.0):
            seen = _scaled(whole, factor)
            down, across = (min(_SIDE_PX, side) for side in seen.shape)
            yield np.ascontiguousarray(seen[:down, :across])
            yield np.ascontiguousarray(seen[-down:, -across:])


def slap_doubts(data: str, slaps: Iterable[GreyImage]) -> dict[str, Any]:
    """Return how often a slap that is sent as one finger raises the doubt that it is a slap."""
    return _row(data, "slaps as one finger", slaps, _says(PictureDoubt.SEVERAL_FINGERS))


def _says(doubt: PictureDoubt) -> _Told:
    return lambda doubts: doubt in doubts


def _row(data: str, pictures: str, seen: Iterable[GreyImage], is_right: _Told) -> dict[str, Any]:
    told = [is_right(picture_doubts(grey, NOMINAL_PPI)) for grey in seen]
    right = sum(told)
    facts = {"data": data, "pictures": pictures}
    return {**facts, "right": right, "of": len(told), "right_interval": interval(right, len(told))}


def _scaled(grey: GreyImage, factor: float) -> GreyImage:
    height, width = grey.shape
    size = (round(width * factor), round(height * factor))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS))


def _drawn(rng: np.random.Generator) -> Iterator[GreyImage]:
    shape = (_SIDE_PX, _SIDE_PX)
    y_px, x_px = np.mgrid[:_SIDE_PX, :_SIDE_PX]
    for _ in range(_DRAWN_EACH):
        noise = rng.integers(0, 256, shape, dtype=np.uint8)
        yield noise
        soft = blurred(noise.astype(np.float64), float(rng.uniform(1, 4)))
        yield _grey((soft - soft.mean()) / soft.std())
        turn_rad, period_px = rng.uniform(0, np.pi), rng.uniform(*_PERIODS_PX)
        along = x_px * np.cos(turn_rad) + y_px * np.sin(turn_rad)
        yield _grey(np.sin(2 * np.pi * along / period_px) + rng.normal(0, 0.2, shape))


def _rings(rng: np.random.Generator) -> Iterator[GreyImage]:
    """Yield noisy concentric rings as far apart as ridges, whose centre need not be in view."""
    y_px, x_px = np.mgrid[:_SIDE_PX, :_SIDE_PX]
    for _ in range(_DRAWN_EACH):
        across_px, down_px = rng.uniform(0, 1.3 * _SIDE_PX, 2)
        along = np.hypot(x_px - across_px, y_px - down_px) / rng.uniform(7, 12)
        noise = rng.normal(0, 1, along.shape) * rng.uniform(0, 0.5)
        yield _grey(np.sin(2 * np.pi * along) + noise)


def _grey(values: np.ndarray) -> GreyImage:
    return np.asarray(np.clip(128 + 60 * values, 0, 255), dtype=np.uint8)
