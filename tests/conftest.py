"""Shared fixtures: both databases, built by the migrations, empty for each test."""

from __future__ import annotations

import gc
import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from matching.scorer import Scorer
from service.storage.database import Database, UnitsOfWork
from tests.ahead import empty_sqlite, keep, keep_pages, make_ahead, make_for_many, shipped_model
from tests.formats import FORMAT
from tests.postgres import PostgresDatabase, PostgresServer, running_server
from tests.promises import KEPT_BY_DATABASES, promises_of
from tests.quick_applications import make_applications_quick
from tests.quick_databases import make_databases_quick
from tests.quick_readers import end_readers, keep_readers
from tests.quick_starts import make_starts_quick

pytest_plugins = ["tests.costs", "tests.forks"]

_HERE = Path(__file__).parent
_SERVER = pytest.StashKey[PostgresServer]()
_YOUNG_OBJECTS = 20_000
_MANY = 1_000
_OF_SERVICES = {"e2e", "integration"}
_NAMED = re.compile("promise|journey|databases")
"""The marks of tests of services that `make test` runs."""

# The duration of an example depends more on other load on the machine than on the code.
settings.register_profile("full", deadline=None)
settings.register_profile("short", deadline=None, max_examples=30)
settings.load_profile("full")

# The people of the tests are invented: their tokens may decide, unless a test is about that.
os.environ["IDENTLINK_TRIAL"] = "true"

make_applications_quick()
make_databases_quick()
make_starts_quick()
keep_readers()

# Nothing that is imported and collected is garbage; pytest_collection_finish looks again.
gc.disable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out unread the modules of which `make test` runs nothing: six in ten of services."""
    is_short = "not full" in config.option.markexpr
    return True if is_short and _is_read_by_the_full_suite_alone(collection_path) else None


def _is_read_by_the_full_suite_alone(path: Path) -> bool:
    is_of_services = path.relative_to(_HERE).parts[0] in _OF_SERVICES
    return is_of_services and path.name.startswith("test_") and not _NAMED.search(path.read_text())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-full` what neither guards a promise nor is the journey of a service.

    Tests of units and contracts, and those about databases, are never left to it.
    """
    for item in items:
        if _is_left_to_the_full_suite(item):
            item.add_marker(pytest.mark.full)
        elif _is_read_by_the_full_suite_alone(item.path):
            raise pytest.UsageError(f"{item.path}: name the mark of {item.name} in this module")


def _is_left_to_the_full_suite(item: pytest.Item) -> bool:
    promises = promises_of(item)
    if any(item.get_closest_marker(name) for name in ("journey", "databases")):
        return False
    if promises and is_on_postgresql(item):
        return not promises & KEPT_BY_DATABASES
    return not promises and item.path.relative_to(_HERE).parts[0] in _OF_SERVICES


def pytest_collection_finish() -> None:
    """Leave what the collection made out of later garbage collections, and have fewer of them.

    As Python sets them, they took a seventh of the processor time of the tests of calls.
    """
    keep()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()


def is_on_postgresql(item: pytest.Item) -> bool:
    """Return whether a test is one for PostgreSQL."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    needed = getattr(item, "fixturenames", ())
    kinds = {value for value in given.values() if isinstance(value, str)}
    # By its fixtures, or by the name of one that it asks for.
    return any(name.startswith("postgres") for name in {*kinds, *needed})


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Do once what each worker would do, and run one PostgreSQL server for all of them."""
    if session.config.getoption("forks"):
        make_ahead()
        keep_pages(session.config._tmp_path_factory.getbasetemp() / "pages")  # type: ignore[attr-defined]
        if len(session.items) > _MANY:
            make_for_many()
    if not any(is_on_postgresql(item) for item in session.items):
        return (yield)
    with running_server() as server:
        server.migrate()
        session.config.stash[_SERVER] = server
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def readers() -> Iterator[None]:
    """End the processes that read files with the worker whose applications shared them."""
    yield
    end_readers()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file that is copied for each test."""
    template = tmp_path_factory.mktemp("sqlite") / "template.db"
    template.write_bytes(empty_sqlite())
    return template


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a migrated, empty SQLite database."""
    copy = tmp_path / "identlink.db"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """Return the shipped model, read once for all workers."""
    return shipped_model()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> PostgresServer:
    """Return a real PostgreSQL server that lives as long as the run."""
    return request.config.stash[_SERVER]


@pytest.fixture(scope="session")
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresDatabase]:
    """Return a migrated database of this worker's own."""
    database = postgres_server.make_database()
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
