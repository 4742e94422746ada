"""Whoever owns the database takes its protection away, and a verification names each part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from service.storage.statement.schema import altered_parts
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("tampering")

ON_BOTH = (
    ("DROP TABLE capture_minutiae", "table capture_minutiae is missing"),
    ("ALTER TABLE links RENAME TO kept_links", "table links is missing"),
    ("ALTER TABLE decisions RENAME COLUMN outcome TO told", "column decisions.outcome is missing"),
    (
        "DROP INDEX ix_application_drafts_saved_at",
        "index ix_application_drafts_saved_at is missing",
    ),
)
ON_SQLITE = (
    ("DROP TRIGGER events_no_update", "trigger events_no_update is missing"),
    (
        "CREATE TRIGGER more AFTER INSERT ON links BEGIN DELETE FROM log_followers; END",
        "trigger more was not made by the service",
    ),
    (
        "UPDATE sqlite_master SET sql = replace(sql, 'BEFORE UPDATE', 'BEFORE DELETE')"
        " WHERE name = 'events_no_update'",
        "trigger events_no_update is not as the service made it",
    ),
    (
        "UPDATE sqlite_master SET sql = replace(sql, 'CONSTRAINT ck_accounts_role_known CHECK',"
        " 'CHECK') WHERE name = 'accounts'",
        "constraint ck_accounts_role_known is missing",
    ),
)
ON_POSTGRESQL = (
    ("DROP TRIGGER events_no_update ON events", "trigger events_no_update is missing"),
    (
        "ALTER TABLE events DISABLE TRIGGER events_no_update",
        "trigger events_no_update is not as the service made it",
    ),
    (
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "trigger events_no_delete is not as the service made it",
    ),
    (
        "ALTER TABLE links DISABLE TRIGGER ALL",
        "check of references of links was not made by the service",
    ),
    (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NEW; END'",
        "function refuse_change is not as the service made it",
    ),
    (
        "CREATE TRIGGER more BEFORE INSERT ON links FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "trigger more was not made by the service",
    ),
    (
        "CREATE RULE more AS ON UPDATE TO events DO INSTEAD NOTHING",
        "rule more of events was not made by the service",
    ),
    (
        "ALTER TABLE accounts DROP CONSTRAINT ck_accounts_role_known",
        "constraint ck_accounts_role_known is missing",
    ),
    (
        "ALTER TABLE accounts DROP CONSTRAINT ck_accounts_role_known;"
        " ALTER TABLE accounts ADD CONSTRAINT ck_accounts_role_known CHECK (true)",
        "constraint ck_accounts_role_known is not as the service made it",
    ),
    (
        "ALTER TABLE tokens DROP CONSTRAINT uq_tokens_secret_sha256;"
        " ALTER TABLE tokens ADD CONSTRAINT uq_tokens_secret_sha256 UNIQUE (token_id)",
        "constraint uq_tokens_secret_sha256 is not as the service made it",
    ),
    (
        "ALTER TABLE sessions DROP CONSTRAINT pk_sessions CASCADE",
        "constraint pk_sessions is missing",
    ),
    (
        "ALTER TABLE tokens DROP CONSTRAINT tokens_client_key_id_fkey;"
        " ALTER TABLE tokens ADD CONSTRAINT tokens_client_key_id_fkey"
        " FOREIGN KEY (client_key_id) REFERENCES client_keys ON DELETE CASCADE",
        "reference tokens.client_key_id is not as the service made it",
    ),
    (
        "DROP INDEX ix_application_drafts_saved_at;"
        " CREATE INDEX ix_application_drafts_saved_at ON application_drafts (kind)",
        "index ix_application_drafts_saved_at is not as the service made it",
    ),
    ("CREATE TABLE more () INHERITS (links)", "child table more was not made by the"),
    (
        "ALTER TABLE tokens DROP CONSTRAINT tokens_client_key_id_fkey",
        "reference tokens.client_key_id is missing",
    ),
    (
        "ALTER TABLE decisions ALTER outcome SET DEFAULT 'identified'",
        "column decisions.outcome is not as the service made it",
    ),
    (
        "ALTER TABLE decisions ALTER outcome DROP NOT NULL",
        "column decisions.outcome is not as the service made it",
    ),
    ("ALTER TABLE jobs DISABLE ROW LEVEL SECURITY", "row security of jobs is not as the service"),
    ("ALTER TABLE jobs NO FORCE ROW LEVEL SECURITY", "row security of jobs is not as the service"),
    (
        "ALTER POLICY own_force ON jobs USING (true)",
        "row security of jobs is not as the service made it",
    ),
    ("DROP POLICY own_force ON jobs", "row security of jobs is missing"),
    (
        "CREATE POLICY more ON jobs USING (true)",
        "row security of jobs is not as the service made it",
    ),
)


@pytest.fixture
def raw(database_url: str) -> Iterator[Connection]:
    """Yield a connection whose changes are rolled back."""
    with connection(database_url) as connected:
        yield connected


def test_a_schema_as_the_migrations_build_it_is_as_declared(raw: Connection) -> None:
    assert list(altered_parts(raw)) == []


def test_each_altered_part_is_named(raw: Connection) -> None:
    is_sqlite = raw.dialect.name == "sqlite"
    if is_sqlite:
        raw.execute(text("PRAGMA writable_schema = ON"))
    expected = (*ON_BOTH, *(ON_SQLITE if is_sqlite else ON_POSTGRESQL))

    found = [_details_after(raw, statement) for statement, _ in expected]

    for (statement, told), details in zip(expected, found, strict=True):
        assert told in details, statement


def test_what_an_administrator_adds_is_no_fault(raw: Connection) -> None:
    raw.execute(text("CREATE TABLE notes (words varchar NOT NULL PRIMARY KEY)"))
    raw.execute(text("CREATE INDEX more ON cases (force)"))

    assert list(altered_parts(raw)) == []


def _details_after(raw: Connection, statement: str) -> str:
    with raw.begin_nested() as point:
        # A statement of a trigger or a function has semicolons of its own.
        alone = "BEGIN" in statement
        for one in (statement,) if alone else statement.split("; "):
            raw.execute(text(one))
        told = " ".join(part.detail for part in altered_parts(raw))
        point.rollback()
    return told
