"""docs/provenance.md lists what verification does not hold, as the product does."""

from __future__ import annotations

from tests.golden.not_held import NOT_HELD, not_held_because
from tests.golden.not_held_document import DOCUMENT, filled


def test_the_document_has_the_table_of_the_list() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert filled(text) == text
    assert all(f"`{name}`" in text for name in NOT_HELD)


def test_a_change_of_a_listed_table_is_not_held() -> None:
    assert not_held_because("jobs.state") == not_held_because("jobs/deleted") == NOT_HELD["jobs"]


def test_a_change_of_a_listed_column_is_not_held_and_others_of_its_table_are() -> None:
    assert not_held_because("cases.claimed_by")
    assert not_held_because("cases.state") is None
    assert not_held_because("cases/deleted") is None
