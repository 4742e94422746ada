"""Bars of a released table as SVG, without scripts; withheld figures have no bar."""

from __future__ import annotations

from dataclasses import dataclass

from domain.publication import ReleasedTable

WIDTH = 320
"""Width of the longest bar, in pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: it shows one statistical class (category) of the table."""

    name: str
    figure: str
    width: int
    """In pixels."""
    y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a table, and their total height."""

    bars: tuple[Bar, ...]
    height: int


def chart_of(table: ReleasedTable) -> Chart:
    """Return the bars of a table."""
    shown = [one.figure for one in table.cells if isinstance(one.figure, int)]
    longest = max([*shown, 1])
    bars = tuple(
        Bar(
            one.name,
            str(one.figure),
            round(WIDTH * one.figure / longest) if isinstance(one.figure, int) else 0,
            24 * number,
        )
        for number, one in enumerate(table.cells)
    )
    return Chart(bars, 24 * len(bars))
