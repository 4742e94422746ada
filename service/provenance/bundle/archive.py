"""Reads the parts of a bundle from an untrusted file.

Faults of the file become findings; no error is raised for them, and nothing is written or unpacked
to disk.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Self

from service.provenance.bundle.bundle import CHECKPOINT_FOLDER, PART_NAMES
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.log.checkpoints import MAX_NOTE_BYTES

MAX_RATIO = 100
"""Largest unpacked-to-packed ratio of a part; events have about 9, rows 20."""

SMALL_PART_BYTES = 1 << 20
"""A part up to this size is never refused as a compression bomb, however well it is compressed."""

MAX_PARTS = 1_000_000
"""The most parts in one file; one checkpoint per minute makes half of this number in a year."""

_LOCAL_HEADER_BYTES = 30
_CENTRAL_HEADER_BYTES = 46
_END_BYTES = 22
_ZIP64_END_BYTES = 56 + 20
_ZIP64_EXTRA = 1
_CHUNK_BYTES = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class PartReader(io.RawIOBase):
    """Unpacks one part, and checks its stated length and checksum up to the last packed byte.

    Raises BadZipFile and zlib.error if the part is damaged.
    """

    def __init__(self, file: IO[bytes], info: zipfile.ZipInfo) -> None:
        self._file = file
        self._at = _data_start(file, info)
        self._packed_left = info.compress_size
        self._left = info.file_size
        self._checksum = 0
        self._info = info
        is_packed = info.compress_type == zipfile.ZIP_DEFLATED
        self._unpacker = zlib.decompressobj(-15) if is_packed else None

    def readable(self) -> bool:
        """Whether the part can be read: always True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is no Sized
        """Fill the buffer from its start and return the number of bytes; 0 at the end."""
        data = self._next(len(buffer))
        self._checksum = zlib.crc32(data, self._checksum)
        self._left -= len(data)
        if self._left < 0 or (not data and not self._is_whole()):
            raise zipfile.BadZipFile
        buffer[: len(data)] = data
        return len(data)

    def _next(self, limit: int) -> bytes:
        if self._unpacker is None:
            return self._packed(limit)
        data = b""
        while not data and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._packed(_CHUNK_BYTES)
            data = self._unpacker.decompress(packed, limit)
            if not packed and not data:
                break
        return data

    def _packed(self, limit: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(limit, self._packed_left))
        self._at += len(data)
        self._packed_left -= len(data)
        return data

    def _is_whole(self) -> bool:
        is_used_up = self._unpacker is None or (
            self._unpacker.eof and not self._unpacker.unused_data
        )
        return (
            is_used_up
            and not self._left
            and not self._packed_left
            and self._checksum == self._info.CRC
        )


def layout_faults(file: IO[bytes], archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Return one sentence for each way in which a zip file holds more than its parts.

    Raises the errors of the zip module for damaged files.
    """
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    if len(infos) > MAX_PARTS:
        return ("The file has more parts than a bundle can have.",)
    faults = []
    if not all(map(_is_plain, infos)):
        faults.append("A part is encrypted or packed in an unknown way.")
    elif not _is_gapless(file, infos, archive.start_dir):
        faults.append("Bytes are before, between or after the parts, or a part has a comment.")
    if any(map(_is_bomb, infos)):
        faults.append(f"A part unpacks to over {MAX_RATIO} times its size: it was not read.")
    return tuple(faults)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    # No encryption, and no sizes after the data. Bit 11 (names in UTF-8) makes no difference here.
    return not info.flag_bits & ~0x800 and info.compress_type in _METHODS


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > max(SMALL_PART_BYTES, MAX_RATIO * info.compress_size)


def _is_gapless(file: IO[bytes], infos: Sequence[zipfile.ZipInfo], directory_at: int) -> bool:
    """Whether parts, directory and end record follow each other without a byte between them."""
    starts = [info.header_offset for info in infos]
    ends = [_data_start(file, info) + info.compress_size for info in infos]
    directory_bytes = sum(map(_directory_bytes, infos))
    whole = file.seek(0, io.SEEK_END)
    rest = whole - directory_at - directory_bytes
    return (
        [0, *ends] == [*starts, directory_at]
        and all(_has_known_extra(info.extra) and not info.comment for info in infos)
        and rest in (_END_BYTES, _END_BYTES + _ZIP64_END_BYTES)
        and _has_no_comment(file, whole)
    )


def _directory_bytes(info: zipfile.ZipInfo) -> int:
    return _CENTRAL_HEADER_BYTES + len(info.filename.encode()) + len(info.extra)


def _has_no_comment(file: IO[bytes], whole: int) -> bool:
    file.seek(whole - _END_BYTES)
    end = file.read(_END_BYTES)
    return end.startswith(b"PK\x05\x06") and end.endswith(b"\0\0")


def _data_start(file: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Return the offset of a part's data. Raises BadZipFile if its two headers differ."""
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER_BYTES)
    if len(header) != _LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile
    name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
    name, extra = file.read(name_bytes), file.read(extra_bytes)
    if name != info.filename.encode() or not _has_known_extra(extra):
        raise zipfile.BadZipFile
    return file.tell()


def _has_known_extra(extra: bytes) -> bool:
    """Whether an extra field is empty, or has only long sizes (zip64)."""
    if not extra:
        return True
    kind, length = struct.unpack("<HH", extra[:4].ljust(4, b"\xff"))
    return kind == _ZIP64_EXTRA and len(extra) == 4 + length and length in (8, 16, 24)


MAX_LINE_BYTES = 1 << 20
"""The longest line of an event or a row; a longer line is damage, and reading stops there."""

_IS_CHECKPOINT = re.compile(re.escape(CHECKPOINT_FOLDER) + r"[0-9]{12,16}\.note").fullmatch

_BUFFER_BYTES = 1 << 18

# The errors that the zip module raises for damaged files; they have no common base class.
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
    """The parts of a bundle, opened for reading; `findings` has the faults of the file.

    Do not share between threads. Raises OSError if the file does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.findings: list[Finding] = []
        self._handle = path.open("rb")
        self._archive: zipfile.ZipFile | None = None
        try:
            archive = zipfile.ZipFile(self._handle)
            faults = layout_faults(self._handle, archive)
        except _DAMAGE:
            self._find(
                "The file is not a zip archive, or its parts are not where the archive states."
            )
            return
        for fault in faults:
            self._find(fault)
        self._check_names(archive.namelist())
        # If a file holds more than its parts, it is not read further: programs would disagree on
        # its content.
        self._archive = None if faults else archive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._handle.close()

    def checkpoint_names(self) -> tuple[str, ...]:
        """Return the names of the parts that hold checkpoints, in order of their sizes."""
        if self._archive is None:
            return ()
        names = self._archive.namelist()
        return tuple(sorted(filter(_IS_CHECKPOINT, names)))

    def small_part(self, name: str) -> bytes:
        """Return a part that is always short; empty, with a finding, if it is damaged."""
        data = b"".join(self._chunks(name, MAX_NOTE_BYTES + 1))
        if len(data) > MAX_NOTE_BYTES:
            self._find(f"The part {name} is too long.")
            return b""
        return data

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a part without their newlines, in bounded memory.

        If the part is damaged or a line is too long, this adds a finding and stops.
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
            self._find(f"The part {name} is damaged and cannot be read.")

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        if self._archive is None:
            return
        try:
            with _opened(self._handle, self._archive.getinfo(name)) as part:
                yield part.read(limit)
        except (*_DAMAGE, KeyError):
            self._find(f"The part {name} is damaged and cannot be read.")

    def _check_names(self, names: list[str]) -> None:
        if len(set(names)) != len(names) or set(PART_NAMES) - set(names):
            self._find("A part is missing, or is in the file twice.")
        if any(name not in PART_NAMES and not _IS_CHECKPOINT(name) for name in names):
            self._find("A part has a name that does not belong to a bundle.")

    def _find(self, detail: str) -> None:
        self.findings.append(Finding(FindingCode.ARCHIVE_DAMAGED, detail))


def _opened(file: IO[bytes], info: zipfile.ZipInfo) -> io.BufferedReader:
    return io.BufferedReader(PartReader(file, info), _BUFFER_BYTES)
