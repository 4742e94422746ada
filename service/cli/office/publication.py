"""`identlink statistics` and `publication`: release a quarter once; write the public site."""

import json
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import ConflictError
from domain.plain_values import plain
from domain.publication import Quarter, Release
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.publication.information import disclosure_log
from service.usecases.publication.releases import (
    check_release,
    list_releases,
    release_quarter,
    show_release,
)
from service.web.publication.site import site_files

statistics = Group(
    help="Statistics of the office for each quarter, which are released once and then frozen.",
    short_help="Released figures.",
)

QuarterOption = Annotated[str, typer.Option("--quarter", help="Quarter, such as 2026Q4.")]


@statistics.command("release")
def release(call: Call, quarter: QuarterOption) -> None:
    """Count a quarter that is over, freeze its figures and release them."""
    with open_store(call.existing()) as services:
        _say(call, release_quarter(services, CONSOLE, Quarter.parse(quarter)))


@statistics.command("show")
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


@statistics.command("check")
def check(call: Call, quarter: QuarterOption) -> None:
    """Count a released quarter again, and compare the result with its first version."""
    with open_store(call.existing()) as services:
        agrees = check_release(services, CONSOLE, Quarter.parse(quarter))
    if not agrees:
        raise ConflictError(
            "The figures for this quarter no longer match the ones that were published: find "
            "out what has changed."
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


publication = Group(
    help="The publication scheme, the released figures and the disclosure log, as files.",
    short_help="The public site.",
)

_MOST_ANSWERS = 10_000


@publication.command("site")
def site(
    call: Call,
    directory: Annotated[
        Path, typer.Argument(help="Directory for the pages.", file_okay=False, show_default=False)
    ],
) -> None:
    """Write the site: seven classes of information, releases (HTML, CSV, JSON), disclosure log."""
    with open_store(call.existing()) as services:
        releases = list_releases(services, CONSOLE)
        answers = disclosure_log(services, CONSOLE, limit=_MOST_ANSWERS).items
    files = site_files(releases, answers)
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    call.say(
        f"Wrote {len(files)} files to {directory}.",
        {"files": len(files), "directory": str(directory)},
    )
