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
from service.cli.context import CONSOLE, JsonOption, StoreOption, existing_settings_for, say
from service.usecases.publication.releases import check_release, release_quarter, show_release

app = typer.Typer(help="Released figures.", no_args_is_help=True)

QuarterOption = Annotated[str, typer.Option("--quarter", help="Such as 2026Q4.")]


@app.callback()
def _group() -> None:
    """Figures of the office, a quarter at a time: released once and frozen."""


@app.command("release")
def release(
    context: typer.Context,
    quarter: QuarterOption,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count a quarter that is over, freeze its figures and release them."""
    with open_store(existing_settings_for(context, store)) as services:
        _say(release_quarter(services, CONSOLE, Quarter.parse(quarter)), as_json=as_json)


@app.command("show")
def show(
    context: typer.Context,
    quarter: QuarterOption,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the newest version of a release."""
    with open_store(existing_settings_for(context, store)) as services:
        found = show_release(services, CONSOLE, Quarter.parse(quarter))
    if as_json:
        typer.echo(json.dumps(plain(found.content), sort_keys=True))
        return
    _say(found, as_json=False)
    for table in found.content.tables:
        cells = ", ".join(f"{one.name} {one.figure}" for one in table.cells)
        typer.echo(f"{table.service}, {table.title}: {table.total} ({cells})")


@app.command("check")
def check(
    context: typer.Context,
    quarter: QuarterOption,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count a released quarter again, and say whether its first version says the same."""
    with open_store(existing_settings_for(context, store)) as services:
        agrees = check_release(services, CONSOLE, Quarter.parse(quarter))
    if not agrees:
        raise ConflictError(
            "The figures for this quarter no longer match the ones that were released."
        )
    say(
        f"{quarter}: the released figures follow from the facts.",
        {"agrees": True},
        as_json=as_json,
    )


def _say(found: Release, *, as_json: bool) -> None:
    facts = {
        "quarter": str(found.quarter),
        "version": found.version,
        "tables": len(found.content.tables),
        "content_sha256": found.content_sha256,
        "query_sha256": found.content.query_sha256,
        "log_size": found.log_size,
        "log_root": found.log_root,
    }
    say(
        f"{found.quarter}, version {found.version}: {len(found.content.tables)} tables released,"
        f" counted at {found.log_size} events of the log.",
        facts,
        as_json=as_json,
    )
