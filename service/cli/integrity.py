"""`identlink index integrity`: doubts about the gallery, each put to a supervisor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from service.bootstrap import open_runtime
from service.cli.context import CONSOLE, JsonOption, StoreOption, existing_settings_for, say
from service.cli.enrolling import progress_of
from service.usecases.people.integrity import changes_to_check, check_gallery

AllOption = Annotated[
    bool, typer.Option("--all", help="Check all people, not only changes since the last run.")
]


def integrity(
    context: typer.Context,
    *,
    is_whole: AllOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for two persons with one person's prints, and for fingers exchanged in a capture.

    Each doubt opens one case for a supervisor; nothing in the gallery changes. A run continues
    where the last one ended, even if it was killed; it may run beside a server.
    """
    with open_runtime(existing_settings_for(context, store)) as runtime:
        total = changes_to_check(runtime.services, is_whole=is_whole)
        with progress_of("Comparing prints", total, Console(stderr=True)) as advance:
            report = check_gallery(runtime.services, CONSOLE, is_whole=is_whole, advance=advance)
    say(
        f"Looked at {report.persons:,} people: {report.duplicates} probable duplicates, "
        f"{report.swaps} probable exchanges of fingers, {report.opened} cases opened.",
        asdict(report),
        as_json=as_json,
    )
