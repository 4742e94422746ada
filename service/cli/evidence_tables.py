"""Candidates and their evidence as tables in a terminal, from the JSON form of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

_SHOWN_CANDIDATES = 5
_BAND_STYLES = {"proposed": "bold green", "possible": "yellow", "unlikely": "dim"}


def candidate_table(
    candidates: Sequence[Mapping[str, Any]], *, true_person: str | None = None
) -> Table:
    """Return the strongest candidates of a search, each with its parts in bits."""
    table = Table(box=None, pad_edge=False)
    for heading in ("rank", "person", "prior", "prints", "details", "total bits"):
        table.add_column(heading, justify="left" if heading == "person" else "right")
    table.add_column("band")
    table.add_column("")
    for candidate in candidates[:_SHOWN_CANDIDATES]:
        is_true = candidate["person_id"] == true_person
        flags = ", ".join(flag["flag"] for flag in candidate["flags"])
        table.add_row(
            str(candidate["rank"]),
            candidate["person_id"][:8],
            *_bits(candidate),
            _band(candidate),
            ("the true person" if is_true else "") + (f"  [{flags}]" if flags else ""),
        )
    return table


def _bits(candidate: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return prior, prints, details and total; prints that no model weighs have no bits."""
    prior, prints, details, total = (
        f"{candidate[name]:+.1f}"
        for name in ("prior_bits", "biometric_bits", "demographic_bits", "total_bits")
    )
    if candidate["prints_withheld"]:
        return prior, "no bits", details, "no bits"
    return prior, prints, details, total


def _band(candidate: Mapping[str, Any]) -> Text:
    if candidate["prints_withheld"]:
        return Text("none", style="dim")
    return Text(candidate["band"], style=_BAND_STYLES[candidate["band"]])


def evidence_table(candidate: Mapping[str, Any]) -> Table:
    """Return the rows of evidence behind one candidate; rows of 0 bits are left out."""
    table = Table(box=None, pad_edge=False, title="Evidence for rank 1", title_justify="left")
    table.add_column("bits", justify="right")
    table.add_column("source")
    table.add_column("level")
    table.add_column("in words", overflow="fold")
    for row in candidate["evidence"]:
        if row["bits"] == 0:
            continue
        table.add_row(f"{row['bits']:+.2f}", row["source"], row["level"], row["note"])
    if candidate["prints_withheld"]:
        note = (
            "No model is fitted on prints of this format: they have no bits, and no band stands."
        )
        table.add_row("", "print", "withheld", note)
    else:
        table.add_row(f"{candidate['total_bits']:+.2f}", "total", candidate["band"], "")
    return table
