"""Markdown tables, and documents whose marked places hold generated text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table of one header and a row for each entry of `cells`."""
    rows = [header, ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def filled(text: str, body: Callable[[str], str | None]) -> str:
    """Return `text` with new bodies between `<!-- begin NAME -->` and `<!-- end NAME -->`.

    `body` gives the text for a name, or None to leave that place as it is.
    """

    def replaced(found: re.Match[str]) -> str:
        new = body(found["name"])
        return found[0] if new is None else f"{found[1]}\n{new}\n\n{found[3]}"

    return _MARKED.sub(replaced, text)
