"""One name for each thing: pages and catalogues use no word that the glossary has replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
_TEMPLATES = sorted(ROOT.glob("service/*/templates/**/*.html"))
_CATALOGUES = sorted(ROOT.glob("service/public/messages/*.json"))
_NOT_SEEN = re.compile(r"\{#.*?#\}|\{%.*?%\}|<[^>]*>", re.DOTALL)
_TEXTS_IN_CODE = re.compile(r'"([^"]*)"')


def _replaced() -> list[str]:
    """Return the words of the second column of the table in the glossary."""
    table = (
        (ROOT / "docs" / "glossary.md").read_text("utf-8").split("## One name for each thing")[1]
    )
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    return [word.strip() for row in rows for word in row.split("|")[2].split(",")]


def _said(path: Path) -> str:
    """Return what a template or a catalogue says, and the texts that it gives to macros."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return " ".join(_texts(json.loads(text)))
    in_code = " ".join(
        said
        for part in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL)
        for said in _TEXTS_IN_CODE.findall(part)
    )
    return f"{_NOT_SEEN.sub(' ', text)} {in_code}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


def test_the_glossary_names_words_and_there_are_pages() -> None:
    assert "asker" in _replaced()
    assert len(_TEMPLATES) > 90
    assert _CATALOGUES


@pytest.mark.parametrize("word", _replaced())
def test_no_page_says_a_word_that_was_replaced(word: str) -> None:
    pattern = re.compile(rf"(?<![\w/.]){re.escape(word)}(?![\w_.])")

    found = [
        str(path.relative_to(ROOT))
        for path in (*_TEMPLATES, *_CATALOGUES)
        if pattern.search(_said(path))
    ]

    assert found == []
