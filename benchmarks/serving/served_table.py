"""The tables of `benchmarks served`, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.markdown import table

_HERE = "here"
_HEAD = ("database", "call", "server ms", "database ms", "ratio", "rounds", "a second", "ratio")


def served_tables(result: Mapping[str, Any]) -> str:
    """Return a row for each call beside the other code, its stages, and memory."""
    own = [row for row in result["rows"] if row["code"] == _HERE]
    others = {
        (row["database"], row["search"]): row for row in result["rows"] if row["code"] != _HERE
    }
    pairs = [(row, others.get((row["database"], row["search"]), {})) for row in own]
    against = f", beside the code of {result['against']}" if result["against"] else ""
    parts = [
        f"{result['persons']:,} people, guard of probes on{against}.",
        table(_HEAD, [_served_cells(row, other) for row, other in pairs]),
        table(*_stage_cells(pairs)),
        "\n".join(_memory_lines(result["rows"])),
    ]
    return "\n\n".join(parts)


def _served_cells(row: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    rounds = row.get("round_ratios")
    return (
        row["database"],
        row["search"],
        *(_beside(row, other, name, ".1f") for name in ("cpu_ms", "database_cpu_ms")),
        f"{row['cpu_ratio']:.2f}" if "cpu_ratio" in row else "-",
        f"{min(rounds):.2f} to {max(rounds):.2f}" if rounds else "-",
        _beside(row, other, "per_second", ".0f") if row["per_second"] else "-",
        f"{row['per_second_ratio']:.2f}" if "per_second_ratio" in row else "-",
    )


def _stage_cells(
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the header and a row for each stage: milliseconds here and of the other code."""
    head = ("ms by stage", *(f"{row['database']} {row['search']}" for row, _ in pairs))
    names = dict.fromkeys(name for row, other in pairs for name in _stages(row) | _stages(other))
    cells = [
        (name, *(_beside(_stages(row), _stages(other), name, ".2f") for row, other in pairs))
        for name in names
    ]
    return head, cells


def _stages(row: Mapping[str, Any]) -> dict[str, float]:
    return dict(row.get("stages", {}))


def _beside(own: Mapping[str, Any], other: Mapping[str, Any], name: str, form: str) -> str:
    """Return a number and, behind a slash, that of the other code; - for one that is missing."""
    told = [f"{one[name]:{form}}" if name in one else "-" for one in (own, other) if one]
    return "/".join(told)


def _memory_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for (database, code), memory in {
        (r["database"], r["code"]): r["memory"] for r in rows
    }.items():
        yield (
            f"- Memory of a serving process, {database}, {code}: {memory['pss_mb']:.0f} MB, of it"
            f" {memory['anonymous_mb']:.0f} MB of its own and the rest files."
        )
