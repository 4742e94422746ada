"""The database itself refuses changes that the code never makes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.ids import PersonId, TokenId, UserId
from service.storage.access.sessions import RememberedRequest
from service.storage.database import Database
from service.storage.engine.append_only import REFUSAL
from service.storage.loading.bulk import LoadedChunk
from service.storage.tables.cases import decisions
from service.storage.tables.links import links
from service.storage.tables.metadata import METADATA, Rows
from tests.contract.batches import batch
from tests.contract.builders import (
    NOON,
    analysis,
    comparison,
    decide_by_two,
    decision,
    event,
    examination,
    link,
    open_case,
    token,
)
from tests.formats import FORMAT
from tests.integration.storage.raw import connection, declared_protections

pytestmark = pytest.mark.promise("tampering")

OURS = (
    "persons",
    "person_erasures",
    "records",
    "encounters",
    "gallery_changes",
    "record_changes",
    "searches",
    "candidates",
    "examinations",
    "examination_exemplars",
    "analyses",
    "comparisons",
    "decisions",
    "links",
    "link_decisions",
    "link_revocations",
    "tokens",
    "token_revocations",
    "events",
    "event_subjects",
    "log_nodes",
    "loads",
)
"""Tables whose rows are written once, and of which `full_url` holds at least one row."""


@pytest.fixture
def full_url(database_url: str) -> Iterator[str]:
    """Return a database with a row in every table of storage."""
    database = Database(database_url, codec=FORMAT.codec)
    with database.units_of_work().write() as unit:
        open_case(unit)
        unit.cases.begin(examination())
        unit.cases.seal_analysis(analysis())
        unit.cases.seal_comparison(comparison())
        decide_by_two(unit)
        unit.links.add(link())
        unit.links.revoke(link(revoked_at=NOON, revoked_by=UserId("sue")))
        unit.tokens.add(token())
        unit.tokens.revoke(TokenId("token-1"), NOON)
        unit.idempotency_keys.remember(RememberedRequest(UserId("u"), "k", "d", "r", NOON))
        unit.events.append(event(subject_refs=("person-1",)))
        unit.commit()
    database.bulk_writer().add_many(
        batch(first=50), event("event-2"), chunk=LoadedChunk("source", 0)
    )
    with database.units_of_work().write() as unit:
        unit.people.erase_person(PersonId("person-50"))
        unit.commit()
    yield database_url
    database.close()


def test_every_table_tried_here_is_declared_to_be_written_once() -> None:
    declared = {t for t, p in declared_protections().items() if p.rows is Rows.WRITTEN_ONCE}

    assert set(OURS) <= declared


def test_what_is_written_once_is_neither_updated_nor_deleted(full_url: str) -> None:
    with connection(full_url) as raw:
        counts = {table: _count(raw, table) for table in OURS}
        taken = [
            statement
            for table in OURS
            for statement in (_harmless_update(table), f"DELETE FROM {table}")  # noqa: S608
            if not _is_refused(raw, table, statement)
        ]

    assert taken == []
    assert min(counts.values()) > 0


def test_what_can_be_erased_can_still_not_be_changed(full_url: str) -> None:
    with connection(full_url) as raw:
        assert _is_refused(raw, "payloads", _harmless_update("payloads"))
        assert _is_refused(raw, "idempotency_requests", _harmless_update("idempotency_requests"))


def test_what_moves_keeps_its_fixed_part(full_url: str) -> None:
    statements = (
        ("cases", "DELETE FROM cases"),
        ("cases", "UPDATE cases SET search_id = 'other'"),
        ("cases", "UPDATE cases SET case_id = 'other'"),
        ("live_records", "UPDATE live_records SET person_row = 2"),
        ("log_head", "DELETE FROM log_head"),
        ("log_head", "UPDATE log_head SET size = size - 1"),
        ("log_head", "UPDATE log_head SET change_seq = 0"),
    )
    with connection(full_url) as raw:
        taken = [each for each in statements if not _is_refused(raw, *each)]

    assert taken == []


def test_postgresql_refuses_to_truncate(postgres_url: str) -> None:
    with connection(postgres_url) as raw, pytest.raises(DBAPIError, match="append-only"):
        raw.execute(text("TRUNCATE events CASCADE"))


def test_sqlite_refuses_to_replace(sqlite_url: str) -> None:
    _decide(sqlite_url)
    names = [column.name for column in decisions.columns]
    # A whole row that says excluded where it said identified: only the protection can refuse it.
    excluded = {"outcome": "'excluded'", "candidate_id": "NULL", "fingers_identified": "NULL"}
    instead = [excluded.get(name, name) for name in names]
    replacing = (
        f"INSERT OR REPLACE INTO decisions ({', '.join(names)})"  # noqa: S608
        f" SELECT {', '.join(instead)} FROM decisions"
    )

    assert excluded.keys() <= set(names)
    with connection(sqlite_url) as raw:
        assert _is_refused(raw, "decisions", replacing)


def test_a_second_head_of_the_log_is_refused(database_url: str) -> None:
    second = "INSERT INTO log_head (head, size, frontier, change_seq) VALUES (2, 0, '', 0)"

    with connection(database_url) as raw, pytest.raises(IntegrityError):
        raw.execute(text(second))


def test_a_second_decision_of_one_person_is_refused(database_url: str) -> None:
    _decide(database_url)
    row = {**_decision_row(), "decision_id": "decision-ann-2"}

    with connection(database_url) as raw, pytest.raises(IntegrityError):
        raw.execute(insert(decisions).values(**row))


def test_a_link_without_two_persons_of_its_case_is_refused(database_url: str) -> None:
    _decide(database_url)
    wrong: tuple[dict[str, str | None], ...] = (
        {"second_decision_id": "decision-ann", "second_decided_by": "ann"},
        {"second_decided_by": "zoe"},
        {"second_decision_id": "unknown"},
        {"second_decision_id": None, "second_decided_by": None},
        {"candidate_id": "unknown"},
        {"case_id": "unknown"},
        {"search_id": "unknown"},
        {"person_id": "unknown"},
    )

    for changes in wrong:
        with connection(database_url) as raw, pytest.raises(IntegrityError):
            raw.execute(insert(links).values(**{**_link_row(), **changes}))


def test_the_same_link_with_two_persons_is_taken(database_url: str) -> None:
    _decide(database_url)

    with connection(database_url) as raw:
        taken = raw.execute(
            insert(links).values(**_link_row()),
            execution_options={"preserve_rowcount": True},
        )

    assert taken.rowcount == 1


def _harmless_update(table: str) -> str:
    column = next(iter(METADATA.tables[table].columns)).name
    return f"UPDATE {table} SET {column} = {column}"  # noqa: S608


def _count(raw: Connection, table: str) -> int:
    return int(raw.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def _is_refused(raw: Connection, table: str, statement: str) -> bool:
    try:
        with raw.begin_nested():
            raw.execute(text(statement))
    except DBAPIError as error:
        return f"{REFUSAL}: {table}" in str(error)
    return False


def _decide(url: str) -> None:
    database = Database(url, codec=FORMAT.codec)
    with database.units_of_work().write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.commit()
    database.close()


def _decision_row() -> dict[str, object]:
    sealed = decision()
    return {
        "case_id": sealed.case_id,
        "decided_by": sealed.decided_by,
        "kind": sealed.kind,
        "outcome": sealed.outcome,
        "candidate_id": sealed.candidate_id,
        "sealed_at": sealed.sealed_at,
        "shuffle_seed": sealed.shuffle_seed,
        "payload_id": 0,
    }


def _link_row() -> dict[str, object]:
    made = link()
    return {
        "link_id": made.link_id,
        "case_id": made.case_id,
        "search_id": made.search_id,
        "candidate_id": made.candidate_id,
        "person_id": made.person_id,
        "force": made.force,
        "linked_at": made.linked_at,
        "first_decision_id": "decision-ann",
        "first_decided_by": "ann",
        "second_decision_id": "decision-bob",
        "second_decided_by": "bob",
    }
