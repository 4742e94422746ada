"""`identlink publication`: the public site, made of frozen releases alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.bootstrap import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.publication.information import disclosure_log
from service.usecases.publication.releases import list_releases
from service.web.publication.site import site_files

app = Group(
    help="The publication scheme, the released figures and the disclosure log, as files.",
    short_help="The public site.",
)

_MOST_ANSWERS = 10_000


@app.command("site")
def site(
    call: Call,
    directory: Annotated[
        Path, typer.Argument(help="Where to write the pages.", file_okay=False, show_default=False)
    ],
) -> None:
    """Write the site: seven classes, releases as HTML, CSV and JSON, and the disclosure log."""
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
