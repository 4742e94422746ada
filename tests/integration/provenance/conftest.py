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
from tests.postgres import PostgresDatabase


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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def busy_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[LinkedStore]:
    """Return a closed store in which every operation was done; tests must not change it."""
    with _on_database(request, tmp_path_factory) as settings:
        load_people(settings, scorer)
        with linked_store(settings, scorer, keep_busy) as made:
            yield made


@contextmanager
def _on_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    directory = tmp_path_factory.mktemp("linked")
    postgres: PostgresDatabase | None = None
    if request.param == "sqlite":
        url = f"sqlite:///{directory / 'identlink.db'}"
        upgrade(url)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.url
    yield load_settings(store=directory / "store", database_url=url, workbench_over_http=True)
    if postgres is not None:
        postgres.empty()
