"""Figures as bars: plain numbers that a template turns into SVG, so that no style is written
inline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.usecases.examination.statistics import MonthOutcomes

_HEIGHT_PX = 160
_STEP_PX = 44
_BAR_PX = 30
_ROW_PX = 160
"""The longest bar that stands in a row of a table."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: two stacked bars, in pixels from the top."""

    month: str
    linked: int
    not_linked: int
    x_px: int
    linked_y_px: float
    linked_height_px: float
    not_linked_y_px: float
    not_linked_height_px: float


@dataclass(frozen=True, slots=True)
class MonthBars:
    """All months, oldest first, and the size of the picture."""

    bars: tuple[MonthBar, ...]
    width_px: int
    height_px: int
    bar_px: int
    most: int


@dataclass(frozen=True, slots=True)
class RowBar:
    """A bar in a row of a table: a filled part, and the outline of the whole, in pixels."""

    filled_px: float
    whole_px: float
    width_px: int = _ROW_PX


def share_bar(share: float) -> RowBar:
    """Return the bar of a proportion, 0 to 1."""
    return RowBar(round(share * _ROW_PX, 1), _ROW_PX)


def span_bars(rows: Sequence[tuple[float, float]]) -> tuple[RowBar, ...]:
    """Return one bar for each row (middle, end), filled to `middle` and outlined to `end`. All
    have one scale, on which the largest `end` is the full width.
    """
    longest = max((end for _, end in rows), default=0.0)
    scale = _ROW_PX / longest if longest > 0 else 0.0
    return tuple(RowBar(round(middle * scale, 1), round(end * scale, 1)) for middle, end in rows)


def month_bars(outcomes: Iterable[MonthOutcomes]) -> MonthBars:
    """Return one bar for each month, over all forces."""
    months: dict[str, tuple[int, int]] = {}
    for row in outcomes:
        linked, not_linked = months.get(row.month, (0, 0))
        months[row.month] = (linked + row.linked, not_linked + row.not_linked)
    most = max((sum(both) for both in months.values()), default=0)
    bars = tuple(
        _bar(number, month, months[month], most) for number, month in enumerate(sorted(months))
    )
    return MonthBars(bars, max(1, len(bars)) * _STEP_PX, _HEIGHT_PX, _BAR_PX, most)


def _bar(number: int, month: str, both: tuple[int, int], most: int) -> MonthBar:
    linked, not_linked = both
    scale = _HEIGHT_PX / max(most, 1)
    linked_px, not_linked_px = linked * scale, not_linked * scale
    return MonthBar(
        month=month,
        linked=linked,
        not_linked=not_linked,
        x_px=number * _STEP_PX + (_STEP_PX - _BAR_PX) // 2,
        linked_y_px=round(_HEIGHT_PX - linked_px, 1),
        linked_height_px=round(linked_px, 1),
        not_linked_y_px=round(_HEIGHT_PX - linked_px - not_linked_px, 1),
        not_linked_height_px=round(not_linked_px, 1),
    )
