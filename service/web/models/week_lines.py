"""A line through weeks over a band: plain numbers that a template turns into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT_PX = 160
_STEP_PX = 28
_LEFT_PX = 60


@dataclass(frozen=True, slots=True)
class Dot:
    """One week."""

    x_px: int
    y_px: float
    words: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """The picture: dots, the band expected (top and height), and the values at its edges."""

    dots: tuple[Dot, ...]
    path: str
    width_px: int
    height_px: int
    band_y_px: float
    band_height_px: float
    top: str
    bottom: str


def week_line(
    values: Sequence[tuple[str, float]], band: tuple[float, float], digits: int
) -> WeekLine:
    """Return the line of (week, value), oldest first, over a band (low, high)."""
    seen = [value for _, value in values] + list(band)
    low, high = min(seen), max(seen)
    scale = _HEIGHT_PX / (high - low) if high > low else 0.0

    def y_of(value: float) -> float:
        return round((high - value) * scale, 1)

    dots = tuple(
        Dot(_LEFT_PX + number * _STEP_PX, y_of(value), f"{week}: {value:.{digits}f}")
        for number, (week, value) in enumerate(values)
    )
    return WeekLine(
        dots,
        " ".join(f"{dot.x_px},{dot.y_px}" for dot in dots),
        _LEFT_PX + _STEP_PX * max(len(dots), 4),
        _HEIGHT_PX,
        y_of(band[1]),
        max(1.0, round(y_of(band[0]) - y_of(band[1]), 1)),
        f"{high:.{digits}f}",
        f"{low:.{digits}f}",
    )
