"""The sections of docs/benchmarks.md on candidate search and on its growth with the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from benchmarks.markdown import table

Row = dict[str, Any]
_NONE = "-"
_RECALL_AND_SPEED = ("@1/@10/@100", "exact", "p50/p99 ms", "queries/s at 64")
_FLAT_HEADER = (
    *("search", "impression", *_RECALL_AND_SPEED),
    *("`flat` p50 ms", "`flat` queries/s at 64"),
)
_GRAPH_HEADER = (
    *("mark, finger known", "design", *_RECALL_AND_SPEED),
    *("p50 / identlink's", "bytes a person", "build s"),
)


def candidates_tables(result: Row) -> str:
    """Return identlink beside exact search, the graphs, changes, and what was left out."""
    lines = "\n".join(filter(None, [_changes(result), _remarks(result)]))
    parts = [_beside_flat(result["rows"]), graph_table(result), lines]
    return "\n\n".join(filter(None, parts))


def graph_table(result: Row) -> str:
    """Return each graph at its chosen setting beside identlink; empty where none was measured."""
    ours = _by_search(result["rows"], "identlink")
    chosen = [row for row in result["rows"] if row["setting"] and row["is_chosen"]]
    cells = [
        (
            row["impression"],
            f"{row['design']} {row['setting']}",
            _recall(row, "recall"),
            _recall(row, "exact"),
            f"{row['p50_ms']:.2f}/{row['p99_ms']:.2f}",
            f"{row['qps_batch64']:.0f}",
            f"{row['p50_ms'] / ours[_search(row)]['p50_ms']:.1f}",
            f"{row['bytes_per_person']:.0f}",
            f"{row['build_s']:.1f}",
        )
        for row in chosen
    ]
    return table(_GRAPH_HEADER, cells) if cells else ""


def _beside_flat(rows: Sequence[Row]) -> str:
    exhaustive = _by_search(rows, "flat")
    cells = [
        (
            _kind(row),
            row["impression"],
            _recall(row, "recall"),
            _recall(row, "exact"),
            f"{row['p50_ms']:.2f}/{row['p99_ms']:.2f}",
            f"{row['qps_batch64']:.0f}",
            *_speed(exhaustive.get(_search(row))),
        )
        for row in _by_search(rows, "identlink").values()
    ]
    return table(_FLAT_HEADER, cells)


def _by_search(rows: Sequence[Row], design: str) -> dict[tuple[str, str, str], Row]:
    return {_search(row): row for row in rows if row["design"] == design}


def _search(row: Row) -> tuple[str, str, str]:
    return row["search"], row["finger"], row["impression"]


def _kind(row: Row) -> str:
    return row["search"] if row["finger"] == "ten" else f"mark, finger {row['finger']}"


def _speed(row: Row | None) -> tuple[str, str]:
    return (_NONE, _NONE) if row is None else (f"{row['p50_ms']:.2f}", f"{row['qps_batch64']:.0f}")


def _recall(row: Row, of: str) -> str:
    return "/".join(f"{row[f'{of}_at_{k}']:.3f}" for k in (1, 10, 100))


def _changes(result: Row) -> str:
    """Return a line for each design whose additions and erasures were timed."""
    return "\n".join(
        f"- {one['design']}: {one['inserts_per_s']:.0f} additions/s one by one,"
        f" {one['erasures_per_s']:.0f} erasures/s ({one['unit']}); erased bytes"
        f" {'stay' if one['bytes_remain_after_erasure'] else 'do not stay'}."
        for one in result["changes"]
    )


def _remarks(result: Row) -> str:
    ratios = ", ".join(f"{name} {ratio:.2f}x" for name, ratio in result["two_threads"].items())
    memory = result["memory"]
    lines = [
        f"Two threads beside one: {ratios}",
        *_company(result.get("company", ())),
        f"Private memory: {memory['before']:.0f} MB before, {memory['tenprint_search']:.0f} MB"
        f" after tenprint searches, {memory['with_mark_search']:.0f} MB with mark search",
        *_size(result["rows"]),
        *(f"Not measured: {one}" for one in result["missing"]),
    ]
    return "\n".join(f"- {line}." for line in lines)


def _size(rows: Sequence[Row]) -> list[str]:
    ours = next(iter(_by_search(rows, "identlink").values()), None)
    if ours is None:
        return []
    return [f"{ours['bytes_per_person']:.0f} bytes a person, built in {ours['build_s']:.1f} s"]


def _company(rows: Sequence[Row]) -> list[str]:
    """Return a line for each kind of search that was looked up together with others."""
    by_search = [(name, list(members)) for name, members in groupby(rows, lambda r: r["search"])]
    return [
        f"CPU ms a {name}, looked up {'/'.join(str(one['together']) for one in members)} together:"
        f" {'/'.join(format(one['cpu_ms'], '.2f') for one in members)}"
        for name, members in by_search
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of the table of growth: its name in a result, and how it is written."""

    title: str
    name: str
    digits: int = 2
    divisor: float = 1

    def of(self, row: Row) -> str:
        """Return the figure of one size of gallery."""
        if self.name not in row:
            return _NONE
        return f"{row[self.name] / self.divisor:.{self.digits}f}"

    def at_10_million(self, extrapolation: Row) -> str:
        """Return the value of the fitted line; a dash where no line was fitted."""
        line = extrapolation.get(self.name)
        return f"{line['at_10_million'] / self.divisor:.{self.digits}f}" if line else _NONE

    def deviation(self, extrapolation: Row) -> str:
        """Return the largest distance of a measured size from the line."""
        line = extrapolation.get(self.name)
        return f"{line['largest_deviation_share']:.1%}" if line else _NONE


_GROWTH = (
    _Column("tenprint p50 ms", "tenprint_p50_ms"),
    _Column("p99 ms", "tenprint_p99_ms"),
    _Column("person not enrolled, p50 ms", "unenrolled_p50_ms"),
    _Column("mark, known finger", "mark_known_p50_ms"),
    _Column("mark, any finger", "mark_unknown_p50_ms"),
    _Column("tenprint, CPU ms", "tenprint_cpu_p50_ms"),
    _Column("mark, any finger, CPU ms", "mark_unknown_cpu_p50_ms"),
    _Column("tenprint, cold pages, p50 ms", "tenprint_cold_p50_ms", 0),
    _Column("mark, cold pages", "mark_unknown_cold_p50_ms", 0),
    _Column("private MB, tenprint", "private_mb_tenprint", 0),
    _Column("with marks", "private_mb_with_marks", 0),
    _Column("disk MB", "bytes_on_disk", 0, 1e6),
    _Column("persons/s enrolled", "persons_per_s", 0),
    _Column("open s", "open_s", 1),
)


def scale_table(result: Row) -> str:
    """Return a row for each size, and the straight line through them at ten million people."""
    lines = result["extrapolation"]
    cells = [
        *((f"{row['persons']:,}", *(one.of(row) for one in _GROWTH)) for row in result["rows"]),
        ("10,000,000, by the line", *(one.at_10_million(lines) for one in _GROWTH)),
        ("largest deviation from it", *(one.deviation(lines) for one in _GROWTH)),
    ]
    growth = table(("persons", *(one.title for one in _GROWTH)), cells)
    return f"{growth}\n\n{scan_sentence(result['scan'])}" if "scan" in result else growth


def scan_sentence(scan: Row) -> str:
    """Say how fast a scan goes through codes, beside its limits."""
    return (
        f"A scan of tenprints goes through {scan['tenprint_gb_per_s']:.1f} GB of codes a second,"
        f" one of marks through {scan['mark_unknown_gb_per_s']:.1f}; the same scan of codes that"
        f" stay in the processor's cache through {scan['cached_scan_gb_per_s']:.1f}. One thread"
        f" reads {scan['read_gb_per_s']:.1f} GB of memory a second."
    )
