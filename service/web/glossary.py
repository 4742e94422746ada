"""The glossary as a page: the words of this service, explained for whoever reads its pages.

The words are those of `docs/glossary.md`; the file beside this module is a link to it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from service.web.page_route import HEADERS
from service.web.rendering import render

PATH = "/glossary"

_FILE = Path(__file__).with_name("glossary.md")
_ROW = re.compile(r"^\| (\*\*.+?) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MARKED = ((r"\*\*(.+?)\*\*", "strong"), (r"\*(.+?)\*", "em"), (r"`(.+?)`", "code"))


@cache
def words() -> tuple[tuple[str, Markup], ...]:
    """Return each term with its meaning as HTML, in alphabetical order."""
    rows = _ROW.findall(_FILE.read_text("utf-8"))
    return tuple((term.replace("**", ""), _html(meaning)) for term, meaning in rows)


def _html(meaning: str) -> Markup:
    """Return a cell of the table as HTML; links to other documents become plain words."""
    text = str(escape(_LINK.sub(r"\1", meaning)))
    for pattern, tag in _MARKED:
        text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
    return Markup(text)  # noqa: S704 - escaped above, and a document of ours


def show_glossary(request: Request) -> Response:
    """Show the glossary. No sign-in is needed."""
    page = render(request, "glossary.html", {"words": words()})
    page.headers.update(HEADERS)
    return page
