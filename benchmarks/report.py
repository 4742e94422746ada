"""Writes the tables and plots of docs/benchmarks.md and docs/evaluation.md from result files.

The first holds two markers for each result, `<!-- begin NAME -->` and `<!-- end NAME -->`; the
text between them is replaced by the table of `NAME.json` and its command. The second is filled
from `evidence.json` and `names.json`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.evidencing.document import fill
from benchmarks.log_report import log_table
from benchmarks.search.plots import draw_growth, draw_recall
from benchmarks.serving.report import (
    batch_lines,
    memory_sentences,
    service_lines,
    stage_lines,
)
from benchmarks.workbench_report import workbench_table

_ROOT = Path(__file__).parent.parent
_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Fill the document in; 1 if a result it names is missing."""
    given = _parser().parse_args(arguments)
    text = given.document.read_text()
    images = given.document.parent / "images" / "benchmarks"
    images.mkdir(parents=True, exist_ok=True)
    missing = []

    def filled(found: re.Match[str]) -> str:
        name = found["name"]
        path = given.results / f"{name}.json"
        if not path.is_file():
            missing.append(name)
            return found[0]
        body = section(json.loads(path.read_text()), images / f"{name}.svg")
        return f"{found[1]}\n{body}\n\n{found[3]}"

    given.document.write_text(_MARKED.sub(filled, text))
    missing += _fill_evaluation(given.evaluation, given.results)
    for name in missing:
        print(f"no result {name}.json: its section is unchanged")
    return 1 if missing else 0


def _fill_evaluation(document: Path, results: Path) -> list[str]:
    """Fill in the available results; return the names of those that are missing."""
    found = {name: results / f"{name}.json" for name in ("evidence", "names")}
    held = {n: json.loads(path.read_text()) for n, path in found.items() if path.is_file()}
    if "evidence" in held:
        fill(document, held["evidence"], held.get("names"))
    return sorted(found.keys() - held.keys())


def section(result: dict[str, Any], image: Path) -> str:
    """Return the section of one result, with its plot, if any, drawn beside it."""
    kind = result["benchmark"]
    if kind not in _TABLES:
        raise SystemExit(f"The result is of the benchmark {kind}, which has no table.")
    parts = [provenance(result), _TABLES[kind](result)]
    if kind in _PLOTS:
        _PLOTS[kind](result["rows"], image)
        parts.append(f"![{kind}](images/benchmarks/{image.name})")
    return "\n\n".join(parts)


def provenance(result: dict[str, Any]) -> str:
    """Return the command of a result and its machine."""
    machine, versions = result["machine"], result["versions"]
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"```\n{result['command']}\n```\n\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" Python {machine['python']}; {named}. Seed {result['seed']}, measured"
        f" {result['measured_at']}, load average at the start {result['load_before']:.1f},"
        f" data `{result['dataset_digest'][:12]}`."
    )


def candidates_tables(result: dict[str, Any]) -> str:
    """Return recall and speed, changes, and omissions."""
    rows = [row for row in result["rows"] if not row["setting"] or row["is_chosen"]]
    header = (
        "search",
        "finger",
        "impression",
        "design",
        "@1",
        "@10",
        "@100",
        "exact @1/@10/@100",
        "p50 ms",
        "p99 ms",
        "CPU p50 ms",
        "queries/s at 64",
        "CPU ms a query at 64",
        "bytes a person",
        "build s",
    )
    cells = [
        (
            row["search"],
            row["finger"],
            row["impression"],
            f"{row['design']} {row['setting']}".strip(),
            f"{row['recall_at_1']:.3f}",
            f"{row['recall_at_10']:.3f}",
            f"{row['recall_at_100']:.3f}",
            f"{row['exact_at_1']:.3f}/{row['exact_at_10']:.3f}/{row['exact_at_100']:.3f}",
            f"{row['p50_ms']:.2f}",
            f"{row['p99_ms']:.2f}",
            f"{row['cpu_p50_ms']:.2f}",
            f"{row['qps_batch64']:.0f}",
            f"{row['cpu_ms_batch64']:.2f}",
            f"{row['bytes_per_person']:.0f}",
            f"{row['build_s']:.1f}",
        )
        for row in rows
    ]
    return "\n\n".join([_table(header, cells), _changes(result), _remarks(result)])


def _changes(result: dict[str, Any]) -> str:
    header = ("design", "additions/s, one by one", "erasures/s", "unit", "bytes stay")
    cells = [
        (
            one["design"],
            f"{one['inserts_per_s']:.0f}",
            f"{one['erasures_per_s']:.0f}",
            one["unit"],
            "yes" if one["bytes_remain_after_erasure"] else "no",
        )
        for one in result["changes"]
    ]
    return _table(header, cells)


def _remarks(result: dict[str, Any]) -> str:
    ratios = [f"- Two threads: {n} {r:.2f}x one." for n, r in result["two_threads"].items()]
    ratios += [
        f"- {one['together']} looked up together: {one['cpu_ms']:.2f} ms CPU each,"
        f" {one['search']}."
        for one in result.get("company", ())
    ]
    memory = result["memory"]
    held = (
        f"- Private memory of the measuring process: {memory['before']:.0f} MB before,"
        f" {memory['tenprint_search']:.0f} MB after tenprint searches,"
        f" {memory['with_mark_search']:.0f} MB with mark search."
    )
    return "\n".join([*ratios, held, *(f"- Not measured: {one}." for one in result["missing"])])


def scale_tables(result: dict[str, Any]) -> str:
    """Return a row for each size, and the lines through them with their arithmetic."""
    header = (
        "persons",
        "tenprint p50 ms (CPU)",
        "p99 ms",
        "stranger p50 ms (CPU)",
        "mark, known finger (CPU)",
        "mark, any finger (CPU)",
        "private MB, tenprint",
        "with marks",
        "disk MB",
        "persons/s enrolled",
        "open s",
    )
    cells = [
        (
            f"{row['persons']:,}",
            _wall_and_cpu(row, "tenprint"),
            f"{row['tenprint_p99_ms']:.2f}",
            _wall_and_cpu(row, "unenrolled"),
            _wall_and_cpu(row, "mark_known"),
            _wall_and_cpu(row, "mark_unknown"),
            f"{row['private_mb_tenprint']:.0f}",
            f"{row['private_mb_with_marks']:.0f}",
            f"{row['bytes_on_disk'] / 1e6:.0f}",
            f"{row['persons_per_s']:.0f}",
            f"{row['open_s']:.1f}",
        )
        for row in result["rows"]
    ]
    lines = [
        (name, line["arithmetic"], f"{line['largest_deviation_share']:.1%}")
        for name, line in result["extrapolation"].items()
    ]
    extrapolated = _table(
        ("figure", "at 10 million: fixed + per million x 10", "largest deviation"), lines
    )
    return f"{_table(header, cells)}\n\n{extrapolated}"


def load_table(result: dict[str, Any]) -> str:
    """Return a row for each run of the loader, and the state after all of them."""
    cells = [
        (
            "killed" if run["was_killed"] else "ended",
            f"{run['persons']:,}",
            f"{run['seconds']:.0f}",
            f"{run['cpu_s']:.0f}",
            f"{run['peak_private_bytes'] / 1e6:.0f}",
        )
        for run in result["runs"]
    ]
    table = _table(("run", "people stored", "s", "CPU s", "private MB at most"), cells)
    disk = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in result["disk_bytes"].items())
    whole = (
        f"{result['persons_per_s']:,.0f} people a second end to end,"
        f" {result['persons_per_cpu_s']:,.0f} a CPU second ({result['database']})."
        f" Held: {result['persons_held']:,} people, {result['captures_held']:,} captures,"
        f" {result['indexed']:,} of them indexed and equal to the database. On disk: {disk}."
    )
    return f"{table}\n\n{whole}"


def integrity_tables(result: dict[str, Any]) -> str:
    """Return the recall of each planted kind, and the false alarms."""
    cells = [
        (row["kind"], f"{row['duplicate_recall']:.1%}", f"{row['swap_recall']:.1%}")
        for row in result["rows"]
    ]
    table = _table(("second capture", "duplicates found", "exchanges found"), cells)
    alarms = (
        f"{result['planted_of_each']} planted of each, among {result['persons']:,} people."
        f" False alarms: {result['false_duplicates']} pairs among {result['captures']:,} captures,"
        f" {result['false_swaps']} exchanges among {result['bookings_compared']:,} bookings."
        f" {result['duplicates_cpu_s'] / result['captures'] * 1e3:.1f} ms of one core a capture."
    )
    return f"{table}\n\n{alarms}"


def service_tables(result: dict[str, Any]) -> str:
    """Return served rates beside one process's rates, by stage, and memory if watched."""
    header, *lines = service_lines(result)
    stage_header, *stages = stage_lines(result)
    batch_header, *batches = batch_lines(result) or [()]
    tables = [
        f"{result['persons']:,} people.",
        _table(header, lines),
        _table(stage_header, stages),
        _table(batch_header, batches) if batches else "",
        "\n".join(memory_sentences(result)),
    ]
    return "\n\n".join(filter(None, tables))


def _wall_and_cpu(row: dict[str, Any], name: str) -> str:
    return f"{row[f'{name}_p50_ms']:.2f} ({row[f'{name}_cpu_p50_ms']:.2f})"


def _table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_TABLES = {
    "candidates": candidates_tables,
    "scale": scale_tables,
    "integrity": integrity_tables,
    "load": load_table,
    "log": log_table,
    "service": service_tables,
    "workbench": workbench_table,
}
_PLOTS = {"candidates": draw_recall, "scale": draw_growth}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks report", description=__doc__)
    parser.add_argument("--document", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--evaluation", type=Path, default=_ROOT / "docs" / "evaluation.md")
    parser.add_argument("--results", type=Path, default=_ROOT / "benchmarks" / "results")
    return parser
