"""`identlink codes`: the office's table of offence codes, which gives offences their titles."""

from pathlib import Path
from typing import Annotated

import typer

from domain.plain_values import plain
from rules.offence_codes import InstalledTable
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.people.offence_tables import install_offences, installed_tables

app = Group(help="The office's table of offence codes: titles, categories, recordable or not.")


@app.command()
def install(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="CSV file with a heading, or JSON (docs/rules.md)."
        ),
    ],
) -> None:
    """Install a file as the next version of the table; this is recorded in the log.

    The whole file is checked first. If there are faults, each wrong line is listed and nothing
    changes. From then on, pages, certificates and answers use the titles of this version; earlier
    versions are kept.
    """
    with open_store(call.existing()) as services:
        made = install_offences(services, CONSOLE, file.read_bytes())
    call.say(f"In force: {_line(made)}", plain(made))


@app.command("list")
def list_versions(call: Call) -> None:
    """List the versions of the table, the one in force first."""
    with open_store(call.existing()) as services:
        found = installed_tables(services, CONSOLE)
    told = "\n".join(map(_line, found)) or "No table is installed: titles are as recorded."
    call.say(told, {"tables": plain(found)})


def _line(one: InstalledTable) -> str:
    return (
        f"version {one.version}, {one.codes} rows, installed on {one.installed_at:%-d %B %Y} by"
        f" {one.installed_by}, SHA-256 {one.content_sha256}"
    )
