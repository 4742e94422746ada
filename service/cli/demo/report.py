"""What the demo prints: tables for people, one JSON object for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from service.cli.demo.scenario import Kind, PlannedSearch

_SHOWN_CANDIDATES = 5
_BAND_STYLES = {"proposed": "bold green", "possible": "yellow", "unlikely": "dim"}


def search_summary(
    search: PlannedSearch, search_id: str, evidence: dict[str, Any], standing: dict[str, Any]
) -> dict[str, Any]:
    """Return one search of the demo's JSON answer; ids are None where there is none."""
    candidates = evidence["candidates"]
    true_person = search.probe.truth.person_id if search.is_enrolled else None
    link = standing["link"]
    return {
        "kind": search.kind.value,
        "search_id": search_id,
        "true_person": true_person,
        "rank_of_true_person": next(
            (c["rank"] for c in candidates if c["person_id"] == true_person), None
        ),
        "top": _top(candidates[0]) if candidates else None,
        "outcome": standing["outcome"],
        "link_id": link["link_id"] if link else None,
    }


def _top(candidate: dict[str, Any]) -> dict[str, Any]:
    kept = ("total_bits", "prior_bits", "biometric_bits", "demographic_bits", "band")
    rows = [
        {"source": row["source"], "level": row["level"], "bits": row["bits"]}
        for row in candidate["evidence"]
    ]
    return {**{name: candidate[name] for name in kept}, "evidence": rows}


def print_candidates(
    console: Console, search: PlannedSearch, evidence: dict[str, Any], *, duration_ms: float
) -> None:
    """Print the candidates of a search as bits, and the rows behind the first of them.

    Rows of 0 bits, mostly details that nobody gave, are left out; the JSON answer has them all.
    """
    candidates = evidence["candidates"]
    title = f"{search.search_type.value}: {search.kind.words} ({duration_ms:.0f} ms)"
    parts: list[Table | Text] = [_candidate_table(search, candidates)]
    if candidates and (candidates[0]["band"] != "unlikely" or search.kind is Kind.MARK):
        parts.append(_evidence_table(candidates[0]))
    console.print(Panel(Group(*parts), title=title, title_align="left"))


def _candidate_table(search: PlannedSearch, candidates: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("rank", "person", "prior", "prints", "details", "total bits"):
        table.add_column(heading, justify="left" if heading == "person" else "right")
    table.add_column("band")
    table.add_column("")
    for candidate in candidates[:_SHOWN_CANDIDATES]:
        is_true = candidate["person_id"] == search.probe.truth.person_id
        flags = ", ".join(flag["flag"] for flag in candidate["flags"])
        table.add_row(
            str(candidate["rank"]),
            candidate["person_id"][:8],
            *(
                f"{candidate[name]:+.1f}"
                for name in ("prior_bits", "biometric_bits", "demographic_bits", "total_bits")
            ),
            Text(candidate["band"], style=_BAND_STYLES[candidate["band"]]),
            ("the true person" if is_true else "") + (f"  [{flags}]" if flags else ""),
        )
    return table


def _evidence_table(candidate: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, title="Evidence for rank 1", title_justify="left")
    table.add_column("bits", justify="right")
    table.add_column("source")
    table.add_column("level")
    table.add_column("in words", overflow="fold")
    for row in candidate["evidence"]:
        if row["bits"] == 0:
            continue
        table.add_row(f"{row['bits']:+.2f}", row["source"], row["level"], row["note"])
    table.add_row(f"{candidate['total_bits']:+.2f}", "total", candidate["band"], "")
    return table


def print_outcomes(console: Console, summaries: list[dict[str, Any]]) -> None:
    """Print what the forces are told."""
    table = Table(title="What the force is told", title_justify="left", box=None, pad_edge=False)
    for heading in ("search", "outcome", "link"):
        table.add_column(heading)
    for summary in summaries:
        table.add_row(summary["kind"], str(summary["outcome"]), summary["link_id"] or "")
    console.print(table)


def print_provenance(console: Console, link_id: str, document: dict[str, Any]) -> None:
    """Print how a link came to be, from its W3C PROV document."""
    counts = ", ".join(f"{len(document[kind])} {kind}" for kind in document if kind != "prefix")
    console.print(f"\nProvenance of link {link_id} (W3C PROV-JSON): {counts}")
    console.print_json(data=document)


def print_doors(
    console: Console, address: str, passwords: dict[str, str], secrets: dict[str, str]
) -> None:
    """Print where the service is, three sign-ins to the workbench, and a token for each role."""
    console.print(
        f"\n[bold]Workbench:[/bold] {address}/workbench   two cases wait there. Sign in:"
    )
    for name, password in passwords.items():
        console.print(f"  {name:<22}{password}", highlight=False, markup=False)
    console.print(f"\n[bold]API:[/bold] {address}/openapi.json   tokens of the demo's people:")
    for user_id, secret in secrets.items():
        console.print(f"  {user_id:<22}{secret}", highlight=False, markup=False)
    console.print("\nCtrl-C stops the service.")
