"""PDFs of applicants: plain pages alone. Runs in the child process.

No PDF is drawn anew here. One is taken as it is when nothing in it acts: every packed stream is
unpacked, within a limit, and no name of an action, a program, a form of XFA or an embedded file
stands in it. Names are read with their escapes resolved (ISO 32000-1, 7.3.5).
"""

from __future__ import annotations

import re
import zlib

from domain.applications.faults import UploadFault
from domain.errors import UploadRefusedError

_HEADER, _END = b"%PDF-", b"%%EOF"
_BEHIND_END = 64
"""Blank space after the end of the file; anything longer is another file."""
_MOST_UNPACKED = 128 * 1024 * 1024
_MOST_STREAMS = 5_000
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE"
    rb"|Movie|Sound|Rendition)(?![A-Za-z0-9])"
)
"""Every action names its type so. Shorter names, such as those of triggers, occur in pictures."""
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_OTHER_PACKINGS = re.compile(rb"/(?:LZW|ASCIIHex|ASCII85|RunLength)Decode(?![A-Za-z0-9])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does, at the first byte."""
    return data.startswith(_HEADER)


def check_pdf(data: bytes) -> None:
    """Return for a PDF of plain pages; raises UploadRefusedError."""
    end = data.rfind(_END)
    if end < 0:
        raise UploadRefusedError(UploadFault.DAMAGED)
    if len(data) - end - len(_END) > _BEHIND_END or b"PK\x05\x06" in data[-66_000:]:
        raise UploadRefusedError(UploadFault.MIXED)
    plain = _check_names(data)
    if _OBJECTS.search(plain) and _OTHER_PACKINGS.search(plain):
        # Objects could be packed in a way that is not unpacked here.
        raise UploadRefusedError(UploadFault.ACTIVE_PDF)
    for unpacked in _streams(data):
        _check_names(unpacked)


def _check_names(text: bytes) -> bytes:
    """Return a text with the escapes of its names resolved; raises UploadRefusedError."""
    plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)
    if _LOCKED.search(plain):
        raise UploadRefusedError(UploadFault.LOCKED_PDF)
    if _ACTIVE.search(plain):
        raise UploadRefusedError(UploadFault.ACTIVE_PDF)
    return plain


def _streams(data: bytes) -> list[bytes]:
    """Return every stream that unpacks; pictures and fonts of other packings stay as they are."""
    found: list[bytes] = []
    left = _MOST_UNPACKED
    for number, start in enumerate(_STREAM.finditer(data)):
        if number >= _MOST_STREAMS:
            raise UploadRefusedError(UploadFault.TOO_COSTLY)
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(data[start.end() :], left)
        except zlib.error:
            continue
        if unpacker.unconsumed_tail and not unpacker.eof:
            raise UploadRefusedError(UploadFault.TOO_COSTLY)
        left -= len(unpacked)
        if left <= 0:
            raise UploadRefusedError(UploadFault.TOO_COSTLY)
        found.append(unpacked)
    return found
