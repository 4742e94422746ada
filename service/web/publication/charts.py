"""Bars of a released table as SVG, without scripts; withheld figures have no bar."""

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
    """The bars of a table, their total height, and a sentence that says what they show."""

    bars: tuple[Bar, ...]
    height: int
    words: str


def chart_of(table: ReleasedTable) -> Chart | None:
    """Return the bars of a table; None unless two figures are shown, which can be compared."""
    shown = {one.name: one.figure for one in table.cells if isinstance(one.figure, int)}
    if len(shown) < 2 or not any(shown.values()):
        return None
    longest = max(shown.values())
    first = [name for name, figure in shown.items() if figure == longest]
    bars = tuple(
        Bar(
            one.name,
            str(one.figure),
            round(WIDTH * one.figure / longest) if isinstance(one.figure, int) else 0,
            24 * number,
        )
        for number, one in enumerate(table.cells)
    )
    words = f"Largest: {' and '.join(first)}, with {longest}{' each' * (len(first) > 1)}."
    return Chart(bars, 24 * len(bars), words)
