"""`identlink statistics`: a quarter released once, shown, and counted again."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from domain.errors import ConflictError
from domain.plain_values import plain
from domain.publication.facts import Quarter
from domain.publication.releases import Release
from service.bootstrap import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.publication.releases import check_release, release_quarter, show_release

app = Group(
    help="Figures of the office, a quarter at a time: released once and frozen.",
    short_help="Released figures.",
)

QuarterOption = Annotated[str, typer.Option("--quarter", help="Such as 2026Q4.")]


@app.command("release")
def release(call: Call, quarter: QuarterOption) -> None:
    """Count a quarter that is over, freeze its figures and release them."""
    with open_store(call.existing()) as services:
        _say(call, release_quarter(services, CONSOLE, Quarter.parse(quarter)))


@app.command("show")
def show(call: Call, quarter: QuarterOption) -> None:
    """Show the newest version of a release."""
    with open_store(call.existing()) as services:
        found = show_release(services, CONSOLE, Quarter.parse(quarter))
    if call.as_json:
        typer.echo(json.dumps(plain(found.content), sort_keys=True))
        return
    _say(call, found)
    for table in found.content.tables:
        cells = ", ".join(f"{one.name} {one.figure}" for one in table.cells)
        typer.echo(f"{table.service}, {table.title}: {table.total} ({cells})")


@app.command("check")
def check(call: Call, quarter: QuarterOption) -> None:
    """Count a released quarter again, and say whether its first version says the same."""
    with open_store(call.existing()) as services:
        agrees = check_release(services, CONSOLE, Quarter.parse(quarter))
    if not agrees:
        raise ConflictError(
            "The figures for this quarter no longer match the ones that were released."
        )
    call.say(f"{quarter}: the released figures follow from the facts.", {"agrees": True})


def _say(call: Call, found: Release) -> None:
    facts = {
        "quarter": str(found.quarter),
        "version": found.version,
        "tables": len(found.content.tables),
        "content_sha256": found.content_sha256,
        "query_sha256": found.content.query_sha256,
        "log_size": found.log_size,
        "log_root": found.log_root,
    }
    call.say(
        f"{found.quarter}, version {found.version}: {len(found.content.tables)} tables released,"
        f" counted at {found.log_size} events of the log.",
        facts,
    )
