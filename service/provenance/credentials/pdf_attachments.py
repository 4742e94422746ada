"""Files embedded in a PDF, found without a library for PDF.

A stream is never inside another object, so the dictionary of an embedded file stands in plain
text. This reads PDFs of this service; any other is refused.
"""

from __future__ import annotations

import re
import zlib

from domain.errors import InvalidCertificateError

_STREAM = re.compile(rb"<<((?:[^<>]|<[^<>]*>|<<(?:[^<>]|<[^<>]*>)*>>)*)>>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})(?!\s+\d+\s+R)")
_IS_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_IS_DEFLATED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
MOST_BYTES = 4_000_000
"""The longest embedded file that is read."""


def embedded_files(pdf: bytes) -> tuple[bytes, ...]:
    """Return the files embedded in a PDF; raises InvalidCertificateError for a damaged one."""
    return tuple(
        _body(pdf, found)
        for found in _STREAM.finditer(pdf)
        if _IS_EMBEDDED.search(found[1]) is not None
    )


def _body(pdf: bytes, found: re.Match[bytes]) -> bytes:
    length = _LENGTH.search(found[1])
    if length is None:
        raise InvalidCertificateError("A file embedded in the document does not state its length.")
    raw = pdf[found.end() : found.end() + int(length[1])]
    if _IS_DEFLATED.search(found[1]) is None:
        return raw
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(raw, MOST_BYTES)
    except zlib.error as error:
        raise InvalidCertificateError("A file embedded in the document is damaged.") from error
    if not inflate.eof:
        raise InvalidCertificateError("A file embedded in the document is cut off or too long.")
    return body
