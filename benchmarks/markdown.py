"""Markdown tables, and documents whose marked places hold generated text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)
MISSING = "-"


def table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table of one header and a row for each entry of `cells`."""
    rows = [header, ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, and the figure of a row that it shows."""

    title: str
    name: str
    """Of the figure; or a format string over the row, where it shows several."""
    form: str = ""
    """How the figure is written, as in a format string."""
    divisor: float = 1

    def of(self, row: Mapping[str, Any]) -> str:
        """Return the figure of a row; a dash for one that is missing."""
        if "{" in self.name:
            try:
                return self.name.format_map(row)
            except KeyError:
                return MISSING
        value = row.get(self.name)
        if value is None:
            return MISSING
        return format(value if self.divisor == 1 else value / self.divisor, self.form)


def rows_table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a Markdown table with a line for each row."""
    cells = [[one.of(row) for one in columns] for row in rows]
    return table([one.title for one in columns], cells)


def filled(text: str, body: Callable[[str], str | None]) -> str:
    """Return `text` with new bodies between `<!-- begin NAME -->` and `<!-- end NAME -->`.

    `body` gives the text for a name, or None to leave that place as it is.
    """

    def replaced(found: re.Match[str]) -> str:
        new = body(found["name"])
        return found[0] if new is None else f"{found[1]}\n{new}\n\n{found[3]}"

    return _MARKED.sub(replaced, text)
