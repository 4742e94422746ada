from __future__ import annotations

import pytest

from domain.publication import ReleasedCell, ReleasedTable
from service.web.publication.site import chart_of


def table(*figures: int | str) -> ReleasedTable:
    cells = tuple(ReleasedCell(f"Class {n}", figure) for n, figure in enumerate(figures, 1))
    return ReleasedTable("police-certificate", "outcome", "by outcome", ":", 5, cells)


@pytest.mark.parametrize("figures", [(), (40,), (40, "*"), (":", "*", ":"), (0, 0)])
def test_what_cannot_be_compared_has_no_chart(figures: tuple[int | str, ...]) -> None:
    assert chart_of(table(*figures)) is None


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((10, 30, "*"), "Largest: Class 2, with 30."),
        ((20, 20, 5), "Largest: Class 1 and Class 2, with 20 each."),
    ],
)
def test_a_chart_has_a_sentence_that_says_what_it_shows(
    figures: tuple[int | str, ...], words: str
) -> None:
    drawn = chart_of(table(*figures))

    assert drawn is not None
    assert drawn.words == words
    assert [bar.figure for bar in drawn.bars] == [str(one) for one in figures]
