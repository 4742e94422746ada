"""The tables of the benchmarks of the service, for the terminal and for docs/benchmarks.md."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.runner import Column, rows_table, table, table_of


def rates_table(result: Mapping[str, Any]) -> str:
    """Return only the rates of the service."""
    return f"{result['persons']:,} people.\n\n{rows_table('service', _rounds(result))}"


def service_tables(result: Mapping[str, Any]) -> str:
    """Return served rates beside one process, the times by stage, and memory if measured."""
    rounds = _rounds(result)
    parts = [
        rates_table(result),
        table_of(_by_stage(rounds), rounds),
        _batches(result.get("batches", ())),
        "\n".join(memory_sentences(result)),
    ]
    return "\n\n".join(filter(None, parts))


def _rounds(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows. Older results do not state the number of serving processes."""
    return [{"processes": 1, **row} for row in result["rows"]]


def _by_stage(rounds: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return a column with p50 and p99 for each stage."""
    names = dict.fromkeys(stage for row in rounds for stage in row["stages"])
    return [
        Column("p50/p99 ms by stage", "database"),
        *(Column(name, name) for name in ("search", "processes")),
        *(
            Column(name, f"{{stages[{name}][p50_ms]:.1f}}/{{stages[{name}][p99_ms]:.1f}}")
            for name in names
        ),
    ]


def _batches(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    kinds = ("interactive_idle_errors", "interactive_beside_errors")
    return rows_table(
        "batches", [{**row, "errors": sum(row[kind] for kind in kinds)} for row in rows]
    )


def memory_sentences(result: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each database whose memory was measured."""
    return [
        f"- {database}: {held['searches']:,} searches, private memory"
        f" {held['samples'][0][1] / 1e6:.0f} MB before and {held['samples'][-1][1] / 1e6:.0f} MB"
        f" after; {held['slope_bytes_per_search']:.0f} bytes a search by the line through the"
        " samples."
        for database, held in result.get("memory", {}).items()
    ]


def memory_table(result: Mapping[str, Any]) -> str:
    """Return the size of the store and the memory of the server, without rates."""
    return "\n\n".join([f"{result['persons']:,} people.", "\n".join(memory_sentences(result))])


_HERE = "here"
_HEAD = ("database", "call", "server ms", "database ms", "ratio", "rounds", "a second", "ratio")


def served_tables(result: Mapping[str, Any]) -> str:
    """Return a row for each call compared with the other code, its stages, and memory."""
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
    """Return the header, and a row for each stage: milliseconds here and with the other code."""
    head = ("ms by stage", *(f"{row['database']} {row['search']}" for row, _ in pairs))
    stages = [(row["stages"], other.get("stages", {})) for row, other in pairs]
    names = dict.fromkeys(name for own, other in stages for name in own | other)
    cells = [(name, *(_beside(*both, name, ".2f") for both in stages)) for name in names]
    return head, cells


def _beside(own: Mapping[str, Any], other: Mapping[str, Any], name: str, form: str) -> str:
    """Return a number, a slash and the other code's number; a dash for a missing number."""
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
