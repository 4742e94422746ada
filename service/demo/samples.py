"""Files to try on the demo on images: a person to enrol, and prints to search with."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from domain.prints import FingerPosition, ImpressionType
from service.demo.calls import DEMO_FORCE
from service.demo.drawn_people import ENROLLED, SEARCHED, DrawnPeople

SAMPLES = "samples"
"""The directory of the store with files to try."""

_BOOKING, _MARK, _NEWCOMER, _PRINT = "booking.an2", "0-latent.png", "newcomer.an2", "2.png"
_FINGER = FingerPosition.RIGHT_INDEX
_ON_FILE = 1


def write_samples(folder: Path, people: DrawnPeople, *, newcomer: int) -> None:
    """Write the files; `newcomer` is the number of a person who is not enrolled."""
    files = {
        _BOOKING: people.ten_prints(_ON_FILE, SEARCHED, ImpressionType.PLAIN),
        _MARK: people.mark(_ON_FILE, _FINGER),
        _NEWCOMER: people.ten_prints(newcomer, ENROLLED),
        _PRINT: people.plain_print(newcomer, _FINGER),
    }
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def print_samples(console: Console, folder: Path) -> None:
    """Say what each file is, and how it is used."""
    where, store = shlex.quote(str(folder / _NEWCOMER)), shlex.quote(str(folder.parent))
    enrol = f"identlink import-nist {where} --details --force {DEMO_FORCE} --store {store}"
    told = (
        (_BOOKING, "ten plain prints of a person on file"),
        (_MARK, "a mark of the same person; its type of search is LT/TP"),
        (_NEWCOMER, "ten rolled prints of a person not on file; enrol them by this command"),
        (_PRINT, "the right index finger of that person, taken on another day"),
    )
    console.print(
        f"\n[bold]Files to try[/bold] on the page New search, in {folder}:", soft_wrap=True
    )
    for name, words in told:
        _tell(console, f"{name:<14}{words}")
        if name == _NEWCOMER:
            _tell(console, f"{'':<14}{enrol}")


def _tell(console: Console, line: str) -> None:
    console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
