"""Doubts about a picture from its ridges: notes for people, never a reason to refuse.

The limits were chosen on public sets; `docs/prints.md` states their false alarms. Whether a print
is mirrored cannot be determined from a single picture.

Converts images to the resolution for which extractors are made, and converts findings back.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from domain.arrays import Bools, Float64s
from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MAX_PPI, MAX_SIDE_PX, MIN_PPI, NOMINAL_PPI, MinutiaeSet
from service.adapters.extraction.masks import area_mm2, grown, separate, shrunk
from service.adapters.extraction.ridges import STEP_PX, RidgeField, is_turned, ridge_field
from service.ports.print_reading import GreyImage, PictureDoubt

TOLERANCE = 0.05
"""Images whose resolution differs from NOMINAL_PPI by no more than this share are not resampled:
the ridges of different people differ in width by more, and resampling blurs. Chosen, 2026-11."""

MIN_SIDE_PX = 64
"""Shortest side at NOMINAL_PPI: 3 mm. No extractor finds a print in a smaller image."""


@dataclass(frozen=True, slots=True, eq=False)
class NominalImage:
    """An image near NOMINAL_PPI, with the scale to convert back from it."""

    grey: GreyImage
    """uint8 (h, w), C-contiguous."""
    scale: tuple[float, float]
    """Pixels of the original for each pixel of this image, across and down."""
    resampled: bool


def at_nominal(grey: GreyImage, ppi: float) -> NominalImage:
    """Return the image at NOMINAL_PPI, or unchanged if its resolution is close enough.

    Raises UnreadablePrintError for colour, or a size or resolution that extractors cannot read.
    """
    _check(grey, ppi)
    height, width = grey.shape
    if abs(ppi / NOMINAL_PPI - 1.0) <= TOLERANCE:
        return NominalImage(np.ascontiguousarray(grey), (1.0, 1.0), resampled=False)
    size = (round(width * NOMINAL_PPI / ppi), round(height * NOMINAL_PPI / ppi))
    resized = Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS)
    scale = (width / size[0], height / size[1])
    return NominalImage(np.asarray(resized, dtype=np.uint8), scale, resampled=True)


def _check(grey: GreyImage, ppi: float) -> None:
    if grey.ndim != 2 or grey.dtype != np.uint8:
        raise UnreadablePrintError("The image of a print must be grey, with 8 bits per pixel.")
    if not MIN_PPI <= ppi <= MAX_PPI:
        raise UnreadablePrintError(
            f"The image states an unusable resolution: send one of {MIN_PPI:.0f} to {MAX_PPI:.0f} "
            "pixels per inch."
        )
    sides = [side * NOMINAL_PPI / ppi for side in grey.shape]
    if min(sides) < MIN_SIDE_PX or max(*sides, *grey.shape) > MAX_SIDE_PX:
        raise UnreadablePrintError(
            f"The image is too small or too large: its sides must be {MIN_SIDE_PX} to "
            f"{MAX_SIDE_PX} pixels at {NOMINAL_PPI} pixels per inch."
        )


def as_minutiae(
    original: GreyImage, ppi: float, nominal: NominalImage, finds: Float64s
) -> MinutiaeSet:
    """Return the finds as a minutiae set of the original image.

    `finds`: float64 (n, 5): x and y in pixels of the nominal image, angle in radians as in
    `domain.prints.minutiae`, index of the kind, and quality from 0 to 1. Finds outside the image
    are left out.
    """
    height, width = original.shape
    places = (finds[:, :2] * nominal.scale).astype(np.float32)
    inside = np.all((places >= 0) & (places < np.array([width, height])), axis=1)
    kept = finds[inside]
    return MinutiaeSet(
        places[inside],
        np.mod(kept[:, 2], 2 * np.pi).astype(np.float32),
        kept[:, 3].astype(np.uint8),
        np.clip(np.rint(100 * kept[:, 4]), 0, 100).astype(np.uint8),
        width,
        height,
        float(ppi),
    )


_FINEST_PX = 2.8
"""The shortest ridge period searched for. A picture of 250 pixels per inch, stated as 500, has a
period of about 4.5."""
_LEAST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class DoubtLimits:
    """Limits from which a doubt is noted. Chosen on 80 impressions of four public sets, 2026-11;
    `most_parallel`, `widest_halved_px`, `most_round` on other impressions and pictures, 2026-12.
    """

    least_area_mm2: float = 30.0
    least_flow: float = 0.86
    """Least agreement of neighbouring directions; 1 for parallel ridges."""
    most_alike: float = 0.85
    """Greatest length of the mean direction, which is 1 if all ridges are parallel. The ridges of
    a print are curved."""
    closest_px: float = 6.4
    widest_px: float = 12.5
    """Limits of the median period of adults' prints at 500 pixels per inch."""
    widest_halved_px: float = 11.5
    """Greatest median period of a picture whose ridges are too wide, at half its size. Waves of a
    photograph stay as wide as can be seen at every size."""
    most_round: float = 0.98
    """Greatest part of the ridges' course that circles one centre: above are concentric rings."""
    most_parallel: float = 0.95
    """Greatest length of the mean direction of ridges that are too close: above are stripes."""
    least_fine_mm2: float = 10.0
    most_area_mm2: float = 750.0
    part_mm2: float = 35.0
    """Area from which a separate part of the ridges counts as another finger."""
    darkest_ground: float = 0.2
    """Ground below this, from the dark (0) to the light (1) of the ridges, is not paper."""
    least_ground: float = 0.03
    """Share of the picture without ridges from which its ground is judged."""


LIMITS = DoubtLimits()


def picture_doubts(grey: GreyImage, ppi: int) -> tuple[PictureDoubt, ...]:
    """Return the doubts about a picture. A picture that no extractor reads has no doubts."""
    try:
        seen = at_nominal(grey, float(ppi)).grey
    except UnreadablePrintError:
        return ()
    field = ridge_field(seen, shortest_px=_FINEST_PX)
    return _doubts(seen, field, LIMITS)


def _doubts(grey: GreyImage, field: RidgeField, limits: DoubtLimits) -> tuple[PictureDoubt, ...]:
    fine, period_px = _waves(field)
    if area_mm2(fine) >= limits.least_fine_mm2 and period_px < limits.closest_px:
        is_striped = _alike(field, fine) > limits.most_parallel
        return (PictureDoubt.NO_PRINT if is_striped else PictureDoubt.RIDGES_TOO_CLOSE,)
    if not _is_print(field, limits):
        return (PictureDoubt.NO_PRINT,)
    if period_px > limits.widest_px:
        halved = ridge_field(_halved(grey), shortest_px=_FINEST_PX)
        is_wide = _is_print(halved, limits) and _waves(halved)[1] <= limits.widest_halved_px
        return (PictureDoubt.RIDGES_TOO_WIDE if is_wide else PictureDoubt.NO_PRINT,)
    shown = field.ridges(least_share=_LEAST_SHARE)
    is_large = area_mm2(shown) > limits.most_area_mm2
    if is_large or _parts(shown, limits.part_mm2) > 1:
        return (PictureDoubt.SEVERAL_FINGERS,)
    lies = {
        PictureDoubt.TURNED: is_turned(field.directions_rad, shown),
        PictureDoubt.NEGATIVE: _is_negative(grey, shown, limits),
    }
    return tuple(doubt for doubt, is_so in lies.items() if is_so)


def _waves(field: RidgeField) -> tuple[Bools, float]:
    """Return where a picture has waves of any width, and their median period in pixels."""
    shown = field.shown(least_share=_LEAST_SHARE)
    return shown, float(np.median(field.periods_px[shown])) if shown.any() else 0.0


def _alike(field: RidgeField, shown: Bools) -> float:
    """Return the length of the mean direction of these blocks, which is 1 if all are parallel."""
    return float(abs(np.exp(2j * field.directions_rad[shown]).mean()))


def _halved(grey: GreyImage) -> GreyImage:
    """Return a picture at half its size, at which a print of twice the resolution looks normal."""
    height, width = (max(side // 2, 1) for side in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.LANCZOS))


def _is_negative(grey: GreyImage, shown: Bools, limits: DoubtLimits) -> bool:
    """Whether the ground around the ridges is as dark as they should be."""
    level = grey[::STEP_PX, ::STEP_PX]
    ridges = shown[: level.shape[0], : level.shape[1]]
    ground = ~grown(grown(ridges))
    level = level[: ridges.shape[0], : ridges.shape[1]]
    if ground.mean() < limits.least_ground:
        return False
    dark, light = np.percentile(level[ridges], (10, 90))
    return bool(np.median(level[ground]) < dark + limits.darkest_ground * (light - dark))


def _is_print(field: RidgeField, limits: DoubtLimits) -> bool:
    shown = field.ridges(least_share=_LEAST_SHARE)
    if area_mm2(shown) < limits.least_area_mm2:
        return False
    doubled = np.exp(2j * field.directions_rad)
    below, beside = shown[1:] & shown[:-1], shown[:, 1:] & shown[:, :-1]
    if not (below.any() and beside.any()):
        return False
    down = np.real(doubled[1:] * np.conj(doubled[:-1]))[below].mean()
    across = np.real(doubled[:, 1:] * np.conj(doubled[:, :-1]))[beside].mean()
    is_smooth = (down + across) / 2 >= limits.least_flow
    is_curved = is_smooth and _alike(field, shown) <= limits.most_alike
    return bool(is_curved and _round(field, shown) <= limits.most_round)


def _round(field: RidgeField, shown: Bools) -> float:
    """Return how closely ridges in several directions circle one centre; 1 for rings, and about 0
    for ridges that know no centre. Distant ridges count more, because there a circle shows.
    """
    places = np.argwhere(shown)[:, ::-1].astype(np.float64)
    rad = field.directions_rad[shown]
    along = np.stack([np.cos(rad), -np.sin(rad)], axis=1)  # rows count downwards
    # The centre is where the lines across the ridges meet, by least squares.
    centre, *_ = np.linalg.lstsq(along, (along * places).sum(axis=1), rcond=None)
    from_centre = places - centre
    outwards = (along * from_centre).sum(axis=1)
    return float(1 - 2 * (outwards**2).sum() / (from_centre**2).sum())


def _parts(shown: Bools, least_mm2: float) -> int:
    """Return how many parts of at least this area the ridges have, after thin bridges are cut."""
    kept = grown(shrunk(shrunk(grown(shown))))
    return sum(area_mm2(part) >= least_mm2 for part in separate(kept))
