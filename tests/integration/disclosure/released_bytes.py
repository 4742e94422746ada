"""A search of released bytes for words that must not be in them, however they are stored."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "latin-1")


def found_in_pdf(pdf: bytes, words: str) -> list[str]:
    """Return where words stand in a PDF: as bytes, in any object or stream, or as its text."""
    places = [place for place, body in _parts(pdf) if _holds(body, words)]
    if normal(words) in normal(text_of(pdf)):
        places.append("text")
    return places


def _parts(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    yield "file", pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield "metadata", str(dict(opened.docinfo)).encode()
        for number, held in enumerate(opened.objects):
            yield f"object {number}", held.unparse(resolved=True)
            if isinstance(held, pikepdf.Stream):
                yield f"stream {number}", held.read_bytes()


def _holds(body: bytes, words: str) -> bool:
    wanted = normal(words)
    if any(words.encode(encoding, "ignore") in body for encoding in ENCODINGS):
        return True
    return any(wanted in normal(body.decode(encoding, "ignore")) for encoding in ENCODINGS)


def normal(text: str) -> str:
    """Return a text without blanks, hyphens and capitals: a line break hides nothing."""
    return re.sub(r"[\s\u00ad\u2010-\u2015-]+", "", text).casefold()


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF: glyphs of its fonts read by their own maps to Unicode."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return "".join(_page_text(page) for page in opened.pages)


def _page_text(page: pikepdf.Page) -> str:
    maps = {
        str(name): _unicode_map(font.ToUnicode.read_bytes())
        for name, font in page.resources.get("/Font", {}).items()
        if "/ToUnicode" in font
    }
    told, current = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps.get(str(operands[0]), {})
        elif str(operator) in ("Tj", "TJ", "'"):
            told.append(_glyphs(operands[0], current))
    return "".join(told)


def _glyphs(operand: object, known: dict[bytes, str]) -> str:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    text = ""
    for part in parts:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            text += "".join(known.get(raw[at : at + 2], "") for at in range(0, len(raw), 2))
    return text


def _unicode_map(cmap: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    chars = b"".join(re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL))
    for code, text in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", chars):
        found[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    ranges = b"".join(re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL))
    for first, last, text in re.findall(
        rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>", ranges
    ):
        start = int(text, 16)
        for step in range(int(last, 16) - int(first, 16) + 1):
            found[(int(first, 16) + step).to_bytes(2, "big")] = chr(start + step)
    return found
