"""The table of `benchmarks served`, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def table(result: Mapping[str, Any]) -> str:
    """Return the table in lines."""
    return "\n".join(_lines(result))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    yield f"{result['persons']:,} people; processor ms a call, guard of probes on"
    yield ""
    yield f"{'database':<12}{'call':<7}{'code':<7}{'server':>8}{'database':>10}{'a second':>10}"
    for row in result["rows"]:
        yield (
            f"{row['database']:<12}{row['search']:<7}{row['code']:<7}{row['cpu_ms']:>8.2f}"
            f"{row['database_cpu_ms']:>10.2f}{_rate(row['per_second']):>10}{_ratios(row)}"
        )
    for row in result["rows"]:
        yield ""
        yield f"{row['database']} {row['search']}, {row['code']}: by stage"
        for stage, spent_ms in sorted(row["stages"].items(), key=lambda one: -one[1]):
            yield f"  {stage:<22}{spent_ms:>7.2f}"
    for name, memory in {(r["database"], r["code"]): r["memory"] for r in result["rows"]}.items():
        yield f"memory of a serving process, {' '.join(name)}: {memory['pss_mb']:.0f} MB"


def _rate(per_second: float) -> str:
    return f"{per_second:.1f}" if per_second else "-"


def _ratios(row: Mapping[str, Any]) -> str:
    said = f"  cpu x{row['cpu_ratio']:.3f}" if "cpu_ratio" in row else ""
    return said + (f", rate x{row['per_second_ratio']:.2f}" if "per_second_ratio" in row else "")
