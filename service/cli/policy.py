"""`identlink policy`: the conditions that an examiner's finding must meet."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from domain.examination.finding_policy import (
    GOOD_QUALITY,
    FindingPolicy,
    PolicyVersion,
    ReportTopic,
)
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group, text_in
from service.usecases.examination.possible_outcomes import finding_policy, set_finding_policy
from service.usecases.links.report import account_named, make_statement

app = Group(help="The policy on findings.")

PairsOption = Annotated[
    int | None,
    typer.Option(help="Number of point pairs that an identified mark needs."),
]
TenprintPairsOption = Annotated[
    int | None,
    typer.Option(help="Number of point pairs that each identified finger of a tenprint needs."),
]
QualityOption = Annotated[
    int | None,
    typer.Option(
        help="A finger of a tenprint needs no points if both prints have this quality,"
        f" from {GOOD_QUALITY} to 100; with 0, every finger needs points."
    ),
]
MinutiaeOption = Annotated[
    int | None,
    typer.Option(
        help="Number of minutiae that the analysis of each identified finger needs; 0 for none."
    ),
]
PrintsOption = Annotated[
    bool | None,
    typer.Option(
        "--needs-prints/--without-prints",
        help="Whether findings must be based on fingers seen as an image or as minutiae.",
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
    unmarked_quality: QualityOption = None,
    needs_prints: PrintsOption = None,
) -> None:
    """Change the policy on findings: this makes a new version, recorded as an event."""
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
        if unmarked_quality is not None:
            policy = replace(policy, unmarked_quality=unmarked_quality or None)
        is_trial = call.settings().trial
        _say(call, set_finding_policy(services, CONSOLE, policy, is_trial=is_trial))


@app.command("state")
def state(
    call: Call,
    topic: Annotated[ReportTopic, typer.Argument(help="The subject of the statement.")],
    *,
    file: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="Text file with the words of the statement."
        ),
    ],
    examiner: Annotated[
        str | None,
        typer.Option(help="Sign-in name of the examiner whose competence the statement is about."),
    ] = None,
) -> None:
    """Make a statement that future court reports repeat; it is recorded as an event."""
    words = text_in(file)
    with open_store(call.existing()) as services:
        whose = account_named(services, examiner) if examiner else None
        made = make_statement(services, CONSOLE, topic, words, examiner=whose)
    call.say(
        f"Stated on {topic.value}; reports for court repeat it.",
        {"statement_id": made.statement_id, "topic": topic.value},
    )


def _say(call: Call, found: PolicyVersion) -> None:
    policy = found.policy
    prints = "on prints that were seen" if policy.needs_prints else "on templates only"
    least = policy.unmarked_quality
    spared = f", but none if both prints have quality {least} or more" if least else ""
    sentence = (
        f"version {found.version}: findings rest {prints};"
        f" an identified mark has {policy.mark_point_pairs} pairs of points or more,"
        f" an identified finger of a tenprint {policy.tenprint_point_pairs}{spared};"
        f" its analysis has {policy.analysed_minutiae} minutiae or more"
    )
    call.say(sentence, {"version": found.version, **asdict(policy)})
