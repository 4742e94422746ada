"""Engines are made for two kinds of database, and for no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from domain.errors import InvalidInputError
from domain.outages import StoreLockedError
from service.storage.engine.engines import open_engine, read_connection, write_connection
from service.storage.engine.settings import DatabaseSettings

SETTINGS = DatabaseSettings(lock_timeout_ms=10)


def test_an_engine_makes_no_file_before_it_is_used(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}", SETTINGS)

    engine.dispose()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "mysql://h/d"],
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        open_engine(url, SETTINGS)


def test_a_plain_postgresql_url_uses_the_driver_that_is_installed() -> None:
    engine = open_engine("postgresql://nobody@nowhere/db", SETTINGS)

    assert engine.dialect.driver == "psycopg"
    engine.dispose()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}", SETTINGS)
    with read_connection(engine) as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")

    engine.dispose()


def test_a_connection_that_read_can_write_afterwards(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}", DatabaseSettings(pool_size=1))
    with read_connection(engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    with write_connection(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        connection.commit()
    with read_connection(engine) as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM t").scalar()

    engine.dispose()
    assert found == 0


def test_a_second_writer_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}", SETTINGS)
    with write_connection(engine) as first, write_connection(engine) as second:
        first.begin()
        with pytest.raises(StoreLockedError):
            second.begin()

    engine.dispose()
