"""The tables of small results, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from typing import Any

from benchmarks.markdown import Column, rows_table, table

_RUN = (
    Column("run", "end"),
    Column("people stored", "persons", ","),
    Column("s", "seconds", ".0f"),
    Column("CPU s", "cpu_s", ".0f"),
    Column("private MB at most", "peak_private_bytes", ".0f", 1e6),
)


def load_table(result: dict[str, Any]) -> str:
    """Return a row for each run of the loader, and what all of them made."""
    ends = ("killed" if run["was_killed"] else "ended" for run in result["runs"])
    runs = rows_table(
        _RUN, [run | {"end": end} for run, end in zip(result["runs"], ends, strict=True)]
    )
    disk = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in result["disk_bytes"].items())
    workers = result.get("workers", 1)
    by = f"{result['database']}, {workers} workers" if workers > 1 else result["database"]
    whole = (
        f"{result['persons_per_s']:,.0f} people a second end to end,"
        f" {result['persons_per_cpu_s']:,.0f} a CPU second ({by})."
        f" Held: {result['persons_held']:,} people, {result['captures_held']:,} captures,"
        f" {result['indexed']:,} of them indexed and equal to the database. On disk: {disk}."
    )
    return f"{runs}\n\n{whole}"


_FOUND = (
    Column("second capture", "kind"),
    Column("duplicates found", "duplicate_recall", ".1%"),
    Column("exchanges found", "swap_recall", ".1%"),
)


def integrity_tables(result: dict[str, Any]) -> str:
    """Return what was found again of each kind, and the false alarms."""
    alarms = (
        f"{result['planted_of_each']} planted of each, among {result['persons']:,} people."
        f" False alarms: {result['false_duplicates']} pairs among {result['captures']:,} captures,"
        f" {result['false_swaps']} exchanges among {result['bookings_compared']:,} bookings."
        f" {result['duplicates_cpu_s'] / result['captures'] * 1e3:.1f} ms of one core a capture."
    )
    return f"{rows_table(_FOUND, result['rows'])}\n\n{alarms}"


def log_table(result: dict[str, Any]) -> str:
    """Return a row for each figure, with its floor where there is one."""
    proofs, size = result["proofs"], result["bytes_per_event"]
    rows = [
        *_costs(result["use_cases"]),
        ("appending alone, events a second", f"{result['append']['events_per_second']:,.0f}", ""),
        ("inclusion proof, made and verified, p50 ms", f"{proofs['together_ms_p50']:.2f}", "< 1"),
        ("the same, p99 ms", f"{proofs['together_ms_p99']:.2f}", ""),
        ("verification of the live store, CPU s", *_verified(result["verify_store"])),
        ("verification of the bundle, CPU s", *_verified(result["verify_bundle"])),
        ("bytes an event in the database", f"{size['database']:.0f}", ""),
        ("bytes an event in the bundle", f"{size['bundle']:.0f}", ""),
    ]
    head = f"{result['events']:,} events; {result['persons']:,} people enrolled before."
    return f"{head}\n\n{table(('figure', 'measured', 'floor'), rows)}"


def _verified(times: dict[str, float]) -> tuple[str, str]:
    return f"{times['processor_seconds']:.1f} ({times['wall_seconds']:.1f} elapsed)", "< 60"


def _costs(use_cases: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the log's share of each use case that was run with and without it."""
    measured = {name: one for name, one in use_cases.items() if isinstance(one, dict)}
    return [
        (
            f"throughput (processor time) of {name} lost to the log",
            f"{one['throughput_lost']:.1%} ({one['processor_time_lost']:.1%})",
            "< 20 %",
        )
        for name, one in measured.items()
    ]


_PAGE = (
    Column("page", "page"),
    Column("CPU p50 ms", "cpu_p50_ms", ".1f"),
    Column("p95 ms", "p95_ms", ".1f"),
    Column("limit of p95 ms", "limit_ms", ".0f"),
)


def workbench_table(result: dict[str, Any]) -> str:
    """Return a row for each page: elapsed and processor time of the server."""
    return _pages(result, result["pages"])


def slow_pages_table(result: dict[str, Any]) -> str:
    """Return the rows of the queue and of the pages that miss their limit."""
    pages = result["pages"]
    shown = [one for one in pages if one["page"] == "queue" or one["p95_ms"] > one["limit_ms"]]
    held = len(pages) - len(shown)
    return f"{_pages(result, shown)}\n\nThe other {held} of {len(pages)} pages hold their limits."


def _pages(result: dict[str, Any], pages: list[dict[str, Any]]) -> str:
    head = (
        f"{result['persons']:,} people, {result['cases']:,} cases, {result['database']};"
        f" {result['requests']} requests of each page after the first two."
    )
    return f"{head}\n\n{rows_table(_PAGE, pages)}"


_RAY = (
    Column("search", "kind"),
    Column("parts in this process, ms", "here_ms", ".1f"),
    Column("over Ray, ms", "ray_ms", ".1f"),
)


def scale_out_table(result: dict[str, Any]) -> str:
    """Return equal lists and cost, then the counts under erasures or kills."""
    threads = f"{result['threads']} threads, by the clock"
    header = ("search", "one index, CPU ms", "parts, CPU ms", "ratio", threads)
    cells = []
    for row in result["rows"]:
        one, several = row["one_cpu_ms"], row["parts_cpu_ms"]
        speedup = f"{result['threads_speedup'][row['kind']]:.2f} x"
        ratio = f"{several / one:.2f}"
        cells.append((row["kind"], f"{one:.2f}", f"{several:.2f}", ratio, speedup))
    lists = (
        f"{result['persons']:,} people in {result['parts']} parts:"
        f" {result['identical_lists']} of {result['lists']} lists equal those of one index."
    )
    counts = _ray_counts(result) if "kills" in result else _erasure_counts(result)
    return "\n\n".join([lists, table(header, cells), *counts])


def _erasure_counts(result: dict[str, Any]) -> list[str]:
    return [
        f"While people were erased: {result['searches_during_changes']} lists,"
        f" {result['refused']} refused (parts not at one change),"
        f" {result['partial_lists']} partial, {result['stale_reads']} stale."
    ]


def _ray_counts(result: dict[str, Any]) -> list[str]:
    batch = result["ray_batch_of_64"]
    together = {"kind": "64 tenprints together"} | batch
    return [
        f"Ray, {result['replicas']} replicas each, by the clock, on {result['machine']['cores']}"
        f" cores at a load of {result['load_before']:.0f}:",
        rows_table(_RAY, [*result["ray_rows"], together]),
        f"Over Ray a search takes {result['ray_overhead_p50_ms']:.1f} ms more (median of all),"
        f" a batch {batch['ray_ms'] / batch['here_ms']:.2f} times as long;"
        f" {result['ray_identical_lists']} of {result['ray_lists']} lists are equal in every"
        " byte.",
        f"{result['kills']} replicas killed while searches ran: {result['ray_searches']} lists,"
        f" {result['ray_refused']} refused, {result['partial_lists']} partial,"
        f" {result['stale_reads']} stale, {result['ray_differing_lists']} differing; whole again"
        f" after {result['whole_again_p50_s']:.1f} s (p50), {result['whole_again_max_s']:.1f} s"
        " (longest).",
    ]


_EVERYBODY = (
    Column("compared with everybody", "kind"),
    Column("answers", "answers"),
    Column("one index, captures a core second", "one_captures_a_cpu_s", ","),
    Column("parts", "parts_captures_a_cpu_s", ","),
)


def everybody_table(rows: list[dict[str, Any]]) -> str:
    """Return whether the parts answer as one index about everybody, and the speed of both."""
    answers = {True: "equal", False: "DIFFERENT"}
    return rows_table(_EVERYBODY, [row | {"answers": answers[row["is_equal"]]} for row in rows])
