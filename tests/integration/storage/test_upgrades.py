"""A database in use is migrated: earlier data are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from domain.errors import ConfigurationError
from domain.ids import CaseId
from service.storage.database import Database
from service.storage.engine.engines import commit
from service.storage.engine.migrate import current, latest, upgrade
from tests.contract.builders import decide_by_two, event, link, open_case, token
from tests.formats import FORMAT
from tests.integration.storage.raw import connection
from tests.next_release import NEXT, next_release
from tests.postgres import PostgresServer

pytestmark = pytest.mark.promise("upgrades")

AS_RELEASED = latest()


@pytest.fixture(params=["sqlite", "postgresql"])
def used_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return a database of the first release, of the test's own, with work in it."""
    if request.param == "sqlite":
        yield _used(request.getfixturevalue("sqlite_url"))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = server.make_database()
    yield _used(database.url)
    server.drop(database)


def _used(url: str) -> str:
    database = Database(url, codec=FORMAT.codec)
    with database.units_of_work().write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.tokens.add(token())
        unit.events.append(event(subject_refs=("person-1",)))
        unit.commit()
    database.close()
    return url


@pytest.fixture
def later(tmp_path: Path) -> Iterator[None]:
    """Have the migrations of the next release."""
    with next_release(tmp_path / "migrations"):
        yield


def content(connected: Connection) -> dict[str, tuple[list[str], list[str]]]:
    """Return the columns of each table, and its rows as text."""
    look = inspect(connected)
    return {
        table: (
            [column["name"] for column in look.get_columns(table)],
            sorted(map(str, connected.execute(text(f"SELECT * FROM {table}")))),  # noqa: S608
        )
        for table in look.get_table_names()
    }


def at(url: str, revision: str) -> None:
    """Let a database say that its schema is of this revision."""
    run(url, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608


def run(url: str, statement: str) -> None:
    """Run one statement past the service."""
    with connection(url) as connected:
        connected.execute(text(statement))
        commit(connected)


def content_at(url: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return what the database at an address holds."""
    with connection(url) as connected:
        return content(connected)


def test_a_store_of_this_release_is_left_as_it_is(used_url: str) -> None:
    before = content_at(used_url)

    upgrade(used_url)

    assert current(used_url) == AS_RELEASED
    assert content_at(used_url) == before


def test_every_row_is_there_after_the_next_step_as_it_was(used_url: str, later: None) -> None:
    before = content_at(used_url)

    upgrade(used_url)

    after = content_at(used_url)
    assert current(used_url) == NEXT
    assert after.keys() - before.keys() == {"later_notes"}
    changed = {table for table in before if after[table] != before[table]}
    assert changed == {"alembic_version", "cases"}
    columns, rows = before["cases"]
    assert after["cases"] == (
        [*columns, "later"],
        [row.removesuffix(")") + ", 'none yet')" for row in rows],
    )
    database = Database(used_url, codec=FORMAT.codec)
    with database.units_of_work().read() as unit:
        assert unit.cases.get(CaseId("case-1")) is not None
    database.close()


def test_an_upgrade_that_is_cut_short_can_be_run_again(used_url: str, later: None) -> None:
    run(used_url, "CREATE VIEW later_notes AS SELECT 1 AS in_the_way")
    before = content_at(used_url)

    with pytest.raises(Exception, match="later_notes"):
        upgrade(used_url)
    left = (current(used_url), content_at(used_url))
    run(used_url, "DROP VIEW later_notes")
    upgrade(used_url)

    assert left == (AS_RELEASED, before)
    assert current(used_url) == NEXT


@pytest.mark.parametrize("revision", ["0001", "0046"])
def test_a_store_from_before_the_first_release_is_refused_and_unchanged(
    used_url: str, revision: str
) -> None:
    at(used_url, revision)
    before = content_at(used_url)

    with pytest.raises(ConfigurationError, match="commit 2c06062b"):
        upgrade(used_url)

    assert content_at(used_url) == before


def test_a_store_of_a_later_release_is_refused_and_unchanged(used_url: str) -> None:
    at(used_url, NEXT)
    before = content_at(used_url)

    with pytest.raises(ConfigurationError, match="belongs to another release"):
        upgrade(used_url)

    assert content_at(used_url) == before
