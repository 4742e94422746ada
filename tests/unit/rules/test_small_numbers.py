"""Disclosure control: the vectors, and a solver that tries to find the hidden figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from rules.small_numbers import ShownRow, is_safe, policy_named, shown_row

POLICY = policy_named()
MOST = 400


@pytest.mark.parametrize(
    ("count", "figure"),
    [(0, 0), (1, "*"), (7, "*"), (8, 10), (12, 10), (13, 15), (22, 20), (23, 25)],
)
def test_the_vectors_of_the_policy(count: int, figure: int | str) -> None:
    assert POLICY.shown(count) == figure


def test_percentages_come_from_rounded_figures_on_a_base_of_twenty() -> None:
    assert POLICY.percent(10, 30) == 33
    assert (POLICY.percent(10, 15), POLICY.percent("*", 30), POLICY.percent(5, "*")) == (None,) * 3


@pytest.mark.parametrize("base", POLICY.bases)
def test_the_counts_behind_a_figure_are_those_that_are_shown_so(base: int) -> None:
    for count in range(MOST):
        bounds = POLICY.behind(POLICY.shown(count, base), base)
        shown = [n for n in range(2 * MOST) if POLICY.shown(n, base) == POLICY.shown(count, base)]
        assert (bounds.low, bounds.high) == (shown[0], shown[-1])


@st.composite
def _rows(draw: st.DrawFn) -> tuple[int, list[list[int]]]:
    counts = st.integers(0, 15) | st.integers(0, MOST // 4)
    first = draw(st.lists(counts, min_size=1, max_size=4))
    total, tables = sum(first), [first]
    for _ in range(draw(st.integers(0, 2))):
        cuts = sorted(draw(st.lists(st.integers(0, total), max_size=3)))
        tables.append([b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)])
    return total, tables


@settings(max_examples=60, deadline=None)
@given(_rows())
def test_no_count_that_is_not_shown_follows_within_less_than_five(
    given_row: tuple[int, list[list[int]]],
) -> None:
    total, tables = given_row
    row = shown_row(POLICY, total, tables)

    for cells, shown in zip(tables, row.tables, strict=True):
        assert len(cells) == len(shown.figures)
    assert is_safe(POLICY, row)
    for low, high, is_told in _solved(row):
        assert is_told or high - low + 1 >= 5


def _solved(row: ShownRow) -> list[tuple[int, int, bool]]:
    """Return the least and greatest value of every count, by an integer programme of its own."""
    shown = [(row.total, row.total_base, False)]
    shown += [(f, t.base, t.zeros_hidden) for t in row.tables for f in t.figures]
    ranges = [_range(*one) for one in shown]
    equations, at = [], 1
    for table in row.tables:
        line = np.zeros(len(shown))
        line[0], line[at : at + len(table.figures)] = -1, 1
        equations.append(line)
        at += len(table.figures)
    bounds = Bounds([low for low, _ in ranges], [high for _, high in ranges])
    sums = LinearConstraint(np.array(equations), 0, 0)
    found = []
    for number, (figure, _, _) in enumerate(shown):
        goal = np.zeros(len(shown))
        goal[number] = 1
        ends = [
            milp(sign * goal, constraints=sums, bounds=bounds, integrality=np.ones(len(shown)))
            for sign in (1, -1)
        ]
        low, high = (round(abs(end.fun)) for end in ends)
        found.append((low, high, figure == 0))
    return found


def _range(figure: int | str, base: int, zeros_hidden: bool) -> tuple[int, int]:
    if figure == ":":
        return 0, 10 * MOST
    behind = [n for n in range(3 * MOST) if POLICY.shown(n, base) == figure]
    return (0 if zeros_hidden and figure == "*" else behind[0]), behind[-1]


def test_a_table_that_would_tell_is_coarser_or_withheld() -> None:
    # 12 and 12 shown as 10 and 10 beside 25: each would lie in 11..12.
    row = shown_row(POLICY, 24, [[12, 12]])

    assert (row.total, row.tables[0].figures, row.tables[0].base) == (25, (10, 10), 10)


def test_classes_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        shown_row(POLICY, 10, [[4, 5]])
