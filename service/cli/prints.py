"""`identlink import-nist` and `templates`: import prints from files, and remake templates."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from domain.access.access import Caller, Purpose, Role
from domain.errors import InvalidInputError
from domain.forces import find_force
from service.bootstrap.galleries import demand_nobody_serves
from service.bootstrap.runtime import Runtime, open_runtime
from service.cli.context import CONSOLE, Call, Group, console_as
from service.cli.enrolling import progress_of
from service.cli.refusals import REFUSED
from service.usecases.people import remaking
from service.usecases.people.enrolment import ImportedFile, ImportFile, import_file

templates = Group(help="New templates from stored images, with another extractor.")


@templates.command("remake")
def remake(call: Call) -> None:
    """Make new templates of all captures with images, beside the current templates.

    The extractor is set in IDENTLINK_PRINT_EXTRACTOR. Servers may run meanwhile: searches use the
    current templates until `identlink templates switch`. Each capture is stored separately, so an
    interrupted command can be run again and continues where it stopped. A capture keeps its
    templates if one of its fingers cannot be read again.
    """
    with open_runtime(call.existing()) as runtime:
        waiting = _state(runtime).count.waiting
        with progress_of("Making templates", waiting, Console(stderr=True)) as advance:
            state = remaking.remake_templates(runtime.services, CONSOLE, advance)
    _tell_state(call, state)


@templates.command("switch")
def switch(call: Call) -> None:
    """Start using the new templates; stop all servers and workers first.

    The index uses them at once. Earlier searches are replayed with the templates that they used. A
    switch cannot be undone: instead, make templates with the earlier extractor again.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    with open_runtime(settings) as runtime:
        state = remaking.switch_templates(runtime.services, CONSOLE)
    _tell_state(call, state)


@templates.command("status")
def status(call: Call) -> None:
    """Show how many captures have templates of the extractor in IDENTLINK_PRINT_EXTRACTOR."""
    with open_runtime(call.existing()) as runtime:
        state = _state(runtime)
    _tell_state(call, state)


def _state(runtime: Runtime) -> remaking.RemakeState:
    return remaking.remake_state(runtime.services, remaking.tools_of(runtime.services.prints))


def _tell_state(call: Call, state: remaking.RemakeState) -> None:
    count = state.count
    facts: dict[str, Any] = {
        "generation_id": state.generation.generation_id if state.generation else None,
        "is_in_force": state.is_switched,
        **asdict(count),
    }
    standing = "in force" if state.is_switched else "not yet in force"
    call.say(
        f"Made again: {count.made} captures, {standing}; {count.kept} keep their"
        f" templates, {count.waiting} are waiting, {count.without_pictures} have no pictures.",
        facts,
    )


Files = Annotated[
    list[Path],
    typer.Argument(
        help="Files with one person each: an ANSI/NIST-ITL transaction or an ISO/IEC 19794"
        " record. Files in a directory are read in order of name.",
        exists=True,
    ),
]
ForceCodeOption = Annotated[str, typer.Option(help="Code of the force that enrols the prints.")]
DetailsOption = Annotated[
    bool,
    typer.Option(
        "--details",
        help="Begin a record with name, date of birth and sex from type 2, from the "
        "fields of the FBI's EBTS (2.018, 2.022, 2.024); other domains use other "
        "fields.",
    ),
]


@dataclass(slots=True)
class _Tally:
    enrolled: int = 0
    known: int = 0
    refused: int = 0
    lines: list[dict[str, object]] = field(default_factory=list)


def import_nist(
    call: Call, files: Files, force: ForceCodeOption, *, details: DetailsOption = False
) -> None:
    """Enrol files of prints, each as one capture of a new person.

    A file that was enrolled before is skipped, so an interrupted import can be run again and
    continues where it stopped. Slaps (images of several fingers) that do not state where each
    finger is are left out; every print left out is listed with the reason. A file that cannot be
    read does not stop the others; the command then ends with exit code 1.
    """
    caller = console_as(Role.FORCE, Purpose.OPERATIONS, force=find_force(force).code)
    paths = _files_of(files)
    with (
        open_runtime(call.existing()) as runtime,
        progress_of("Importing files", len(paths), Console(stderr=True)) as advance,
    ):
        tally = _import_all(runtime, caller, paths, advance=advance, takes_details=details)
    _tell_tally(call, tally)
    if tally.refused:
        raise typer.Exit(REFUSED)


def _files_of(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += (
            sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        )
    return found


def _import_all(
    runtime: Runtime,
    caller: Caller,
    paths: Sequence[Path],
    *,
    advance: Callable[[int], None],
    takes_details: bool,
) -> _Tally:
    tally = _Tally()
    for path in paths:
        command = ImportFile(
            caller,
            path.read_bytes(),
            takes_details=takes_details,
            file_mac=runtime.request_mac,
        )
        try:
            _count(tally, path, import_file(runtime.services, command))
        except InvalidInputError as error:
            tally.refused += 1
            tally.lines.append({"file": str(path), "refused": error.detail})
        advance(1)
    return tally


def _count(tally: _Tally, path: Path, done: ImportedFile) -> None:
    if done.is_new:
        tally.enrolled += 1
    else:
        tally.known += 1
    tally.lines.append(
        {
            "file": str(path),
            "encounter_id": done.encounter_id,
            "new": done.is_new,
            "fingers": done.fingers,
            "notes": [f"{note.part or note.position.words}: {note.words}" for note in done.notes],
        }
    )


def _tell_tally(call: Call, tally: _Tally) -> None:
    if call.as_json:
        facts = {"enrolled": tally.enrolled, "known": tally.known, "refused": tally.refused}
        typer.echo(json.dumps({**facts, "files": tally.lines}, sort_keys=True))
        return
    for line in tally.lines:
        if "refused" in line:
            typer.echo(f"{line['file']}: refused. {line['refused']}")
            continue
        known = "" if line["new"] else " (enrolled before)"
        typer.echo(f"{line['file']}: {line['encounter_id']}, {line['fingers']} fingers{known}")
        notes = line["notes"]
        for note in notes if isinstance(notes, list) else ():
            typer.echo(f"  {note}")
    typer.echo(
        f"{tally.enrolled} enrolled, {tally.known} enrolled before, {tally.refused} refused."
    )
