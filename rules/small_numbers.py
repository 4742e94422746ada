"""Disclosure control of small numbers: which figure is shown for a count, and what that requires.

A policy is data: the counts that are suppressed, the base of rounding, and how many counts must
remain possible for every figure. A figure may be shown only if readers cannot narrow down any
count of a row to fewer possibilities than that, using all the figures of the row together and the
constraints between them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.data_files import data_file, rules_in

SMALL_NUMBERS = "small-numbers/1"

Figure = int | str
"""A rounded count, or the mark for a count that is not shown."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest count that a figure may stand for, both included."""

    low: int
    high: int

    @property
    def candidates(self) -> int:
        """The number of exact counts that the published figure may stand for."""
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of disclosure control."""

    identifier: str
    first_suppressed: int
    last_suppressed: int
    mark: str
    """The mark shown instead of a small count."""
    withheld: str
    """The mark shown instead of a figure that would reveal too much about another figure."""
    bases: tuple[int, ...]
    """The bases of rounding, the finest first."""
    percent_base: int
    zero_base: int
    """A zero is shown as zero only in a row whose total is at least this number."""
    class_members: int
    """A class with fewer members is merged with another class."""
    candidates: int
    """The number of counts that must remain possible for every figure."""

    def shown(self, count: int, base: int | None = None) -> Figure:
        """Return the figure that is shown for a count."""
        if count == 0:
            return 0
        if self.first_suppressed <= count <= self.last_suppressed:
            return self.mark
        step = base or self.bases[0]
        return max(step, (count + step // 2) // step * step)

    def behind(self, figure: Figure, base: int | None = None, *, zeros: bool = False) -> Bounds:
        """Return the counts a figure may stand for. `zeros`: whether marks may also mean zero."""
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
        """Return a percentage of shown figures; None if the whole is too small or hidden."""
        if not isinstance(part, int) or not isinstance(whole, int) or whole < self.percent_base:
            return None
        return min(100, round(100 * part / whole))


_MOST = 10**9


def policy_named(identifier: str = SMALL_NUMBERS) -> Policy:
    """Return a policy by its identifier. Raises UnknownRuleError."""
    file = data_file(identifier)
    first, last = file.content["suppressed"]
    return rules_in(Policy, file, first_suppressed=first, last_suppressed=last)


@dataclass(frozen=True, slots=True)
class ShownCells:
    """The figures of one table of a row. Its classes add up to the total of the row."""

    figures: tuple[Figure, ...]
    base: int
    zeros_hidden: bool = False
    """Whether a mark may also stand for zero."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A total, and the tables whose classes add up to the total."""

    total: Figure
    total_base: int
    tables: tuple[ShownCells, ...]


def shown_row(policy: Policy, total: int, tables: Sequence[Sequence[int]]) -> ShownRow:
    """Return the figures for a row of true counts, in which each table adds up to the total.

    A table is rounded with the finest base for which no count can be derived too closely from all
    figures together. If no base is coarse enough, the table is withheld. Raises ValueError for
    tables that do not add up to the total.
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
    """Whether enough counts remain possible for every figure of a row, given all its figures.

    All tables add up to one total and have nothing else in common, so the bounds are exact.
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
    """Return the bounds of the total that follow from its figure and from every table."""
    shown = policy.behind(row.total, row.total_base)
    low, high = shown.low, shown.high
    for cells in known:
        low = max(low, sum(one.low for one in cells))
        high = min(high, sum(one.high for one in cells))
    return Bounds(low, high)


def _narrowed(cells: Sequence[Bounds], whole: Bounds) -> list[Bounds]:
    """Return the bounds of each class that follow from the other classes and the total."""
    lows, highs = sum(one.low for one in cells), sum(one.high for one in cells)
    return [
        Bounds(
            max(one.low, whole.low - (highs - one.high)),
            min(one.high, whole.high - (lows - one.low)),
        )
        for one in cells
    ]
