"""Reading the parts of a bundle from an untrusted file.

Faults of the file become findings; none is raised, and nothing is written or unpacked.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from service.provenance.bundle.bundle import CHECKPOINT_FOLDER, PART_NAMES
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.bundle.zip_layout import PartReader, layout_faults
from service.provenance.log.notes import MAX_NOTE_BYTES

MAX_LINE_BYTES = 1 << 20
"""No event or row is longer; a longer line is damage and is read no further."""

_IS_CHECKPOINT = re.compile(re.escape(CHECKPOINT_FOLDER) + r"[0-9]{12,16}\.note").fullmatch

_BUFFER_BYTES = 1 << 18

# What the zip module raises for damaged files: it has no common root for them.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class BundleArchive:
    """The parts of a bundle, opened for reading; `findings` holds the faults of the file.

    Not safe to share between threads. Raises OSError when there is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.findings: list[Finding] = []
        self._handle = path.open("rb")
        self._archive: zipfile.ZipFile | None = None
        try:
            archive = zipfile.ZipFile(self._handle)
            faults = layout_faults(self._handle, archive)
        except _DAMAGE:
            self._find("The file is not a zip archive, or its parts are not where it says.")
            return
        for fault in faults:
            self._find(fault)
        self._check_names(archive.namelist())
        # A file that is more than its parts is read no further: programs disagree on its content.
        self._archive = None if faults else archive

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._handle.close()

    def checkpoint_names(self) -> tuple[str, ...]:
        """Return the names of the parts that hold checkpoints, in order of their sizes."""
        if self._archive is None:
            return ()
        names = self._archive.namelist()
        return tuple(sorted(filter(_IS_CHECKPOINT, names)))

    def small_part(self, name: str) -> bytes:
        """Return a part that is short by nature; empty, with a finding, when it is damaged."""
        data = b"".join(self._chunks(name, MAX_NOTE_BYTES + 1))
        if len(data) > MAX_NOTE_BYTES:
            self._find(f"The part {name} is too long.")
            return b""
        return data

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a part without their newlines, in bounded memory.

        Stops, with a finding, at damage and at a line that is too long.
        """
        if self._archive is None:
            return
        try:
            with _opened(self._handle, self._archive.getinfo(name)) as part:
                while line := part.readline(MAX_LINE_BYTES + 1):
                    if len(line) > MAX_LINE_BYTES:
                        self._find(f"A line of {name} is too long.")
                        return
                    if not line.endswith(b"\n"):
                        self._find(f"The last line of {name} was cut.")
                    yield line.removesuffix(b"\n")
        except (*_DAMAGE, KeyError):
            self._find(f"The part {name} cannot be read as it was written.")

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        if self._archive is None:
            return
        try:
            with _opened(self._handle, self._archive.getinfo(name)) as part:
                yield part.read(limit)
        except (*_DAMAGE, KeyError):
            self._find(f"The part {name} cannot be read as it was written.")

    def _check_names(self, names: list[str]) -> None:
        if len(set(names)) != len(names) or set(PART_NAMES) - set(names):
            self._find("A part is missing or is there twice.")
        if any(name not in PART_NAMES and not _IS_CHECKPOINT(name) for name in names):
            self._find("A part has a name that no part of a bundle has.")

    def _find(self, detail: str) -> None:
        self.findings.append(Finding(FindingCode.ARCHIVE_DAMAGED, detail))


def _opened(file: IO[bytes], info: zipfile.ZipInfo) -> io.BufferedReader:
    return io.BufferedReader(PartReader(file, info), _BUFFER_BYTES)
