"""The page of the glossary says what `docs/glossary.md` says, as HTML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.web.glossary import entries_with, words

DOCUMENT = Path(__file__).parents[4] / "docs" / "glossary.md"
NOT_UNDERSTOOD = (
    *("Bits", "Checkpoint", "Drift", "First candidate", "Gallery", "LEADER", "Line-up", "Matter"),
    *("Office", "Purge", "Rehearsal", "Seal", "Store", "Tail", "Vault", "Witness"),
)
"""Words of pages and documents that readers from outside did not understand."""


def test_every_term_of_the_document_is_there_once() -> None:
    table = DOCUMENT.read_text("utf-8").split("## One name for each thing")[0]
    terms = [term for term, _ in words()]

    assert len(terms) == len(set(terms)) == len(re.findall(r"^\| \*\*", table, re.MULTILINE))


@pytest.mark.parametrize("word", NOT_UNDERSTOOD)
def test_a_word_that_readers_missed_is_defined_in_a_sentence(word: str) -> None:
    meaning = dict(words())[word]

    assert len(meaning.striptags().split()) >= 8


def test_marks_become_html_and_links_become_words() -> None:
    text = " ".join(meaning for _, meaning in words())

    assert "<strong>" in text
    assert "<code>" in text
    assert not re.search(r"\]\(|\*\*|`", text)
    assert set(re.findall(r"<(\w+)", text)) == {"strong", "em", "code"}


def test_an_entry_is_found_by_a_part_of_its_term_or_of_its_meaning_in_any_case() -> None:
    terms = [term for term, _ in words()]

    for term in terms:
        assert term in [one for one, _ in entries_with(term.upper())]
    assert len(entries_with("")) == len(terms)
    assert entries_with("no such word") == ()
    assert "Rehearsal" in [one for one, _ in entries_with(dict(words())["Rehearsal"][:20])]
