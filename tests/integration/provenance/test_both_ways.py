"""Every table is changed past the triggers in every way there is, one change at a time.

Each change is found by `identlink log verify --deep`, or stands in the one list of what is not
held, with its reason. A new table is tried without a line here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.storage.statement.not_held import NOT_HELD, not_held_because
from service.storage.statement.owners import payload_columns
from service.storage.tables.metadata import METADATA
from tests.integration.provenance.forging import (
    Change,
    changes_of_columns,
    changes_of_payloads,
    changes_of_rows,
    is_refused,
    parts,
    planted,
    undone,
)
from tests.integration.provenance.recalling import Recall, recalling
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import hand_in

PINNED = frozenset((Path(__file__).parents[2] / "golden" / "not_held.txt").read_text().split("\n"))


@pytest.fixture(scope="module")
def recall(busy_store: LinkedStore) -> Iterator[Recall]:
    with hand_in(busy_store) as hand, recalling(hand) as recall:
        if hand.raw.dialect.name == "sqlite":
            hand.raw.execute(text("PRAGMA ignore_check_constraints = ON"))
        assert recall.findings(()) == ()
        yield recall


def test_each_row_deleted_or_added_is_found_or_listed(recall: Recall) -> None:
    tried = [
        change
        for table in METADATA.sorted_tables
        for change in changes_of_rows(recall.hand, table)
    ]
    assert {change.table for change in tried} >= METADATA.tables.keys() - {"logout_notices"}
    assert _unseen(recall, tried) == []


def test_each_column_changed_is_found_or_listed(recall: Recall) -> None:
    """A digest that differs is found, as that of a deleted row is; the rest is verified."""
    tried = [
        change
        for table in METADATA.sorted_tables
        for change in changes_of_columns(recall.hand, table)
        if not_held_because(change.name) is None
    ]
    assert [change.name for change in tried if not _is_told(recall, change)] == []


def test_each_payload_deleted_moved_or_shared_is_found_or_listed(recall: Recall) -> None:
    tried = [
        change
        for column in payload_columns()
        for change in changes_of_payloads(recall.hand, column)
    ]
    assert len({change.table for change in tried}) > 40
    assert _unseen(recall, tried) == []


def test_each_part_planted_where_none_was_is_found(recall: Recall) -> None:
    made = {
        f"{part.table} under {whole}": planted(recall.hand, whole, part) for whole, part in parts()
    }
    tried = [change for change in made.values() if change is not None]
    assert len(tried) > 10
    assert _unseen(recall, tried) == []


def test_the_list_names_what_exists_with_a_reason_and_only_shrinks() -> None:
    changes = {f"{table}/{what}" for table in METADATA.tables for what in ("deleted", "added")}
    columns = {f"{table.name}.{each.name}" for table in METADATA.sorted_tables for each in table.c}
    assert NOT_HELD.keys() <= METADATA.tables.keys() | columns | changes
    assert all(NOT_HELD.values())
    assert NOT_HELD.keys() <= PINNED


def test_no_entry_of_the_list_would_be_found(recall: Recall) -> None:
    tried: dict[str, list[Change]] = defaultdict(list)
    for table in METADATA.sorted_tables:
        for change in (
            *changes_of_rows(recall.hand, table),
            *changes_of_columns(recall.hand, table),
        ):
            for key in (change.name, change.table):
                if key in NOT_HELD:
                    tried[key].append(change)
    assert tried.keys() >= NOT_HELD.keys() - {"logout_notices"}
    assert [
        key for key, changes in tried.items() if all(_is_found(recall, one) for one in changes)
    ] == []


def _unseen(recall: Recall, tried: Iterable[Change]) -> list[str]:
    return [
        change.name
        for change in tried
        if not_held_because(change.name) is None and not _is_found(recall, change)
    ]


def _is_told(recall: Recall, change: Change) -> bool:
    with undone(recall.hand):
        if is_refused(recall.hand, change) or recall.differ(change.touched):
            return True
        return recall.findings(change.touched) != ()


def _is_found(recall: Recall, change: Change) -> bool:
    with undone(recall.hand):
        if is_refused(recall.hand, change):
            return True
        return recall.findings(change.touched) != ()
