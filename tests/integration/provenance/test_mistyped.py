"""A value of another type, written by hand into any column of an SQLite file, is a finding."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, Table, and_, literal, select, update
from sqlalchemy.exc import IntegrityError

from service.provenance.bundle.findings import FindingCode
from service.storage.statement.mistyped import mistyped_rows
from service.storage.tables.metadata import METADATA
from tests.integration.provenance.forging import undone
from tests.integration.provenance.recalling import Recall
from tests.integration.provenance.tampering import Hand

pytestmark = [
    pytest.mark.promise("tampering"),
    pytest.mark.parametrize("busy_store", ["sqlite"], indirect=True),
]


def test_a_value_of_another_type_is_found_in_any_column(recall: Recall) -> None:
    hand = recall.hand
    assert list(mistyped_rows(hand.raw)) == []
    missed = [str(column) for column in _columns(hand) if not _is_found(hand, column)]
    assert missed == []


@pytest.mark.parametrize("name", ["events.body", "log_head.size", "checkpoints.note"])
def test_a_verification_names_it_and_says_that_nothing_else_was_compared(
    recall: Recall, name: str
) -> None:
    table, column = name.split(".")
    with undone(recall.hand):
        _spoil(recall.hand, METADATA.tables[table].columns[column])
        findings = recall.findings({table})
    assert [found.code for found in findings] == [
        FindingCode.ROW_CHANGED,
        FindingCode.CHECKING_STOPPED,
    ]
    assert table in findings[0].detail


def _columns(hand: Hand) -> list[Column[Any]]:
    tables = [table for table in METADATA.sorted_tables if _first(hand, table) is not None]
    assert len(tables) > 0.9 * len(METADATA.tables)
    return [column for table in tables for column in table.columns]


def _is_found(hand: Hand, column: Column[Any]) -> bool:
    assert isinstance(column.table, Table)
    with undone(hand):
        try:
            _spoil(hand, column)
        except IntegrityError:
            # SQLite itself takes no other type for the number of a row.
            return column.primary_key
        return len(list(mistyped_rows(hand.raw, {column.table.name}))) == 1


def _spoil(hand: Hand, column: Column[Any]) -> None:
    """Write a text where bytes belong, and bytes where anything else belongs."""
    assert isinstance(column.table, Table)
    row, wrong = _first(hand, column.table), b"\xff"
    of_row = and_(*(key == row[key.name] for key in column.table.primary_key))
    value = literal("text") if isinstance(column.type, LargeBinary) else literal(wrong)
    hand.raw.execute(update(column.table).where(of_row).values({column: value}))


def _first(hand: Hand, table: Table) -> Any:
    return hand.raw.execute(select(table)).mappings().first()
