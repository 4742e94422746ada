"""`identlink index integrity` and `rehearse`: the gallery searched with its own captures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from service.bootstrap import open_runtime
from service.cli.context import CONSOLE, Call
from service.cli.enrolling import progress_of
from service.usecases.models.rehearsing import NIGHTLY, rehearse
from service.usecases.people.integrity import changes_to_check, check_gallery

AllOption = Annotated[
    bool, typer.Option("--all", help="Check all people, not only changes since the last run.")
]


def integrity(call: Call, *, is_whole: AllOption = False) -> None:
    """Look for two persons with one person's prints, and for fingers exchanged in a capture.

    Each doubt opens one case for a supervisor; nothing in the gallery changes. A run continues
    where the last one ended, even if it was killed; it may run beside a server.
    """
    with open_runtime(call.existing()) as runtime:
        total = changes_to_check(runtime.services, is_whole=is_whole)
        with progress_of("Comparing prints", total, Console(stderr=True)) as advance:
            report = check_gallery(runtime.services, CONSOLE, is_whole=is_whole, advance=advance)
    call.say(
        f"Looked at {report.persons:,} people: {report.duplicates} probable duplicates, "
        f"{report.swaps} probable exchanges of fingers, {report.opened} cases opened.",
        asdict(report),
    )


PeopleOption = Annotated[
    int, typer.Option("--people", min=1, help="How many people; all where there are fewer.")
]


def rehearsal(call: Call, *, people: PeopleOption = NIGHTLY) -> None:
    """Search with enrolled people's own captures, and count how alike strangers get.

    Evidence of prints follows from these counts, and nobody is proposed by prints before 2,995
    people were rehearsed. A server does this by itself at night. A run continues where the last
    one ended, even if it was killed; it may run beside a server.
    """
    with open_runtime(call.existing()) as runtime:
        total = min(people, runtime.services.gallery.persons)
        with progress_of("Rehearsing", total, Console(stderr=True)) as advance:
            report = rehearse(runtime.services, CONSOLE, people, advance=advance)
    call.say(
        f"Rehearsed {report.people:,} people in {report.searches:,} searches; "
        f"{report.doubts} met somebody who may be the same person.",
        asdict(report),
    )
