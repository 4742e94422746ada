"""Doubts are counted by kind of picture; all are drawn here."""

from __future__ import annotations

import numpy as np

from benchmarks.printing.doubting import doubts_of, photograph_doubts, slap_doubts
from tests.print_files import drawn


def test_prints_are_counted_as_they_are_and_at_misstated_resolutions() -> None:
    paper = np.full((300, 300), 255, dtype=np.uint8)

    rows = list(doubts_of("drawn", [drawn()[64:448, 64:448], paper], [drawn()]))

    assert [(row["pictures"], row["right"], row["of"]) for row in rows] == [
        ("plain prints: no doubt", 1, 2),
        ("other impressions: no doubt", 1, 1),
        ("1000 stated as 500", 1, 1),
        ("250 stated as 500", 1, 1),
        ("upside down", 1, 2),
        ("on its side", 1, 4),
        ("negatives", 1, 2),
    ]


def test_each_photograph_counts_in_two_parts_and_four_sizes() -> None:
    level = np.linspace(0, 255, 480).astype(np.uint8)

    rows = photograph_doubts([np.tile(level, (480, 1)), np.tile(level[:, None], (1, 480))])

    assert [(row["right"], row["of"]) for row in rows] == [(16, 16)] * 2


def test_a_slap_counts_if_several_fingers_are_noticed() -> None:
    slap = np.hstack([drawn(0, position) for position in (2, 3)])

    row = slap_doubts("drawn", [slap, drawn()])

    assert (row["right"], row["of"]) == (1, 2)
