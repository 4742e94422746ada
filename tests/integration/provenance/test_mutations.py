"""Every column of every table is changed behind the log's back, one row at a time.

Verification finds each change, or the column stands in the product's list of what is not held
(`tests.golden.not_held`), with its reason. A column of a new table is held to the
same, and the store must hold a row of every table. `test_both_ways.py` tries one other value of
each column in every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKey, Table, Update, select, text
from sqlalchemy.exc import DatabaseError

from domain.events.catalogue import KINDS
from service.provenance.bundle.findings import FindingCode
from service.storage.sealed.payloads import PayloadKind
from service.storage.statement.commitments import stored_digests
from service.storage.tables.metadata import METADATA, Rows
from tests.golden.not_held import NOT_HELD, not_held_because
from tests.integration.provenance.mutations import Mutation, is_found, mutations_of
from tests.integration.provenance.pairs import Reference, changes_of, exchanged, references
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in
from tests.integration.storage.raw import declared_protections

pytestmark = pytest.mark.promise("tampering")

ALLOWED = frozenset(
    name
    for table in METADATA.sorted_tables
    for column in table.columns
    if not_held_because(name := f"{table.name}.{column.name}") is not None
)
"""Columns that may differ unseen: the product itself lists them, each with its reason."""

EMPTY = {"logout_notices"}
"""Tables without a row in the store: their columns are not tried here."""

UNSET = {
    "disputes.merge_id-person_merges",
    "disputes.other_row-persons",
    "disputes.request_id-requests",
    "handovers.person_row-persons",
    "retention_settlements.erasure_id-erasure_requests",
}
"""References without a value in the store: its document was handed to somebody not on record, its
dispute is a case officer's doubt, and what it settled was no erasure.

That a row which exists, set there, is found is tried with the references of the table.
"""

COMMITTED = {
    table
    for kind in KINDS.values()
    for rows in kind.declared.commits
    for table in (rows.table, *(part.table for part in rows.parts))
}
"""The tables of which the log states digests."""

_SIGNED = "signed, and opened by every verification"
_LOG = "the log itself: its tree is computed again from the bodies of events"
_ROWS = "each row is held against its event, column by column"

NOT_COMMITTED: dict[str, str] = {
    "checkpoints": _SIGNED,
    "cosignatures": _SIGNED,
    "event_subjects": _LOG,
    "events": _LOG,
    "log_nodes": _LOG,
    "gallery_changes": _ROWS,
    "loads": _ROWS,
    "person_erasures": _ROWS,
    "record_changes": NOT_HELD["record_changes.person_row"],
    "exchange_surveys": NOT_HELD["exchange_surveys"],
}
"""Tables written once of which the log states no digest, each with its reason."""

TABLES = [table.name for table in METADATA.sorted_tables]


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_each_changed_column_is_found_or_allowed(busy_store: LinkedStore, table: str) -> None:
    assert _unseen(busy_store, METADATA.tables[table]) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", [name for name in TABLES if METADATA.tables[name].foreign_keys])
def test_each_reference_turned_to_another_row_is_found_or_allowed(
    busy_store: LinkedStore, table: str
) -> None:
    """The reference of a row, and one that is empty, are turned to each of a few other rows."""
    with hand_in(busy_store) as hand:
        tried = [
            turned
            for column in METADATA.tables[table].columns
            for key in column.foreign_keys
            for turned in _turned(hand, key)
        ]
        unseen = {each.name for each in tried if not is_found(hand, each.statement)}
    assert unseen <= ALLOWED


@pytest.mark.slow
@pytest.mark.parametrize("reference", references(), ids=lambda each: each.name)
def test_two_tables_changed_together_are_found_or_allowed(
    busy_store: LinkedStore, reference: Reference
) -> None:
    """Both sides of a reference are changed so that they agree with each other again."""
    with hand_in(busy_store) as hand:
        _without_checks(hand)
        tried = list(changes_of(hand, reference))
        unseen = [
            change.name
            for change in tried
            if not (
                change.columns <= ALLOWED
                or is_found(hand, *change.statements)
                or _does_not_open(hand, *change.statements)
            )
        ]
    assert tried or reference.child.name in EMPTY or reference.name in UNSET
    assert unseen == []


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(COMMITTED))
def test_a_row_changed_together_with_its_digest_in_the_log_is_found(
    busy_store: LinkedStore, table: str
) -> None:
    """The event states the digest of the changed row, and the tree above it is made anew."""
    with hand_in(busy_store) as hand:
        mutation = _any_committed(hand, METADATA.tables[table])
        before = _digests(hand)
        hand.raw.execute(mutation.statement)
        instead = _moved(before, _digests(hand))
        assert FindingCode.ROW_CHANGED in hand.findings(busy_store.checkpoint)
        hand.rewrite(instead)
        found = hand.findings(busy_store.checkpoint)
    assert FindingCode.NODE_DIFFERS not in found
    assert FindingCode.ROOT_DIFFERS in found


@pytest.mark.parametrize("busy_store", ["sqlite"], indirect=True)
@pytest.mark.dear("exchanges the subjects of events of every type")
def test_events_that_exchange_their_subjects_are_found(busy_store: LinkedStore) -> None:
    """Each of many exchanges is found, not most of them: the sum of the pairs has no structure."""
    with hand_in(busy_store) as hand:
        rows = hand.raw.exec_driver_sql(
            "SELECT subject_ref, seq FROM event_subjects ORDER BY subject_ref, seq"
        ).all()
        (reference,) = (one for one in references() if one.child.name == "event_subjects")
        pairs = [
            (one, other)
            for one, other in zip(rows, rows[len(rows) // 2 :], strict=False)
            if one.subject_ref != other.subject_ref and one.seq != other.seq
        ]
        unseen = [
            (one, other)
            for one, other in pairs[:12]
            for change in exchanged(reference, one._mapping, other._mapping)
            if not is_found(hand, *change.statements)
        ]
    assert pairs
    assert unseen == []


def test_the_log_states_digests_of_every_table_written_once_or_there_is_a_reason() -> None:
    written_once = {
        table
        for table, protection in declared_protections().items()
        if protection.rows is Rows.WRITTEN_ONCE
    }

    assert written_once - COMMITTED == NOT_COMMITTED.keys()


def _unseen(store: LinkedStore, table: Table) -> list[str]:
    """Return the columns of which a change was neither found nor allowed."""
    with hand_in(store) as hand:
        _without_checks(hand)
        has_rows = hand.raw.execute(select(table).limit(1)).first() is not None
        assert has_rows or table.name in EMPTY
        return [
            f"{mutation.name} {mutation.key} {mutation.value!r}"
            for column in table.columns
            if f"{table.name}.{column.name}" not in ALLOWED
            for mutation in mutations_of(hand, column)
            if not (is_found(hand, mutation.statement) or _does_not_open(hand, mutation.statement))
        ]


def _any_committed(hand: Hand, table: Table) -> Mutation:
    """Return a change that alters a digest that an event states, and it alone of each row."""
    told = b"".join(hand.raw.exec_driver_sql("SELECT body FROM events").scalars())
    # Of a row that its key is all of, the key is changed.
    for column in sorted(table.columns, key=lambda each: each.primary_key):
        for mutation in mutations_of(hand, column):
            before, point = _digests(hand), hand.raw.begin_nested()
            try:
                hand.raw.execute(mutation.statement)
                after = _digests(hand)
            except DatabaseError:
                continue
            finally:
                point.rollback()
            moved = _moved(before, after)
            if moved and all(digest in told for digest in moved):
                return mutation
    raise AssertionError(f"No digest covers {table.name}.")


def _digests(hand: Hand) -> dict[tuple[str, str], set[bytes]]:
    """Return the digests of the rows as they stand, by the event and the row that they are of."""
    digests: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for row in stored_digests(hand.raw):
        digests[row.event_type, row.ref].add(row.says[0].partition("=")[2].encode())
    return digests


def _moved(
    before: dict[tuple[str, str], set[bytes]], after: dict[tuple[str, str], set[bytes]]
) -> dict[bytes, bytes]:
    """Return the digests that changed, each with the new one; empty where that is not plain."""
    moved = {}
    for place in before.keys() | after.keys():
        gone, come = (before[place] - after[place], after[place] - before[place])
        if len(gone) != len(come) or len(gone) > 1:
            return {}
        moved.update(zip(gone, come, strict=True))
    return moved


def _without_checks(hand: Hand) -> None:
    if hand.raw.dialect.name == "sqlite":
        hand.raw.execute(text("PRAGMA ignore_check_constraints = ON"))


def _does_not_open(hand: Hand, *statements: Update) -> bool:
    """Whether a changed payload is refused at its first reading: it is sealed with its place."""
    sealed = {"payloads", "withheld_payloads"}
    if all(each.table.name not in sealed for each in statements):  # type: ignore[attr-defined]
        return False
    point = hand.raw.begin_nested()
    try:
        for statement in statements:
            hand.raw.execute(statement)
        return any(hand.error_of_opening(kind) for kind in PayloadKind)
    finally:
        point.rollback()


def _turned(hand: Hand, key: ForeignKey) -> Iterator[Mutation]:
    """Yield the last rows of a table, with and without this reference, turned to other rows."""
    column = key.parent
    newest = [each.desc() for each in column.table.primary_key]
    for condition in (column.is_not(None), column.is_(None)):
        query = select(column.table).where(condition).order_by(*newest).limit(1)
        row = hand.raw.execute(query).mappings().first()
        if row is None:
            continue
        place = tuple(row[each.name] for each in column.table.primary_key)
        others = select(key.column).where(key.column.is_distinct_from(row[column.name])).limit(3)
        for value in hand.raw.execute(others).scalars():
            yield Mutation(column.table, column, place, value)
