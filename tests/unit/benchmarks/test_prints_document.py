"""The figures of docs/prints.md are those of the recorded results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[3]
_DOCUMENT = (_ROOT / "docs" / "prints.md").read_text()
_NAMES = {"all": "mean / all probes"}
_PERCENT = ("eer", "fnmr_at_fmr_1", "fnmr_at_fmr_01")
_RANKS = ("hit20", "hit20_in_turns", "hit20_whitened", "rank1", "rank1_in_depth")


def recorded(name: str) -> dict[str, Any]:
    return dict(json.loads((_ROOT / "benchmarks" / "results" / f"{name}.json").read_text()))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def told(row: dict[str, Any], column: str) -> str:
    if column not in row:
        return ""
    scale, digits = (100, 1) if column in _PERCENT else (1, 2)
    value, low, high = (
        f"{one * scale:.{digits}f}" for one in (row[column], *row[f"{column}_interval"])
    )
    return f"{value} ({low}-{high})"


def named(data: str) -> str:
    competition, _, part = data.partition("-")
    return _NAMES.get(data, f"FVC {competition.removeprefix('fvc')} {part.replace('_', ' ')}")


@pytest.mark.parametrize(
    "row", recorded("prints-leader")["rows"], ids=lambda row: str(row["data"])
)
def test_a_row_of_plain_prints_is_as_recorded(row: dict[str, Any]) -> None:
    lines = [cells(line) for line in _DOCUMENT.splitlines() if line.startswith("|")]
    expected = [named(row["data"]), *(told(row, column) for column in (*_PERCENT, *_RANKS))]

    assert expected in lines


def test_the_extractors_are_told_of_all_sets_together() -> None:
    row = recorded("prints-nbis")["rows"][-1]
    expected = ["the same, nbis", *(told(row, column) for column in (*_PERCENT, *_RANKS))]

    assert expected in [cells(line) for line in _DOCUMENT.splitlines()]


@pytest.mark.parametrize("extractor", ["nbis", "leader"])
def test_rows_of_several_fingers_are_as_recorded(extractor: str) -> None:
    joined = recorded(f"prints-{extractor}")["rows"][-1]["joined"].values()
    lines = [cells(line) for line in _DOCUMENT.splitlines()]

    assert [f"{extractor}: first", *(f"{one['rank1']:.2f}" for one in joined)] in lines
    assert [f"{extractor}: worst place", *(f"{one['worst_place']:,}" for one in joined)] in lines


@pytest.mark.parametrize("extractor", ["nbis", "leader"])
def test_the_reported_point_pairs_are_as_recorded(extractor: str) -> None:
    row = recorded(f"points-{extractor}")["rows"][-1]
    (line,) = [one for one in _DOCUMENT.splitlines() if one.startswith(f"| {extractor}, reported")]

    for cell, kind in zip(
        cells(line)[1:], ("true", "random", "enter", "enter, shuffled"), strict=True
    ):
        assert cell.startswith(f"{row[kind]['passed']}/{row[kind]['count']:,}")


@pytest.mark.parametrize("row", recorded("prints-marks")["rows"])
def test_a_row_of_marks_is_as_recorded(row: dict[str, Any]) -> None:
    reader = row["marks_by"].partition("/")[0]
    by_set = ", ".join(str(first) for first, _ in row["first_by_set"].values())
    found = [
        line
        for line in map(cells, _DOCUMENT.splitlines())
        if line[0] == row["damage"] and line[1].startswith(f"`{reader}`")
    ]

    assert [line[2].partition(",")[0] for line in found] == [str(row["first"])]
    assert [line[3] for line in found] == [by_set]
    assert {first for _, first in row["first_by_set"].values()} == {10}
