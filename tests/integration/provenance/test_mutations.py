"""Every column of every table is changed behind the log's back, one row at a time.

Verification finds each change, or the column stands in `ALLOWED` with the reason why it may
differ. A column of a new table is held to the same. The tables that the store leaves empty are
named too, so that none is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKey, Table, select, text

from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.metadata import METADATA
from tests.integration.provenance.mutations import Mutation, is_found, mutations_of
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in

_TIME = "the time of its event counts"
_NAME = "a name for people to read: a public digest would confirm a guess"
_WORK = "work that waits or is under way; its result is written by an event of its own"
_HEALTH = "how deliveries went lately; it decides when the next attempt is made and no more"
_RETRY = "it only finds an earlier answer again, within a day"
_SKETCH = "counts attempts for a while and is then deleted"
_DRAFT = "an unfinished form that its author alone sees again, and seals anew"

ALLOWED: dict[str, str] = {
    "accounts.sign_in_name": _NAME,
    "clients.name": _NAME,
    "account_subjects.linked_at": _TIME,
    "batches.cancelled_at": _TIME,
    "batches.finished_at": _TIME,
    "checkpoints.signed_at": _TIME,
    "sessions.ended_at": _TIME,
    "sessions.sid_sha256": "finds the session that the provider ends; each ends within a day",
    "sessions.last_seen_at": "moves with each request; a session ends earlier or later by it",
    "staff_persons.added_at": _TIME,
    "webhook_endpoints.removed_at": _TIME,
    "webhook_endpoints.secret_changed_at": _TIME,
    "batches.request_id": "finds the operational lines of the request, and nothing else",
    "webhook_endpoints.is_paused": _HEALTH,
    "webhook_endpoints.failures": _HEALTH,
    "webhook_endpoints.last_fault": _HEALTH,
    "webhook_endpoints.failing_since": _HEALTH,
    "webhook_endpoints.circuit_since": _HEALTH,
    "webhook_endpoints.next_attempt_at": _HEALTH,
    "webhook_endpoints.last_attempt_at": _HEALTH,
    "cases.claimed_by": "who works on a case now; sealed work names its own author",
    "cases.revision": "guards against two changes at once; a wrong one refuses the next change",
    "log_followers.follower": "how far a follower has read; it reads again, and repeats nothing",
    "log_followers.next_seq": "how far a follower has read; it reads again, and repeats nothing",
    "log_head.head": "the number of the only row",
    **{f"jobs.{column.name}": _WORK for column in METADATA.tables["jobs"].columns},
    **{
        f"idempotency_requests.{column.name}": _RETRY
        for column in METADATA.tables["idempotency_requests"].columns
    },
    **{
        f"probe_sketches.{column.name}": _SKETCH
        for column in METADATA.tables["probe_sketches"].columns
    },
    **{f"drafts.{column.name}": _DRAFT for column in METADATA.tables["drafts"].columns},
    **{
        f"logout_notices.{column.name}": "refuses a replay for an hour"
        for column in METADATA.tables["logout_notices"].columns
    },
    **{
        f"known_sources.{column.name}": "decides how long a wrong password delays the next"
        for column in METADATA.tables["known_sources"].columns
    },
    **{
        f"failed_attempts.{column.name}": "counts failed sign-ins for a while"
        for column in METADATA.tables["failed_attempts"].columns
    },
}
"""Columns that may differ unseen, each with its reason."""

EMPTY = {"capture_images", "capture_minutiae", "cosignatures", "failed_attempts", "logout_notices"}
"""Tables without a row in the store: their columns are not tried here."""

DECIDED_ON = ("searches", "candidates", "cases", "decisions", "links")
"""The tables that a decision rests on are tried in every run, and the rest in the slow one."""

TABLES = [table.name for table in METADATA.sorted_tables]


@pytest.mark.parametrize("table", DECIDED_ON)
def test_a_changed_column_behind_a_decision_is_found(busy_store: LinkedStore, table: str) -> None:
    assert _unseen(busy_store, METADATA.tables[table]) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_each_changed_column_is_found_or_allowed(busy_store: LinkedStore, table: str) -> None:
    assert _unseen(busy_store, METADATA.tables[table]) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", [name for name in TABLES if METADATA.tables[name].foreign_keys])
def test_each_reference_turned_to_another_row_is_found_or_allowed(
    busy_store: LinkedStore, table: str
) -> None:
    """A row and the row that it refers to: the reference is turned to each of a few others."""
    with hand_in(busy_store) as hand:
        tried = [
            turned
            for column in METADATA.tables[table].columns
            for key in column.foreign_keys
            for turned in _turned(hand, key)
        ]
        unseen = {each.name for each in tried if not is_found(hand, each)}
    assert unseen <= ALLOWED.keys()


def test_the_list_names_columns_that_exist_with_a_reason() -> None:
    columns = {f"{table.name}.{each.name}" for table in METADATA.sorted_tables for each in table.c}
    assert ALLOWED.keys() <= columns
    assert all(ALLOWED.values())
    assert set(TABLES) >= EMPTY


def _unseen(store: LinkedStore, table: Table) -> list[str]:
    """Return the columns of which a change was neither found nor allowed."""
    with hand_in(store) as hand:
        if hand.raw.dialect.name == "sqlite":
            hand.raw.execute(text("PRAGMA ignore_check_constraints = ON"))
        has_rows = hand.raw.execute(select(table).limit(1)).first() is not None
        assert has_rows or table.name in EMPTY
        return [
            f"{mutation.name} {mutation.key} {mutation.value!r}"
            for column in table.columns
            if f"{table.name}.{column.name}" not in ALLOWED
            for mutation in mutations_of(hand, column)
            if not (is_found(hand, mutation) or _does_not_open(hand, mutation))
        ]


def _does_not_open(hand: Hand, mutation: Mutation) -> bool:
    """Whether a changed payload is refused at its first reading: it is sealed with its place."""
    if mutation.table.name not in {"payloads", "withheld_payloads"}:
        return False
    point = hand.raw.begin_nested()
    try:
        hand.raw.execute(mutation.statement)
        return any(hand.error_of_opening(kind) for kind in PayloadKind)
    finally:
        point.rollback()


def _turned(hand: Hand, key: ForeignKey) -> Iterator[Mutation]:
    """Yield the first row of a table with its reference turned to other rows that exist."""
    column = key.parent
    row = (
        hand.raw.execute(
            select(column.table)
            .where(column.is_not(None))
            .order_by(*(each.desc() for each in column.table.primary_key))
            .limit(1)
        )
        .mappings()
        .first()
    )
    if row is None:
        return
    place = tuple(row[each.name] for each in column.table.primary_key)
    others = select(key.column).where(key.column != row[column.name]).limit(3)
    for value in hand.raw.execute(others).scalars():
        yield Mutation(column.table, column, place, value)
