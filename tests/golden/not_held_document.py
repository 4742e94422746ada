"""The table of docs/provenance.md of what verification does not hold, written from its list.

`python -m tests.golden.not_held_document` fills it in; a test compares the document with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from tests.golden.not_held import NOT_HELD

DOCUMENT = Path(__file__).parents[2] / "docs" / "provenance.md"
_MARKED = re.compile(r"(<!-- begin not held -->\n).*?(<!-- end not held -->)", re.DOTALL)


def filled(text: str) -> str:
    """Return the document with the table of the list: what shares a reason in one line."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, reason in sorted(NOT_HELD.items()):
        by_reason[reason].append(f"`{name}`")
    lines = ["| Not held | Because |", "|---|---|"]
    lines += [f"| {', '.join(names)} | {reason} |" for reason, names in by_reason.items()]
    table = "\n".join(lines)
    return _MARKED.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def main() -> None:
    """Write the table."""
    DOCUMENT.write_text(filled(DOCUMENT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
