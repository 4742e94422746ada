"""Shared fixtures: both databases, built by the migrations, empty for each test."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from service.storage.database import Database, UnitsOfWork
from service.storage.engine.migrate import upgrade
from tests.formats import FORMAT
from tests.grouping import group
from tests.postgres import PostgresDatabase, running_server
from tests.quick_applications import make_applications_quick
from tests.quick_databases import make_databases_quick

_YOUNG_OBJECTS = 20_000

# The duration of an example depends more on other load on the machine than on the code.
settings.register_profile("identlink", deadline=None)
settings.load_profile("identlink")

make_applications_quick()
make_databases_quick()

# Nothing that is imported and collected is garbage; pytest_collection_finish looks again.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the tests that share what is made once run in one worker."""
    if config.getoption("loadgroup", default=False):
        group(items)


def pytest_collection_finish() -> None:
    """Leave what the collection made out of later garbage collections, and have fewer of them.

    As Python sets them, they took a seventh of the processor time of the tests of calls.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file that is copied for each test."""
    template = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{template}")
    return template


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a migrated, empty SQLite database."""
    copy = tmp_path / "identlink.db"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabase]:
    """Return a migrated database on a real PostgreSQL server that lives as long as the session."""
    with running_server() as server_url:
        database = PostgresDatabase(server_url)
        upgrade(database.url)
        yield database
        database.close()


@pytest.fixture
def postgres_url(postgres: PostgresDatabase) -> Iterator[str]:
    """Return the URL of a migrated, empty PostgreSQL database."""
    yield postgres.url
    postgres.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated, empty database: the test runs on both kinds."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a migrated, empty database: the test runs on both kinds."""
    opened = Database(database_url, codec=FORMAT.codec)
    yield opened
    opened.close()


@pytest.fixture
def units_of_work(database: Database) -> UnitsOfWork:
    """Return the source of units of work, on both kinds of database."""
    return database.units_of_work()
