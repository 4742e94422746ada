"""Disclosure control of small numbers: which figure is shown for a count, and the consequences.

A policy is data: counts that are suppressed, the base of rounding, and how many counts must stay
possible behind every figure. A figure is shown only as long as no count follows from all figures
of a row together, by the constraints that a reader can write down, within less than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rules.data_files import data_file

SMALL_NUMBERS = "small-numbers/1"

Figure = int | str
"""A rounded count, or the mark of one that is not shown."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The counts that may stand behind a figure, both included."""

    low: int
    high: int

    @property
    def candidates(self) -> int:
        """How many counts may stand behind it."""
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of disclosure control."""

    identifier: str
    first_suppressed: int
    last_suppressed: int
    mark: str
    """Stands for a small count."""
    withheld: str
    """Stands for a figure of which another one would tell too much."""
    bases: tuple[int, ...]
    """Bases of rounding, the finest first."""
    percent_base: int
    zero_base: int
    """A zero is shown as zero only in a row of this many."""
    class_members: int
    """A class of fewer members is merged with another one."""
    candidates: int
    """Number of counts that stay possible behind every figure."""

    def shown(self, count: int, base: int | None = None) -> Figure:
        """Return the figure of a count."""
        if count == 0:
            return 0
        if self.first_suppressed <= count <= self.last_suppressed:
            return self.mark
        step = base or self.bases[0]
        return max(step, (count + step // 2) // step * step)

    def behind(self, figure: Figure, base: int | None = None, *, zeros: bool = False) -> Bounds:
        """Return the counts that a figure may stand for; `zeros`: marks stand for zeros too."""
        if figure == self.mark:
            return Bounds(0 if zeros else self.first_suppressed, self.last_suppressed)
        if not isinstance(figure, int):
            return Bounds(0, _MOST)
        if figure == 0:
            return Bounds(0, 0)
        step = base or self.bases[0]
        first = self.last_suppressed + 1
        low = first if figure == step else max(figure - step // 2, first)
        return Bounds(low, figure + (step - 1) // 2)

    def percent(self, part: Figure, whole: Figure) -> int | None:
        """Return a percentage of shown figures; None where the base is too small or not shown."""
        if not isinstance(part, int) or not isinstance(whole, int) or whole < self.percent_base:
            return None
        return min(100, round(100 * part / whole))


_MOST = 10**9


def policy_named(identifier: str = SMALL_NUMBERS) -> Policy:
    """Return a policy; raises UnknownRuleError."""
    content: dict[str, Any] = data_file(identifier).content
    first, last = content["suppressed"]
    return Policy(
        identifier,
        first,
        last,
        content["mark"],
        content["withheld"],
        tuple(content["bases"]),
        content["percent_base"],
        content["zero_base"],
        content["class_members"],
        content["candidates"],
    )


@dataclass(frozen=True, slots=True)
class ShownCells:
    """The figures of one table of a row: its classes add up to the total of the row."""

    figures: tuple[Figure, ...]
    base: int
    zeros_hidden: bool = False
    """Whether a mark may stand for zero as well."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A total, and the tables whose classes add up to it."""

    total: Figure
    total_base: int
    tables: tuple[ShownCells, ...]


def shown_row(policy: Policy, total: int, tables: Sequence[Sequence[int]]) -> ShownRow:
    """Return the figures of a row of true counts: each table adds up to the total.

    A table is rounded as finely as no count follows too closely from all figures together, and
    withheld when none of the bases is coarse enough. Raises ValueError for tables that do not add
    up.
    """
    if any(sum(cells) != total for cells in tables):
        raise ValueError("The classes of a table do not add up to its total.")
    row = ShownRow(policy.shown(total), policy.bases[0], ())
    for cells in tables:
        row = ShownRow(row.total, row.total_base, (*row.tables, _added(policy, row, total, cells)))
    return row


def _added(policy: Policy, row: ShownRow, total: int, cells: Sequence[int]) -> ShownCells:
    for base in policy.bases:
        tried = _cells(policy, total, cells, base)
        if is_safe(policy, ShownRow(row.total, row.total_base, (*row.tables, tried))):
            return tried
    return ShownCells((policy.withheld,) * len(cells), policy.bases[0])


def _cells(policy: Policy, total: int, cells: Sequence[int], base: int) -> ShownCells:
    hides = 0 < total < policy.zero_base
    figures = tuple(
        policy.mark if hides and count <= policy.last_suppressed else policy.shown(count, base)
        for count in cells
    )
    return ShownCells(figures, base, zeros_hidden=hides)


def is_safe(policy: Policy, row: ShownRow) -> bool:
    """Whether no count of a row follows from its figures within fewer than enough candidates.

    All tables add up to one total and share nothing else, so that the bounds are exact.
    """
    known = [
        _bounds(policy, table) for table in row.tables if policy.withheld not in table.figures
    ]
    whole = _total(policy, row, known)
    if row.total != 0 and not _is_wide(policy, whole):
        return False
    return all(
        _is_wide(policy, bounds) or (cells[at].low == cells[at].high == 0 == bounds.high)
        for cells in known
        for at, bounds in enumerate(_narrowed(cells, whole))
    )


def _is_wide(policy: Policy, bounds: Bounds) -> bool:
    return bounds.candidates >= policy.candidates


def _bounds(policy: Policy, table: ShownCells) -> list[Bounds]:
    """Return the bounds of the classes of a table that is not withheld."""
    return [
        policy.behind(figure, table.base, zeros=table.zeros_hidden) for figure in table.figures
    ]


def _total(policy: Policy, row: ShownRow, known: Iterable[Sequence[Bounds]]) -> Bounds:
    """Return the bounds of the total, from its figure and from every table."""
    shown = policy.behind(row.total, row.total_base)
    low, high = shown.low, shown.high
    for cells in known:
        low = max(low, sum(one.low for one in cells))
        high = min(high, sum(one.high for one in cells))
    return Bounds(low, high)


def _narrowed(cells: Sequence[Bounds], whole: Bounds) -> list[Bounds]:
    """Return the bounds of each class once the others and the total are known."""
    lows, highs = sum(one.low for one in cells), sum(one.high for one in cells)
    return [
        Bounds(
            max(one.low, whole.low - (highs - one.high)),
            min(one.high, whole.high - (lows - one.low)),
        )
        for one in cells
    ]
