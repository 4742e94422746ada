"""The table of docs/events.md, written from the catalogue of events.

`python -m tests.golden.events_document` fills it in; a test compares the document with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from domain.events.catalogue import KINDS, event_types
from domain.events.declaring import Declaration, Event

DOCUMENT = Path(__file__).parents[2] / "docs" / "events.md"
_MARKED = re.compile(r"(<!-- begin events -->\n).*?(<!-- end events -->)", re.DOTALL)
_HEADER = ("Type", "Sentence", "Subjects", "Facts", "Row", "Webhook")


def filled(text: str) -> str:
    """Return the document with the table of the catalogue."""
    lines = [_HEADER, ("---",) * len(_HEADER), *rows()]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return _MARKED.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def rows() -> Iterator[tuple[str, ...]]:
    """Yield a line for each type of event, in the order of the alphabet."""
    yield from (_row(KINDS[event_type]) for event_type in event_types())


def _row(kind: type[Event]) -> tuple[str, ...]:
    declared = kind.declared
    return (
        f"`{kind.event_type}`",
        declared.sentence,
        ", ".join(f"`{field.name}`" for field in declared.subjects),
        ", ".join(f"`{field.name}`" for field in declared.facts),
        _demanded(declared),
        f"`{declared.webhook.topic}`" if declared.webhook else "",
    )


def _demanded(declared: Declaration) -> str:
    tables = ", ".join(dict.fromkeys(f"`{row.table}`" for row in declared.rows))
    if declared.demands is None:
        return tables
    when = declared.demands.when
    if when is not None:
        return f"demanded if `{when[0]}` is `{when[1]}`"
    return f"{tables}, demanded" if tables else "demanded"


def main() -> None:
    """Write the table."""
    DOCUMENT.write_text(filled(DOCUMENT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
