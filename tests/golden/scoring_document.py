"""The tables of docs/scoring.md, written from the shipped model.

`python -m tests.golden.scoring_document` fills them in; a test compares the document with them.
"""

from __future__ import annotations

import re
from pathlib import Path

from matching.comparators.catalogue import COMPARATORS
from matching.model_files import read_model
from matching.scorer import MODELS

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
_MARKED = re.compile(r"(<!-- begin (?P<name>\w+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def filled(text: str) -> str:
    """Return the document with the tables of the shipped model."""
    tables = {"levels": _levels(), "thresholds": _thresholds()}
    return _MARKED.sub(lambda found: f"{found[1]}{tables[found['name']]}\n{found[3]}", text)


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _levels() -> str:
    levels = read_model(MODELS).demographic.levels
    rows = []
    for one in COMPARATORS:
        fitted = levels[str(one.scale.source)]
        worth = "; ".join(
            f"{level.key} {fitted[level.key].bits:+.1f}{'*' if level.frequency else ''}"
            for level in one.scale.levels
        )
        rows.append((str(one.scale.source), worth))
    return _table(("Comparison", "Levels, strongest first (* with term frequency)"), rows)


def _thresholds() -> str:
    policy = read_model(MODELS).policy
    rows = [
        (str(mode), f"{one.proposed_bits:.2f}", f"{one.possible_bits:.2f}")
        for mode, one in policy.thresholds.items()
    ]
    return _table(("Search led by", "proposed from (bits)", "possible from (bits)"), rows)


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text()))
