"""The glossary, and the API reference, as pages.

The words are those of `docs/glossary.md`; the file beside this module is a link to it. The
reference is drawn from `/openapi.json` by files that come with the service.
"""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.api.teaching.finishing import TAGS
from service.web.page_route import CONTENT_SECURITY_POLICY, HEADERS
from service.web.rendering import render, render_text

PATH = "/glossary"

_FILE = Path(__file__).with_name("glossary.md")
_ROW = re.compile(r"^\| (\*\*.+?) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MARKED = ((r"\*\*(.+?)\*\*", "strong"), (r"\*(.+?)\*", "em"), (r"`(.+?)`", "code"))


Entry = tuple[str, Markup]
"""A term, and its meaning as HTML."""

_LONGEST = 100
"""Characters of a word to look for."""
_MOST_OPEN = 20
"""Entries that are shown unfolded: about three screens of a telephone."""


@cache
def words() -> tuple[Entry, ...]:
    """Return each term with its meaning as HTML, in alphabetical order."""
    rows = _ROW.findall(_FILE.read_text("utf-8"))
    return tuple((term.replace("**", ""), _html(meaning)) for term, meaning in rows)


def _html(meaning: str) -> Markup:
    """Return a cell of the table as HTML; links to other documents become plain text."""
    text = str(escape(_LINK.sub(r"\1", meaning)))
    for pattern, tag in _MARKED:
        text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
    return Markup(text)  # noqa: S704 - escaped above, and a document of ours


def entries_with(word: str) -> tuple[Entry, ...]:
    """Return the entries whose term or meaning contains a word; all entries for an empty word.

    Under each letter, entries whose term contains the word come first.
    """
    asked = word.casefold()
    having = [one for one in words() if asked in f"{one[0]} {one[1].striptags()}".casefold()]
    return tuple(
        sorted(having, key=lambda one: (one[0][0].upper(), asked not in one[0].casefold()))
    )


def show_glossary(request: Request) -> Response:
    """Show the glossary by letter, or the entries that contain a word. No sign-in is needed."""
    word = request.query_params.get("word", "").strip()[:_LONGEST]
    found = entries_with(word)
    letters: dict[str, list[Entry]] = {}
    for entry in found:
        letters.setdefault(entry[0][0].upper(), []).append(entry)
    shown = {
        "word": word,
        "found": found,
        "total": len(words()),
        "letters": letters,
        "is_open": word and len(found) <= _MOST_OPEN,
    }
    page = render(request, "glossary.html", shown)
    page.headers.update(HEADERS)
    return page


REFERENCE_PATH = "/docs"

# Its style sheet holds pictures.
_POLICY = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")


def show_reference() -> Response:
    """Show the API reference.

    No sign-in is needed.
    """
    headers = {**HEADERS, "Content-Security-Policy": _POLICY}
    return HTMLResponse(render_text("reference.html", {"audiences": TAGS}), headers=headers)
