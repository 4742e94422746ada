"""docs/events.md says what the catalogue declares."""

from __future__ import annotations

from tests.golden.events_document import DOCUMENT, filled


def test_the_table_is_that_of_the_catalogue() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert filled(text) == text
    assert text.count("\n| `") > 40
