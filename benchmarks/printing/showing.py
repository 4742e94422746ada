"""The tables that `python -m benchmarks prints` prints."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from benchmarks.runner import Result, table


def shown(result: Result) -> str:
    """Return the tables of a result, one for each extractor."""
    by_extractor = groupby(result["rows"], key=lambda row: row["extractor"])
    costs = result["cpu_ms_each"].values()
    parts = [
        _of_extractor(list(rows), spent)
        for (_, rows), spent in zip(by_extractor, costs, strict=True)
    ]
    return "\n\n".join(parts)


_SHOWN = (
    *("eer", "fnmr_at_fmr_1", "fnmr_at_fmr_01", "cllr"),
    *("hit20", "hit20_in_turns", "hit20_whitened", "whitening_gain"),
    *("rank1", "rank1_in_depth", "hit20_in_depth"),
)


def _of_extractor(rows: Sequence[dict[str, Any]], costs: dict[str, float]) -> str:
    if "rank1_interval" in rows[0] and "damage" in rows[0]:
        return _of_marks(rows, costs)
    for first, columns in _PLAIN_TABLES.items():
        if first in rows[0]:
            lines = [[_plain(row.get(column)) for column in columns] for row in rows]
            return f"{table(list(columns), lines)}\n{_told_costs(costs)}"
    lines = [
        [row["data"], row["extractor"], *(_told(row, column) for column in _SHOWN)] for row in rows
    ]
    shares = ", ".join(f"{n}: {one['rank1']:.3f}" for n, one in rows[-1]["joined"].items())
    return (
        f"{table(['data', 'extractor', *_SHOWN], lines)}\n"
        f"gallery: {rows[-1]['gallery']:,} fingers; parts of 1, in brackets 95 % intervals\n"
        f"first among persons, by vectors of so many fingers: {shares}\n"
        f"{_told_costs(costs)}"
    )


def _of_marks(rows: Sequence[dict[str, Any]], costs: dict[str, float]) -> str:
    columns = ("marks", "damage", "marks_by", "rank1", "rank1_interval", "rank20", "first_by_set")
    lines = [[str(row[column]) for column in columns] for row in rows]
    return (
        f"{table(list(columns), lines)}\n"
        f"gallery: {rows[0]['gallery']:,} fingers by {rows[0]['extractor']}\n{_told_costs(costs)}"
    )


_PLAIN_TABLES = {
    "cut": (
        *("data", "slaps", "cut", "cut_interval", "fingers", "fingers_right", "miscounted"),
        *("turned_upright", "turned_wrong"),
    ),
    "pictures": ("data", "pictures", "right", "of", "right_interval"),
    "likely_first": (
        *("damage", "fingers", "marks", "full_first", "full_20", "likely_first"),
        *("nearest_6000", "list", "list_matched", "codes_matched", "half_of_each"),
    ),
    "whitening": ("extractor", "prints", "whitening"),
    "lying": ("lying", "turns", "prints", "gallery", "first_20", "first_100", "worst"),
    "mated": (
        "data",
        "extractor",
        "mated",
        "others",
        "eer",
        "cllr",
        "mated_at_least",
        "others_at_most",
        "shrinkage",
    ),
}
"""Columns of the tables without intervals of their own, by a column that only each has."""


def _told_costs(costs: dict[str, float]) -> str:
    return "processor time each, ms: " + ", ".join(f"{one} {ms:.2f}" for one, ms in costs.items())


def _plain(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _told(row: dict[str, Any], column: str) -> str:
    value, interval = row[column], row.get(f"{column}_interval")
    if value is None:
        return "-"
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.4f} ({interval[0]:.3f}-{interval[1]:.3f})"
