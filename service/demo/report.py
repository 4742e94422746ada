"""The output of the demo: tables for people, one JSON object for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from domain.access.access import Role
from service.cli.searching import candidate_table, evidence_table
from service.demo.scenario import Kind, PlannedSearch


def search_summary(
    search: PlannedSearch, search_id: str, evidence: dict[str, Any], standing: dict[str, Any]
) -> dict[str, Any]:
    """Return a search's summary for the JSON answer; an id is None if there is none."""
    candidates = evidence["candidates"]
    true_person = search.probe.truth.person_id if search.is_enrolled else None
    ranks = (c["rank"] for c in candidates if c["person_id"] == true_person)
    link = standing["link"]
    return {
        "kind": search.kind.value,
        "words": f"{search.search_type.value}: {search.kind.words}",
        "search_id": search_id,
        "true_person": true_person,
        "rank_of_true_person": next(ranks, None),
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
    """Print the candidates of a search in bits, and the evidence for the first of them.

    Rows of 0 bits, mostly missing details, are left out; the JSON answer has all rows.
    """
    candidates = evidence["candidates"]
    title = f"{search.search_type.value}: {search.kind.words} ({duration_ms:.0f} ms)"
    parts: list[Table | Text] = [
        candidate_table(candidates, true_person=search.probe.truth.person_id)
    ]
    if candidates and (candidates[0]["band"] != "unlikely" or search.kind is Kind.MARK):
        parts.append(evidence_table(candidates[0]))
    console.print(Panel(Group(*parts), title=title, title_align="left"))


def print_first_candidate(
    console: Console, search: PlannedSearch, evidence: dict[str, Any]
) -> None:
    """Print how many candidates a search found, and the evidence for the first, in bits."""
    candidates = evidence["candidates"]
    found = f"{len(candidates)} found"
    if candidates:
        found += f", first {_first_words(candidates[0])}"
    console.print(f"{search.search_type.value}: {search.kind.words}: {found}.", soft_wrap=True)
    for row in candidates[0]["evidence"] if candidates else ():
        if row["source"] == "bound by counts":
            console.print(f"  {row['note'].split('. ')[0]}.", soft_wrap=True)


def _first_words(candidate: Mapping[str, Any]) -> str:
    return f"{candidate['total_bits']:+.1f} bits, {candidate['band']}"


def print_outcomes(console: Console, summaries: list[dict[str, Any]]) -> None:
    """Print each search with its first candidate and the answer to the force."""
    table = Table(title="Searches of a force", title_justify="left", box=None, pad_edge=False)
    # Prints of a format without a fitted model have no bits.
    has_bits = any(summary.get("top") for summary in summaries)
    for heading in ("search", *["first candidate"] * has_bits, "answer", "link"):
        table.add_column(heading)
    for summary in summaries:
        top, link = summary.get("top"), summary["link_id"]
        first = _first_words(top) if top else ""
        told = (*[first] * has_bits, str(summary["outcome"]), link[:8] if link else "")
        table.add_row(summary["words"], *told)
    console.print(table)
    console.print("Two examiners decided each case, neither knowing of the other.")


def print_provenance(
    console: Console, *, text: str, prov_n: str, replay: str, checkpoint: str
) -> None:
    """Print how a link was made, its evidence in the log, and whether it replays."""
    view = "The same as W3C PROV[/bold] (identlink link provenance ID --format provn)"
    for heading, words in (
        ("How the first link came to be[/bold]", text),
        (view, f"{prov_n.rstrip()}\n\nReplay of its search: {replay}"),
        ("The log, signed[/bold] (a checkpoint, C2SP signed note)", checkpoint),
    ):
        console.print(f"\n[bold]{heading}")
        console.print(words.rstrip(), highlight=False, markup=False, soft_wrap=True)


def print_tokens(console: Console, secrets: Mapping[str, str]) -> None:
    """Print an API token for each person of the demo."""
    console.print("\n[bold]Tokens[/bold] of the demo's people at the API:")
    for user_id, secret in secrets.items():
        console.print(f"  {user_id:<22}{secret}", highlight=False, markup=False, soft_wrap=True)


def print_doors(
    console: Console, address: str, password: str, names: Sequence[tuple[str, Role]]
) -> None:
    """Print the addresses of the tour, the workbench and the API, and the sign-ins."""
    console.print(f"\n[bold]Guided tour:[/bold] {address}/demo/tour", soft_wrap=True)
    console.print(f"[bold]Workbench:[/bold]   {address}/workbench", soft_wrap=True)
    console.print(f"[bold]API:[/bold]         {address}/docs", soft_wrap=True)
    console.print(f"Sign in with the password {password} as", highlight=False, markup=False)
    shown = [f"{name} ({role.value.replace('-', ' ')})" for name, role in names]
    console.print("  " + ", ".join(shown), highlight=False, markup=False)
    console.print("\nCtrl-C stops the service; --verbose shows evidence, provenance and tokens.")
