"""A database in use is migrated: earlier data are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from domain.ids import TokenId, UserId
from service.storage.database import Database
from service.storage.engine import migrate
from service.storage.engine.append_only import REFUSAL
from service.storage.engine.engines import (
    commit,
    open_engine,
    schema_connection,
    write_connection,
)
from service.storage.engine.migrate import current, latest, upgrade
from service.storage.engine.settings import DatabaseSettings
from tests.contract.builders import token
from tests.formats import FORMAT
from tests.integration.storage.raw import connection, opened
from tests.postgres import EMPTY, PostgresServer

pytestmark = pytest.mark.promise("upgrades")

BEFORE_CLIENTS = "0005"
OLD_TOKEN = text(
    "INSERT INTO tokens (token_id, secret_sha256, user_id, role, force, scopes, issued_at,"
    " expires_at) VALUES ('token-1', 'sha-of-token-1', 'officer-1', 'force', '01',"
    " 'encounters:write searches:write', '2025-03-14 12:00:00.123456',"
    " '2025-03-15 12:00:00.123456')"
)
OLD_ACCOUNT = text(
    "INSERT INTO accounts (user_id, sign_in_name, role, password_hash, added_at, is_disabled)"
    " VALUES ('ann', 'ann', 'examiner', 'hash', '2025-03-14 12:00:00.123456', (1 = 0))"
)
OLD_SESSION = text(
    "INSERT INTO sessions (secret_sha256, user_id, begun_at, last_seen_at) VALUES"
    " ('sha-of-session-1', 'ann', '2025-03-14 12:00:00.123456', '2025-03-14 12:00:00.123456')"
)

OLD_WORK = (
    "INSERT INTO persons (person_row, person_id) VALUES (1, 'person-1')",
    "INSERT INTO encounters (encounter_row, encounter_id, person_row, force, gallery, payload_id)"
    " VALUES (1, 'capture-1', 1, '01', 0, 1), (2, 'capture-2', 1, '01', 0, 2)",
    "INSERT INTO gallery_changes (change_seq, encounter_row, kind)"
    " VALUES (1, 1, 0), (2, 2, 0), (3, 2, 1)",
    "INSERT INTO searches (search_row, search_id, search_type, force, submitted_by, on_behalf_of,"
    " purpose, submitted_at, model_name, model_version, model_digest, index_generation,"
    " index_digest, configuration_digest, code_version, payload_id)"
    " VALUES (1, 'search-1', 'TP/TP', '01', 'desk', '', 'arrest', '2025-03-14 12:00:00.123456',"
    " 'm', '1', 'd', 1, 'd', 'd', '1', 3)",
    "INSERT INTO cases (case_row, case_id, search_id, force, activity, state, opened_at, revision)"
    " VALUES (1, 'case-1', 'search-1', '01', 'tenprint comparison', 'verifying',"
    " '2025-03-14 12:00:00.123456', 'r')",
    "INSERT INTO decisions (decision_row, decision_id, case_id, decided_by, kind, outcome,"
    " sealed_at, shuffle_seed, payload_id)"
    " VALUES (1, 'decision-1', 'case-1', 'ann', 'examination', 'excluded',"
    " '2025-03-15 12:00:00.123456', 7, 4)",
)
BEFORE_EVENTS_OF_PRINTS = "0025"
OLD_PRINTS = (
    "INSERT INTO prints_shown (case_id, viewer, label, position, content, shown_at) VALUES"
    " ('case-1', 'ann', 'BCD', 1, 'c', '2025-03-14 12:00:00.123456'),"
    " ('case-1', 'bob', 'BCD', 1, 'c', '2025-03-14 12:00:00.123456')",
)
ENDED_BY_UPGRADES = {"sessions"}
"""Tables whose rows an upgrade ends on purpose."""

OLD_PAYLOADS = text(
    "INSERT INTO payloads (payload_id, kind, body)"
    " SELECT n, 'template', decode(md5(n::text), 'hex') FROM generate_series(1, 100) AS n"
)
SAMPLED_PAYLOADS = text(
    "SELECT count(*) FROM pg_stats WHERE tablename = 'payloads' AND attname = 'body'"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return a database of an earlier release, with a token in it."""
    if request.param == "sqlite":
        yield _aged(f"sqlite:///{tmp_path / 'old.db'}")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = server.make_database(of=EMPTY)
    yield _aged(database.url)
    server.drop(database)


def _aged(url: str) -> str:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(migrate.__file__).parents[1] / "migrations")
    )
    config.set_main_option("path_separator", "os")
    engine = open_engine(url, DatabaseSettings())
    with write_connection(engine) as connected:
        config.attributes["connection"] = connected
        command.upgrade(config, BEFORE_CLIENTS)
        for statement in (OLD_TOKEN, OLD_ACCOUNT, OLD_SESSION):
            connected.execute(statement)
        commit(connected)
    engine.dispose()
    return url


def columns_in(connected: Connection) -> dict[str, list[str]]:
    """Return the columns of all tables but those that an upgrade writes or ends on purpose."""
    look = inspect(connected)
    return {
        table: [column["name"] for column in look.get_columns(table)]
        for table in look.get_table_names()
        if table not in {"alembic_version", *ENDED_BY_UPGRADES}
    }


def rows_in(connected: Connection, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows of these tables, each as the text of these columns."""
    found = {}
    for table, named in columns.items():
        quoted = ", ".join(f'"{name}"' for name in named)
        rows = connected.execute(text(f"SELECT {quoted} FROM {table}"))  # noqa: S608 - our own
        found[table] = sorted(str(tuple(row)) for row in rows)
    return found


def write(url: str, statements: tuple[str, ...]) -> None:
    """Write rows into a database of an earlier release."""
    with connection(url) as connected:
        for statement in statements:
            connected.execute(text(statement))
        commit(connected)


def test_every_row_of_an_earlier_release_is_there_after_it_as_it_was(old_url: str) -> None:
    write(old_url, OLD_WORK)
    with connection(old_url) as connected:
        columns = columns_in(connected)
        rows = rows_in(connected, columns)
    with opened(old_url) as engine, schema_connection(engine) as connected:
        migrate.upgrade_connection(connected, BEFORE_EVENTS_OF_PRINTS)
        commit(connected)
    write(old_url, OLD_PRINTS)

    upgrade(old_url)

    with connection(old_url) as connected:
        assert rows_in(connected, columns) == rows
        ready = connected.execute(text("SELECT ready_at FROM cases")).scalar_one()
        viewers = connected.execute(text("SELECT viewer FROM prints_shown")).scalars().all()
    assert str(ready).startswith("2025-03-15 12:00:00.123456")
    # What was shown to somebody who has not decided is shown anew, on record.
    assert viewers == ["ann"]


def test_tokens_of_an_earlier_release_are_there_after_it(old_url: str) -> None:
    before = current(old_url)

    upgrade(old_url)

    database = Database(old_url, codec=FORMAT.codec)
    with database.units_of_work().read() as unit:
        found = unit.tokens.get(TokenId("token-1"))
    database.close()
    assert (before, current(old_url)) == (BEFORE_CLIENTS, latest())
    assert found == token()
    with connection(old_url) as raw, pytest.raises(Exception, match=REFUSAL):
        raw.execute(text("UPDATE tokens SET client_key_id = NULL"))


@pytest.mark.parametrize("old_url", ["postgresql"], indirect=True)
def test_samples_of_sealed_bytes_are_gone_after_an_upgrade(old_url: str) -> None:
    with connection(old_url) as connected:
        connected.execute(OLD_PAYLOADS)
        connected.execute(text("ANALYZE payloads"))
        assert connected.execute(SAMPLED_PAYLOADS).scalar_one() == 1
        commit(connected)

    upgrade(old_url)

    with connection(old_url) as connected:
        connected.execute(text("ANALYZE payloads"))
        assert connected.execute(SAMPLED_PAYLOADS).scalar_one() == 0


def test_sessions_that_no_event_names_end_with_the_upgrade(old_url: str) -> None:
    upgrade(old_url)

    database = Database(old_url, codec=FORMAT.codec)
    with database.units_of_work().read() as unit:
        account, session = unit.accounts.get(UserId("ann")), unit.sessions.get("sha-of-session-1")
    database.close()
    assert account is not None
    assert session is None
