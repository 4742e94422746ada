"""The migrations build the schema that the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from domain.errors import InvalidInputError
from service.storage.database import Database
from service.storage.engine.append_only import triggers
from service.storage.engine.engines import schema_connection
from service.storage.engine.migrate import current, is_current, latest, upgrade
from service.storage.tables.metadata import METADATA
from tests.formats import FORMAT
from tests.integration.storage.raw import connection, declared_protections, opened

pytestmark = pytest.mark.promise("upgrades")


def test_migrations_build_what_the_tables_declare(database_url: str) -> None:
    with opened(database_url) as engine, schema_connection(engine) as connected:
        context = MigrationContext.configure(connected, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_checks_and_their_names_are_those_declared(database_url: str) -> None:
    with opened(database_url) as engine:
        inspector = inspect(engine)
        built = {
            (table, check["name"])
            for table in inspector.get_table_names()
            for check in inspector.get_check_constraints(table)
        }

    declared = {
        (table.name, str(constraint.name))
        for table in METADATA.sorted_tables
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert declared <= built


def test_every_table_has_the_triggers_it_declares(database_url: str) -> None:
    with connection(database_url) as connected:
        dialect = connected.dialect.name
        catalogue = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        }
        built = set(connected.execute(text(catalogue[dialect])).scalars())

    declared = {
        statement.split()[2]
        for table, protection in declared_protections().items()
        for statement in triggers(table, protection, dialect)
    }
    assert declared <= built


def test_an_upgrade_of_a_current_database_changes_nothing(database_url: str) -> None:
    upgrade(database_url)

    assert current(database_url) == latest()
    with opened(database_url) as engine:
        assert is_current(engine)


def test_a_new_file_has_no_revision_until_it_is_upgraded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    database = Database(url, codec=FORMAT.codec)

    before = (current(url), database.is_current())
    database.upgrade()
    after = (current(url), database.is_current())
    database.close()

    assert before == (None, False)
    assert after == (latest(), True)


def test_an_upgrade_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with connection(url) as connected:
        connected.execute(text("CREATE VIEW loads AS SELECT 1 AS in_the_way"))
        connected.commit()

    with pytest.raises(Exception, match="loads"):
        upgrade(url)

    with opened(url) as engine:
        assert inspect(engine).get_table_names() == []
        assert inspect(engine).get_view_names() == ["loads"]


def test_sqlite_is_durable_and_strict(sqlite_url: str) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete")
    with connection(sqlite_url) as connected:
        found = {n: connected.exec_driver_sql(f"PRAGMA {n}").scalar() for n in names}

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }


def test_postgresql_has_its_timeouts_and_utc(postgres_url: str) -> None:
    names = ("statement_timeout", "lock_timeout", "TimeZone", "transaction_isolation")
    with connection(postgres_url) as connected:
        found = [connected.exec_driver_sql(f"SHOW {n}").scalar() for n in names]

    assert found == ["1min", "10s", "UTC", "read committed"]


def test_postgresql_keeps_payloads_of_up_to_a_page_in_their_row(postgres_url: str) -> None:
    with connection(postgres_url) as connected:
        found = connected.exec_driver_sql(
            "SELECT attstorage, reloptions FROM pg_attribute JOIN pg_class ON attrelid = oid"
            " WHERE relname = 'payloads' AND attname = 'body'"
        ).one()

    assert found == ("e", ["toast_tuple_target=8160"])


def test_postgresql_takes_no_samples_of_binary_columns(postgres_url: str) -> None:
    with connection(postgres_url) as connected:
        sampled = connected.exec_driver_sql(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND atttypid = 'bytea'::regtype AND attstattarget IS DISTINCT FROM 0"
        ).all()

    assert sampled == [], "statistics keep bytes that are erased: SET STATISTICS 0"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql+pymysql://host/db"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        Database(url, codec=FORMAT.codec)
