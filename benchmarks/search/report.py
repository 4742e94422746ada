"""The sections of docs/benchmarks.md on candidate search and on its growth with the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from benchmarks.markdown import MISSING, Column, rows_table, table

Row = dict[str, Any]
_RECALL_AND_SPEED = (
    Column("@1/@10/@100", "{recall_at_1:.3f}/{recall_at_10:.3f}/{recall_at_100:.3f}"),
    Column("exact", "{exact_at_1:.3f}/{exact_at_10:.3f}/{exact_at_100:.3f}"),
    Column("p50/p99 ms", "{p50_ms:.2f}/{p99_ms:.2f}"),
    Column("queries/s at 64", "qps_batch64", ".0f"),
)
_BESIDE_FLAT = (
    Column("search", "kind"),
    Column("impression", "impression"),
    *_RECALL_AND_SPEED,
    Column("`flat` p50 ms", "{flat[p50_ms]:.2f}"),
    Column("`flat` queries/s at 64", "{flat[qps_batch64]:.0f}"),
)
_GRAPHS = (
    Column("mark, finger known", "impression"),
    Column("design", "{design} {setting}"),
    *_RECALL_AND_SPEED,
    Column("p50 / identlink's", "of_ours", ".1f"),
    Column("bytes a person", "bytes_per_person", ".0f"),
    Column("build s", "build_s", ".1f"),
)


def candidates_tables(result: Row) -> str:
    """Return identlink beside exact search, the graphs, changes, and what was left out."""
    parts = [_beside_flat(result["rows"]), graph_table(result), remarks(result)]
    return "\n\n".join(filter(None, parts))


def graph_table(result: Row) -> str:
    """Return each graph at its chosen setting beside identlink; empty where none was measured."""
    ours = _by_search(result["rows"], "identlink")
    chosen = [
        row | {"of_ours": row["p50_ms"] / ours[_search(row)]["p50_ms"]}
        for row in result["rows"]
        if row["setting"] and row["is_chosen"]
    ]
    return rows_table(_GRAPHS, chosen) if chosen else ""


def _beside_flat(rows: Sequence[Row]) -> str:
    exhaustive = _by_search(rows, "flat")
    ours = [
        row | {"kind": _kind(row)} | ({"flat": exhaustive[key]} if key in exhaustive else {})
        for key, row in _by_search(rows, "identlink").items()
    ]
    return rows_table(_BESIDE_FLAT, ours)


def _by_search(rows: Sequence[Row], design: str) -> dict[tuple[str, str, str], Row]:
    return {_search(row): row for row in rows if row["design"] == design}


def _search(row: Row) -> tuple[str, str, str]:
    return row["search"], row["finger"], row["impression"]


def _kind(row: Row) -> str:
    return row["search"] if row["finger"] == "ten" else f"mark, finger {row['finger']}"


def _changes(result: Row) -> list[str]:
    """Return a line for each design whose additions and erasures were timed."""
    return [
        f"- {one['design']}: {one['inserts_per_s']:.0f} additions/s one by one,"
        f" {one['erasures_per_s']:.0f} erasures/s ({one['unit']}); erased bytes"
        f" {'stay' if one['bytes_remain_after_erasure'] else 'do not stay'}."
        for one in result["changes"]
    ]


def remarks(result: Row) -> str:
    """Return changes, threads, company, memory and size as a list, and what was left out."""
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
    return "\n".join([*_changes(result), *(f"- {line}." for line in lines)])


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


_GROWTH = (
    Column("tenprint p50 ms", "tenprint_p50_ms", ".2f"),
    Column("p99 ms", "tenprint_p99_ms", ".2f"),
    Column("person not enrolled, p50 ms", "unenrolled_p50_ms", ".2f"),
    Column("mark, known finger", "mark_known_p50_ms", ".2f"),
    Column("mark, any finger", "mark_unknown_p50_ms", ".2f"),
    Column("tenprint, CPU ms", "tenprint_cpu_p50_ms", ".2f"),
    Column("mark, any finger, CPU ms", "mark_unknown_cpu_p50_ms", ".2f"),
    Column("tenprint, cold pages, p50 ms", "tenprint_cold_p50_ms", ".0f"),
    Column("mark, cold pages", "mark_unknown_cold_p50_ms", ".0f"),
    Column("private MB, tenprint", "private_mb_tenprint", ".0f"),
    Column("with marks", "private_mb_with_marks", ".0f"),
    Column("disk MB", "bytes_on_disk", ".0f", 1e6),
    Column("persons/s enrolled", "persons_per_s", ".0f"),
    Column("open s", "open_s", ".1f"),
)


def scale_table(result: Row) -> str:
    """Return a row for each size, and the straight line through them at ten million people."""
    lines = result["extrapolation"]
    at_10_million = {name: line["at_10_million"] for name, line in lines.items()}
    cells = [
        *((f"{row['persons']:,}", *(one.of(row) for one in _GROWTH)) for row in result["rows"]),
        ("10,000,000, by the line", *(one.of(at_10_million) for one in _GROWTH)),
        ("largest deviation from it", *(_deviation(lines.get(one.name)) for one in _GROWTH)),
    ]
    growth = table(("persons", *(one.title for one in _GROWTH)), cells)
    return f"{growth}\n\n{scan_sentence(result['scan'])}" if "scan" in result else growth


def _deviation(line: Row | None) -> str:
    return MISSING if line is None else f"{line['largest_deviation_share']:.1%}"


def scan_sentence(scan: Row) -> str:
    """Say how fast a scan goes through codes, beside its limits."""
    return (
        f"A scan of tenprints goes through {scan['tenprint_gb_per_s']:.1f} GB of codes a second,"
        f" one of marks through {scan['mark_unknown_gb_per_s']:.1f}; the same scan of codes that"
        f" stay in the processor's cache through {scan['cached_scan_gb_per_s']:.1f}. One thread"
        f" reads {scan['read_gb_per_s']:.1f} GB of memory a second."
    )
