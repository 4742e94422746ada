"""People with drawn prints: their captures as ANSI/NIST-ITL transactions and as images."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from data.synthetic.population import Population
from data.synthetic.ridges.impressions import png_bytes, render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.people.people import Details, Record
from domain.prints.prints import FINGERS, FingerPosition, ImpressionType
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.demo.calls import DEMO_FORCE
from service.ports.print_reading import CaptureMedium, ReadPrint
from service.usecases.print_desk import captured_image

ENROLLED, SEARCHED = 0, 1
"""The numbers of a person's two captures, which differ in pressure, place and distortion."""

MARK_QUALITY = 70
"""The nominal quality of the demo's marks, 0 to 100."""

_QUALITY = 80
_DAY = date(2026, 3, 2)
_DPI = 500


@dataclass(frozen=True, slots=True)
class DrawnPeople:
    """People with drawn prints instead of real ones; the same seed gives the same people."""

    seed: int

    def ten_prints(
        self, number: int, capture: int, impression_type: ImpressionType = ImpressionType.ROLLED
    ) -> bytes:
        """Return a transaction with ten fingers of a person and their stated details."""
        images = [
            SentImage(
                captured_image(self._drawn(number, position, impression_type, capture)),
                impression_type,
                _DAY,
            )
            for position in FINGERS
        ]
        heading = Heading("CAR", _DAY, "BUREAU", "DEMO", f"DEMO-{self.seed}-{number}-{capture}")
        return transaction(heading, _fields(self._details(number)), images)

    def plain_print(self, number: int, position: FingerPosition) -> bytes:
        """Return a PNG of one finger of a person: a plain print, from the second capture."""
        return png_bytes(self._drawn(number, position, ImpressionType.PLAIN, SEARCHED).pixels)

    def mark(self, number: int, position: FingerPosition, quality: int = MARK_QUALITY) -> bytes:
        """Return the picture of a mark as PNG."""
        identity = FingerIdentity(self.seed, number, position)
        look = Appearance(ImpressionType.LATENT, quality, SEARCHED)
        return png_bytes(render_impression(identity, look).image)

    def _drawn(
        self, number: int, position: FingerPosition, kind: ImpressionType, capture: int
    ) -> ReadPrint:
        look = Appearance(kind, _QUALITY, capture)
        drawn = render_impression(FingerIdentity(self.seed, number, position), look)
        return ReadPrint(
            drawn.image,
            ppi=_DPI,
            is_ppi_stated=True,
            scanned_ppi=_DPI,
            position=position,
            impression_type=kind,
            medium=CaptureMedium.LIVE_SCAN,
        )

    def _details(self, number: int) -> Details:
        record: Record | None = Population(self.seed).records(number, number + 1)[0]
        return record.details if record else Details()


def _fields(details: Details) -> Sequence[tuple[int, str]]:
    """Return the type 2 fields for name, date of birth and sex, with the numbers of EBTS."""
    fields: list[tuple[int, str]] = []
    if details.names:
        fields.append((18, f"{details.names[0].surname},{details.names[0].forename}"))
    born = details.dates_of_birth[0] if details.dates_of_birth else None
    if born is not None and born.year and born.month and born.day:
        fields.append((22, f"{born.year:04}{born.month:02}{born.day:02}"))
    if details.sex is not None:
        fields.append((24, details.sex.value[0].upper()))
    return fields


SAMPLES = "samples"

_BOOKING, _MARK, _NEWCOMER, _PRINT = "booking.an2", "0-latent.png", "newcomer.an2", "2.png"
_FINGER = FingerPosition.RIGHT_INDEX
_ON_FILE = 1


def write_samples(folder: Path, people: DrawnPeople, *, newcomer: int) -> None:
    """Write the sample files; `newcomer` is the number of a person who is not enrolled."""
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
    """Print what each file is, and how to use it."""
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
