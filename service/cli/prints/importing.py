"""`identlink import-nist`: transactions of ANSI/NIST-ITL enrolled in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.access import Caller, Purpose, Role
from domain.errors import InvalidInputError
from domain.forces import find_force
from service.bootstrap import Runtime, open_runtime
from service.cli.context import Call, console_as
from service.cli.enrolling import progress_of
from service.cli.exit_codes import REFUSED
from service.usecases.people.importing import ImportedFile, ImportFile, import_file

Files = Annotated[
    list[Path],
    typer.Argument(
        help="Files of one person each: ANSI/NIST-ITL, or a record of ISO/IEC 19794. Those of a "
        "directory are taken in the order of their names.",
        exists=True,
    ),
]
ForceCodeOption = Annotated[str, typer.Option("--force", help="Code of the force that enrols.")]
DetailsOption = Annotated[
    bool,
    typer.Option(
        "--details",
        help="Begin a record with name, date of birth and sex from type 2, by the field numbers "
        "of the FBI's EBTS (2.018, 2.022, 2.024); other domains number them otherwise.",
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
    """Enrol files of prints, one capture of a new person each.

    A file that was enrolled before is passed over, so that an import that was interrupted is
    repeated and goes on where it was. Slaps without the rectangles of their fingers are left out
    with the reason; every print that is left out is named. A file that cannot be read does not
    stop the others; the command then ends with code 1.
    """
    caller = console_as(Role.FORCE, Purpose.OPERATIONS, force=find_force(force).code)
    paths = _files_of(files)
    with (
        open_runtime(call.existing()) as runtime,
        progress_of("Importing files", len(paths), Console(stderr=True)) as advance,
    ):
        tally = _import_all(runtime, caller, paths, advance=advance, takes_details=details)
    _tell(call, tally)
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
            "notes": [_words(note.position.words, note.part, note.words) for note in done.notes],
        }
    )


def _words(finger: str, part: str, words: str) -> str:
    return f"{part or finger}: {words}"


def _tell(call: Call, tally: _Tally) -> None:
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
