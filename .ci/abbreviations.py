"""Writes the glossary as abbreviations, which the site shows by hover: `abbreviations.py FILE`.

Terms of two words or more, and those in capitals: everyday words would be marked in every line.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
_ROW = re.compile(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`]")


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """Yield each term, in the forms that sentences have, and its meaning without marks."""
    for terms, words in _ROW.findall(text):
        meaning = _MARKS.sub("", _LINK.sub(r"\1", words.partition(" **")[0])).strip()
        for term in _MARKS.sub("", terms).split(", "):
            if " " in term or term.isupper():
                for form in _forms(term):
                    yield form, meaning


def _forms(term: str) -> Iterator[str]:
    yield from (term, f"{term}s")
    if not term[:2].isupper():
        within = term[0].lower() + term[1:]
        yield from (within, f"{within}s")


def run(target: Path) -> int:
    """Write the file; return how many forms it holds."""
    found = dict(abbreviations(GLOSSARY.read_text("utf-8")))
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"*[{form}]: {meaning}\n" for form, meaning in sorted(found.items()))
    target.write_text("".join(lines), "utf-8")
    return len(found)


if __name__ == "__main__":
    sys.stdout.write(f"{run(Path(sys.argv[1]))} forms of terms.\n")
