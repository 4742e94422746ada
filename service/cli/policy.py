"""`identlink policy`: what an examiner must have seen, named and marked for a finding."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from domain.finding_policy import FindingPolicy, PolicyVersion
from service.bootstrap import open_store
from service.cli.context import CONSOLE, JsonOption, StoreOption, existing_settings_for, say
from service.usecases.examination.finding_policies import finding_policy, set_finding_policy

app = typer.Typer(help="The policy on findings.", no_args_is_help=True)

PairsOption = Annotated[
    int | None,
    typer.Option("--mark-point-pairs", help="Pairs of points of an identified mark; 0 for none."),
]
PrintsOption = Annotated[
    bool | None,
    typer.Option(
        "--needs-prints/--without-prints",
        help="Whether findings rest on fingers seen as an image or as minutiae.",
    ),
]


@app.command()
def show(
    context: typer.Context, store: StoreOption = None, *, as_json: JsonOption = False
) -> None:
    """Show the policy on findings in force, and its version."""
    with open_store(existing_settings_for(context, store)) as services:
        _say(finding_policy(services), as_json=as_json)


@app.command("set")
def set_policy(
    context: typer.Context,
    *,
    mark_point_pairs: PairsOption = None,
    needs_prints: PrintsOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set the policy on findings from now on: a new version, and an event that says so."""
    asked = {"mark_point_pairs": mark_point_pairs, "needs_prints": needs_prints}
    with open_store(existing_settings_for(context, store)) as services:
        held = finding_policy(services).policy
        given = {name: value for name, value in asked.items() if value is not None}
        policy: FindingPolicy = replace(held, **given)  # type: ignore[arg-type]  # by name
        _say(set_finding_policy(services, CONSOLE, policy), as_json=as_json)


def _say(found: PolicyVersion, *, as_json: bool) -> None:
    policy = found.policy
    prints = "on prints that were seen" if policy.needs_prints else "on templates alone"
    sentence = (
        f"version {found.version}: findings rest {prints};"
        f" an identified mark has {policy.mark_point_pairs} pairs of points or more"
    )
    say(sentence, {"version": found.version, **asdict(policy)}, as_json=as_json)
