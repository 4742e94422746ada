"""A standby takes over; the primary that it replaced comes back, and is not believed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import StoreUnavailableError
from domain.outages import ServerReplacedError
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.sealed.database_keys import KeyConnection
from tests.hosts.hosts import PRIMARY, Database

pytestmark = [pytest.mark.databases, pytest.mark.dear("two servers of PostgreSQL are made")]


@pytest.fixture
def servers() -> Iterator[tuple[Database, Database]]:
    """A primary and the standby that has all that is acknowledged."""
    place = Path(tempfile.mkdtemp(prefix="identlink-standby-"))
    place.chmod(0o711)
    primary = Database("", place / "d", str(place / "d" / "socket"))
    standby = Database("", place / "e", str(place / "e" / "socket"))
    try:
        primary.make()
        standby.follow(primary)
        primary.wait_for_standbys()
        yield primary, standby
    finally:
        primary.kill()
        standby.kill()
        shutil.rmtree(place)


def test_what_is_acknowledged_survives_its_server_and_the_old_one_is_refused(
    servers: tuple[Database, Database],
) -> None:
    first, second = servers
    places = f"host={first.address}&host={second.address}"
    url = f"postgresql://postgres@/postgres?{places}&{PRIMARY}"
    engine = open_engine(url, DatabaseSettings())
    with write_connection(engine) as connection, connection.begin():
        connection.execute(text("CREATE TABLE acknowledged (number INTEGER)"))
        connection.execute(text("INSERT INTO acknowledged VALUES (7)"))

    first.kill()
    second.promote()
    with pytest.raises(StoreUnavailableError), write_connection(engine) as connection:
        connection.begin()
    with write_connection(engine) as connection, connection.begin():
        found = connection.execute(text("SELECT number FROM acknowledged")).scalars().all()
    assert found == [7]

    engine.dispose()
    first.start()
    with pytest.raises(ServerReplacedError, match="make it a standby of the new one"):
        write_connection(engine).close()

    first.rejoin(second)
    with write_connection(engine) as connection, connection.begin():
        connection.execute(text("INSERT INTO acknowledged VALUES (8)"))
    engine.dispose()


def test_keys_are_not_read_from_the_old_server_once_rows_come_from_the_new(
    servers: tuple[Database, Database],
) -> None:
    first, second = servers
    both = {"host": f"{first.address},{second.address}", "target_session_attrs": "primary"}
    keys = KeyConnection({**both, "user": "postgres", "dbname": "postgres"})
    assert keys.execute("SELECT 7").fetchone() == (7,)
    second.promote()
    engine = open_engine(
        f"postgresql://postgres@/postgres?host={second.address}", DatabaseSettings()
    )
    with write_connection(engine) as connection, connection.begin():
        connection.execute(text("SELECT 7"))

    with pytest.raises(ServerReplacedError):
        keys.execute("SELECT 7")
    first.kill()

    assert keys.execute("SELECT 7").fetchone() == (7,)
    keys.close()
    engine.dispose()


def test_an_account_that_may_not_ask_for_the_timeline_works_in_utc(
    servers: tuple[Database, Database],
) -> None:
    first, _ = servers
    with first.connected() as server:
        server.execute("CREATE ROLE plain LOGIN")
        server.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        server.execute("ALTER SYSTEM SET timezone = 'Asia/Tokyo'")
        server.execute("SELECT pg_reload_conf()")
    engine = open_engine(f"postgresql://plain@/postgres?host={first.address}", DatabaseSettings())

    with write_connection(engine) as connection, connection.begin():
        zone = connection.execute(text("SHOW timezone")).scalar()

    assert zone == "UTC"
    engine.dispose()
