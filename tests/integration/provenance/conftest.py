"""The application over each kind of database, with a link in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from matching.scorer import Scorer, load_scorer
from service.settings import Settings, load_settings
from service.storage.engine.migrate import upgrade
from tests.integration.api.driver import World
from tests.integration.provenance.busy import keep_busy, load_people
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.provenance.stores import LinkedStore, linked_store
from tests.postgres import PostgresDatabase, running_server


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """Return the shipped model, loaded once."""
    return load_scorer()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of an empty store on a database of either kind."""
    return load_settings(
        store=tmp_path / "store", database_url=database_url, workbench_over_http=True
    )


@pytest.fixture
def world(settings: Settings, scorer: Scorer) -> Iterator[World]:
    """Return the application over an empty database of either kind."""
    with opened_world(settings, scorer) as made:
        yield made


@pytest.fixture
def linked(world: World) -> Linked:
    """Return a store with three people, one search, and the resulting link."""
    return make_link(world)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[LinkedStore]:
    """Return a closed store with a link, made once per module; tests must not change it."""
    with (
        _on_database(request, tmp_path_factory) as settings,
        linked_store(settings, scorer) as made,
    ):
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def busy_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[LinkedStore]:
    """Return a closed store in which every operation was done; tests must not change it.

    It takes half a minute to make, so each kind is made once, on a server of its own.
    """
    directory = tmp_path_factory.mktemp("busy")
    with _own_database(request.param, directory) as url:
        settings = _settings(directory, url)
        load_people(settings, scorer)
        with linked_store(settings, scorer, keep_busy) as made:
            yield made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all short tests of one busy store to one worker, so that it is made once."""
    for item in items:
        is_of_it = "busy_store" in getattr(item, "fixturenames", ())
        if is_of_it and not item.get_closest_marker("slow"):
            kind = item.callspec.params["busy_store"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.xdist_group(f"busy-{kind}"))


@contextmanager
def _on_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    directory = tmp_path_factory.mktemp("linked")
    postgres: PostgresDatabase | None = None
    if request.param == "sqlite":
        url = _sqlite_in(directory)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.url
    yield _settings(directory, url)
    if postgres is not None:
        postgres.empty()


@contextmanager
def _own_database(kind: str, directory: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield _sqlite_in(directory)
        return
    with running_server() as server_url:
        database = PostgresDatabase(server_url)
        upgrade(database.url)
        yield database.url


def _sqlite_in(directory: Path) -> str:
    url = f"sqlite:///{directory / 'identlink.db'}"
    upgrade(url)
    return url


def _settings(directory: Path, url: str) -> Settings:
    return load_settings(store=directory / "store", database_url=url, workbench_over_http=True)
