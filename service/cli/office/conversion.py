"""`identlink conversion`: an offline scanning station, which stores pictures from a folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.errors import ConflictError, InvalidInputError, LinkingError
from domain.ids import LotId, UserId
from service.bootstrap.stores import open_store
from service.cli.context import Call, Group
from service.provenance.durable_files import write_whole
from service.usecases.conversion.lots import ReceiveFrame, list_lots, receive_frame
from service.usecases.services import StoreServices

app = Group(help="Old records on film and paper.")

_STATION = Caller(
    Actor(
        UserId("scanning-station"),
        Role.SUPERVISOR,
        None,
        frozenset({Scope.SCAN_FRAMES, Scope.SEE_FRAMES}),
    ),
    Purpose.RECORD_MANAGEMENT,
)
_NAMED = re.compile(r"(\d{1,6})(?:-([1-9]))?\.(?:png|jpe?g)", re.IGNORECASE).fullmatch
_MOST_LOTS = 100_000

DONE, REFUSED = "done", "refused"
"""The folders that pictures are moved to, once they are stored or refused."""


@dataclass(slots=True)
class Scanned:
    """What happened when one folder of pictures was processed."""

    stored: int = 0
    refused: int = 0
    left: int = 0
    """Files whose names are not frame numbers."""


@app.command()
def scan(
    call: Call,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of pictures named after their frames: 00017.png, 00017-2.jpg."
        ),
    ],
    lot: Annotated[str, typer.Option(help="Label of the roll or box.")],
) -> None:
    """Store every picture of a folder as a frame of a lot, and move it to FOLDER/done.

    You can stop and start the command at any time; it stores each picture once. It moves a refused
    picture to FOLDER/refused, with a text file that states the reason.
    """
    if not folder.is_dir():
        raise InvalidInputError(
            "The folder does not exist: give the path of the folder that holds the images."
        )
    with open_store(call.existing()) as services:
        done = scan_folder(services, folder, _lot_of(services, lot))
    sentence = (
        f"Stored {done.stored} frames, refused {done.refused}; left {done.left} other files."
    )
    facts = {"stored": done.stored, "refused": done.refused, "left": done.left}
    call.say(sentence, facts, is_wrong=bool(done.refused))


def _lot_of(services: StoreServices, label: str) -> LotId:
    views = list_lots(services, _STATION, limit=_MOST_LOTS).items
    found = next((view.lot.lot_id for view in views if view.lot.label == label), None)
    if found is None:
        raise InvalidInputError("No lot has this label: ask a supervisor to open the lot.")
    return found


def scan_folder(services: StoreServices, folder: Path, lot_id: LotId) -> Scanned:
    """Store a folder's pictures in number order; move each to the done or refused folder."""
    scanned = Scanned()
    for path, place in _pictures(folder, scanned):
        number, part = place
        command = ReceiveFrame(_STATION, lot_id, number, path.read_bytes(), part)
        try:
            receive_frame(services, command)
        except (ConflictError, InvalidInputError) as error:
            _refuse(folder, path, error)
            scanned.refused += 1
            continue
        # A picture is moved only once it is stored durably: after an interruption it is sent
        # again, and recognised.
        _move(path, folder / DONE)
        scanned.stored += 1
    return scanned


def _pictures(folder: Path, scanned: Scanned) -> Iterator[tuple[Path, tuple[int, int]]]:
    found = []
    for path in folder.iterdir():
        if not path.is_file():
            continue
        name = _NAMED(path.name)
        if name is None:
            scanned.left += 1
            continue
        found.append(((int(name.group(1)), int(name.group(2) or 0)), path))
    yield from ((path, place) for place, path in sorted(found))


def _refuse(folder: Path, path: Path, error: LinkingError) -> None:
    _move(path, folder / REFUSED)
    reason = folder / REFUSED / f"{path.name}.txt"
    write_whole(reason, f"{error.detail}\n".encode())


def _move(path: Path, to: Path) -> None:
    to.mkdir(exist_ok=True)
    path.replace(to / path.name)
