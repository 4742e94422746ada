"""docs/scoring.md: its example runs, and its tables are those of the shipped model."""

from __future__ import annotations

import doctest

from tests.golden.scoring_document import DOCUMENT, filled


def test_the_worked_example_prints_what_the_document_says() -> None:
    results = doctest.testfile(
        str(DOCUMENT), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert results.attempted > 15
    assert results.failed == 0


def test_the_tables_are_those_of_the_shipped_model() -> None:
    text = DOCUMENT.read_text()
    assert filled(text) == text
