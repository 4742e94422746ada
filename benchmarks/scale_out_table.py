"""The result of `benchmarks scale-out` as tables, for the terminal and the documents."""

from __future__ import annotations

from typing import Any


def scale_out_table(result: dict[str, Any]) -> str:
    """Return equal lists and cost, then the counts under erasures or kills."""
    lines = [
        f"{result['persons']:,} people in {result['parts']} parts:"
        f" {result['identical_lists']} of {result['lists']} lists equal those of one index.",
        "",
        "| search | one index, CPU ms | parts, CPU ms | ratio |"
        f" {result['threads']} threads, by the clock |",
        "|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        one, several = row["one_cpu_ms"], row["parts_cpu_ms"]
        speedup = result["threads_speedup"][row["kind"]]
        figures = f"{one:.2f} | {several:.2f} | {several / one:.2f} | {speedup:.2f} x"
        lines.append(f"| {row['kind']} | {figures} |")
    if "kills" in result:
        return "\n".join([*lines, "", *_ray_lines(result)])
    lines += [
        "",
        f"While people were erased: {result['searches_during_changes']} lists,"
        f" {result['refused']} refused (parts not at one change),"
        f" {result['partial_lists']} partial, {result['stale_reads']} stale.",
    ]
    return "\n".join(lines)


def _ray_lines(result: dict[str, Any]) -> list[str]:
    batch = result["ray_batch_of_64"]
    return [
        f"Ray, {result['replicas']} replicas each, by the clock, on {result['machine']['cores']}"
        f" cores at a load of {result['load_before']:.0f}:",
        "",
        "| search | parts in this process, ms | over Ray, ms |",
        "|---|---|---|",
        *(
            f"| {row['kind']} | {row['here_ms']:.1f} | {row['ray_ms']:.1f} |"
            for row in result["ray_rows"]
        ),
        f"| 64 tenprints together | {batch['here_ms']:.0f} | {batch['ray_ms']:.0f} |",
        "",
        f"Over Ray a search takes {result['ray_overhead_p50_ms']:.1f} ms more (median of all),"
        f" a batch {batch['ray_ms'] / batch['here_ms']:.2f} times as long;"
        f" {result['ray_identical_lists']} of {result['ray_lists']} lists are equal in every"
        " byte.",
        "",
        f"{result['kills']} replicas killed while searches ran: {result['ray_searches']} lists,"
        f" {result['ray_refused']} refused, {result['partial_lists']} partial,"
        f" {result['stale_reads']} stale, {result['ray_differing_lists']} differing; whole again"
        f" after {result['whole_again_p50_s']:.1f} s (p50), {result['whole_again_max_s']:.1f} s"
        " (longest).",
    ]
