"""`identlink policy`: the views, names and marks that a finding demands of an examiner."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from domain.finding_policy import FindingPolicy, PolicyVersion
from service.bootstrap import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.examination.possible_outcomes import finding_policy, set_finding_policy

app = Group(help="The policy on findings.")

PairsOption = Annotated[
    int | None,
    typer.Option(
        "--mark-point-pairs", help="Pairs of points that an identified mark needs; 0 for none."
    ),
]
TenprintPairsOption = Annotated[
    int | None,
    typer.Option(
        "--tenprint-point-pairs",
        help="Pairs of points that each identified finger of a tenprint needs; 0 for none.",
    ),
]
MinutiaeOption = Annotated[
    int | None,
    typer.Option(
        "--analysed-minutiae",
        help="Minutiae that the analysis of each identified finger needs; 0 for none.",
    ),
]
PrintsOption = Annotated[
    bool | None,
    typer.Option(
        "--needs-prints/--without-prints",
        help="Whether findings rest on fingers seen as an image or as minutiae.",
    ),
]


@app.command()
def show(call: Call) -> None:
    """Show the current policy on findings and its version."""
    with open_store(call.existing()) as services:
        _say(call, finding_policy(services))


@app.command("set")
def set_policy(
    call: Call,
    *,
    mark_point_pairs: PairsOption = None,
    tenprint_point_pairs: TenprintPairsOption = None,
    analysed_minutiae: MinutiaeOption = None,
    needs_prints: PrintsOption = None,
) -> None:
    """Set the policy on findings from now on: a new version, recorded as an event."""
    asked = {
        "mark_point_pairs": mark_point_pairs,
        "tenprint_point_pairs": tenprint_point_pairs,
        "analysed_minutiae": analysed_minutiae,
        "needs_prints": needs_prints,
    }
    with open_store(call.existing()) as services:
        held = finding_policy(services).policy
        given = {name: value for name, value in asked.items() if value is not None}
        policy: FindingPolicy = replace(held, **given)  # type: ignore[arg-type]  # by name
        _say(call, set_finding_policy(services, CONSOLE, policy))


def _say(call: Call, found: PolicyVersion) -> None:
    policy = found.policy
    prints = "on prints that were seen" if policy.needs_prints else "on templates alone"
    sentence = (
        f"version {found.version}: findings rest {prints};"
        f" an identified mark has {policy.mark_point_pairs} pairs of points or more,"
        f" an identified finger of a tenprint {policy.tenprint_point_pairs};"
        f" its analysis has {policy.analysed_minutiae} minutiae or more"
    )
    call.say(sentence, {"version": found.version, **asdict(policy)})
