"""PDFs for tests, written object by object, as plain or as hidden as a test wants."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources <<>>>>"


def pdf(catalog: bytes = b"", *more: bytes, page: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a PDF with one page; `catalog` and `page` go into them, `more` are objects from 4."""
    objects = [
        b"<</Type /Catalog /Pages 2 0 R " + catalog + b">>",
        PAGES,
        PAGE[:-2] + page + b">>",
        *more,
    ]
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    body += b"trailer\n<</Root 1 0 R /Size %d %s>>\n" % (size, trailer)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def packed(data: bytes, words: bytes = b"/Filter /FlateDecode", *, times: int = 1) -> bytes:
    """Return a stream of data that is packed so often, with these words in its dictionary."""
    for _ in range(times):
        data = zlib.compress(data)
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (words, len(data), data)


def hidden(catalog: bytes, more: Sequence[bytes], *, words: bytes, times: int, up: bool) -> bytes:
    """Return a PDF whose objects stand in an object stream; `up`: by a PNG predictor."""
    objects = [b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog, PAGES, PAGE, *more]
    heads, body = [], b""
    for number, one in enumerate(objects, 1):
        heads.append(b"%d %d" % (number, len(body)))
        body += one + b" "
    head = b" ".join(heads) + b" "
    inside = predicted(head + body) if up else head + body
    kind = b"/Type /ObjStm /N %d /First %d %s" % (len(objects), len(head), words)
    holder, count = len(objects) + 1, len(objects) + 3
    file = b"%PDF-1.7\n"
    at = len(file)
    file += b"%d 0 obj\n%s\nendobj\n" % (holder, packed(inside, kind, times=times))
    start = len(file)
    rows = [(0, 0, 255), *((2, holder, place) for place in range(len(objects)))]
    rows += [(1, at, 0), (1, start, 0)]
    table = b"".join(
        bytes((one,)) + two.to_bytes(4, "big") + bytes((three,)) for one, two, three in rows
    )
    said = b"/Type /XRef /W [1 4 1] /Size %d /Root 1 0 R" % count
    file += b"%d 0 obj\n%s\nendobj\n" % (holder + 1, packed(table, said, times=0))
    return file + b"startxref\n%d\n%%%%EOF\n" % start


def predicted(data: bytes, columns: int = 16) -> bytes:
    """Return bytes as a PNG predictor of the row above leaves them; the last row is filled up."""
    data += b" " * (-len(data) % columns)
    above, kept = bytes(columns), b""
    for at in range(0, len(data), columns):
        row = data[at : at + columns]
        kept += b"\x02" + bytes((one - two) % 256 for one, two in zip(row, above, strict=True))
        above = row
    return kept


PLAIN_PDF = pdf(b"", packed(b"BT ET"), page=b"/Contents 4 0 R")
