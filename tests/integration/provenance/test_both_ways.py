"""Every table is changed past the triggers in every way there is, one change at a time.

Each change is found by `identlink log verify --deep`, or stands in the one list of what is not
held, with its reason. A new table is tried without a line here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Table

from service.storage.statement.both_ways import payload_columns
from service.storage.tables.metadata import METADATA
from tests.golden.not_held import NOT_HELD, not_held_because
from tests.integration.provenance.forging import (
    Change,
    changes_of_column,
    changes_of_payloads,
    changes_of_rows,
    is_refused,
    parts,
    planted,
    undone,
)
from tests.integration.provenance.recalling import SEALED, Recall

PINNED = frozenset((Path(__file__).parents[2] / "golden" / "not_held.txt").read_text().split("\n"))


ON_BOTH = pytest.mark.parametrize(
    "busy_store",
    [pytest.param("sqlite", marks=pytest.mark.promise("tampering")), "postgresql"],
    indirect=True,
)
"""Guards the promise on SQLite in `make test`; both databases are tried in `make test-full`."""

MANY = pytest.mark.dear("a verification for each of some hundred changes")


@MANY
@ON_BOTH
def test_each_row_deleted_or_added_is_found_or_listed(recall: Recall) -> None:
    tried = [
        change
        for table in METADATA.sorted_tables
        for change in changes_of_rows(recall.hand, table)
    ]
    assert {change.table for change in tried} >= METADATA.tables.keys() - {"logout_notices"}
    assert _unseen(recall, tried) == []


@MANY
@ON_BOTH
def test_each_column_changed_is_found_or_listed(recall: Recall) -> None:
    """A digest that differs is found, as that of a deleted row is; the rest is verified."""
    tried = [
        change
        for table in METADATA.sorted_tables
        for column in table.columns
        for change in islice(changes_of_column(recall.hand, column), 1)
        if not_held_because(change.name) is None
    ]
    missed = [change for change in tried if not _is_told(recall, change)]
    assert [(change.name, change.at) for change in missed] == []


@MANY
@pytest.mark.parametrize("table", ["searches", "candidates", "cases", "decisions", "links"])
def test_each_value_that_a_decision_rests_on_is_found(recall: Recall, table: str) -> None:
    tried = [
        change
        for column in METADATA.tables[table].columns
        for change in changes_of_column(recall.hand, column)
    ]
    assert _unseen(recall, tried) == []


@MANY
def test_each_payload_deleted_moved_or_shared_is_found_or_listed(recall: Recall) -> None:
    tried = [
        change
        for column in payload_columns()
        for change in changes_of_payloads(recall.hand, column)
    ]
    assert len({change.table for change in tried}) > 40
    assert _unseen(recall, tried) == []


@MANY
@ON_BOTH
def test_each_part_planted_where_none_was_is_found(recall: Recall) -> None:
    made = {
        f"{part.table} under {whole}": planted(recall.hand, whole, part) for whole, part in parts()
    }
    tried = [change for change in made.values() if change is not None]
    assert len(tried) > 10
    assert _unseen(recall, tried) == []


@pytest.mark.promise("tampering")
def test_the_list_names_what_exists_with_a_reason_and_only_shrinks() -> None:
    changes = {f"{table}/{what}" for table in METADATA.tables for what in ("deleted", "added")}
    columns = {f"{table.name}.{each.name}" for table in METADATA.sorted_tables for each in table.c}
    assert NOT_HELD.keys() <= METADATA.tables.keys() | columns | changes
    assert all(NOT_HELD.values())
    assert NOT_HELD.keys() <= PINNED


@MANY
@pytest.mark.parametrize("busy_store", ["sqlite"], indirect=True)
def test_a_verification_from_memory_finds_what_one_without_it_finds(recall: Recall) -> None:
    every = [change for table in METADATA.sorted_tables for change in _changes_of(recall, table)]
    for change in every[::40]:
        with undone(recall.hand):
            if not is_refused(recall.hand, change):
                known = recall.findings(change.touched)
                anew = recall.findings(METADATA.tables.keys() - SEALED | change.touched)
                assert sorted(map(str, known)) == sorted(map(str, anew)), change.name


@MANY
def test_no_entry_of_the_list_would_be_found(recall: Recall) -> None:
    """Of a listed column, every other value is tried: some are found by chance."""
    tried: dict[str, list[Change]] = defaultdict(list)
    for table in METADATA.sorted_tables:
        for change in _changes_of(recall, table):
            for key in {change.name, table.name} & NOT_HELD.keys():
                tried[key].append(change)
    assert tried.keys() == NOT_HELD.keys() - {"logout_notices"}
    assert [key for key, changes in tried.items() if not _any_unseen(recall, changes)] == []


def _changes_of(recall: Recall, table: Table) -> Iterator[Change]:
    yield from changes_of_rows(recall.hand, table)
    for column in table.columns:
        yield from changes_of_column(recall.hand, column)


def _any_unseen(recall: Recall, changes: Iterable[Change]) -> bool:
    """Whether verification does not find one of these; a refusal by the database is no finding."""
    for change in changes:
        with undone(recall.hand):
            if is_refused(recall.hand, change) or not recall.findings(change.touched):
                return True
    return False


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
