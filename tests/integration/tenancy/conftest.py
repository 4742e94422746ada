"""The application over each database; on PostgreSQL under a role that row security binds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import Settings, load_settings
from tests.ahead import shipped_model
from tests.conftest import is_on_postgresql
from tests.integration.api.driver import World
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.kept import Kept, kind_of, new_store
from tests.postgres import as_plain_role


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make the items of another force once for all tests of them."""
    for item in items:
        if "their_ids" in getattr(item, "fixturenames", ()):
            kind = "postgresql" if is_on_postgresql(item) else "sqlite"
            item.add_marker(pytest.mark.shares(f"theirs-{kind}"))


@pytest.fixture(scope="session")
def kept_theirs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Kept, World, dict[str, str]]]:
    """Return a maker of a closed store with all items of another force, made once of each kind."""

    @cache
    def make(kind: str) -> tuple[Kept, World, dict[str, str]]:
        kept = new_store(request, kind, tmp_path_factory.mktemp("theirs"))
        with _served(kept.settings) as world:
            return kept, world, ids_of_theirs(world)

    return make


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Iterator[Settings]:
    """Return the settings of an empty store, or of one with all items of another force."""
    if "their_ids" not in request.fixturenames:
        yield load_settings(store=tmp_path / "store", database_url=database_url)
        return
    kept, _, _ = request.getfixturevalue("kept_theirs")(kind_of(database_url))
    with kept.copied(tmp_path / "copy") as copy:
        yield copy


@pytest.fixture
def plain_url(settings: Settings) -> str:
    """Return the URL of the database under a role that row security binds."""
    url = settings.database_address
    return url if url.startswith("sqlite") else as_plain_role(url.replace("+psycopg", ""))


@pytest.fixture
def world(settings: Settings, plain_url: str) -> Iterator[World]:
    with _served(load_settings(store=settings.store, database_url=plain_url)) as opened:
        yield opened


@pytest.fixture
def their_ids(
    world: World,
    database_url: str,
    kept_theirs: Callable[[str], tuple[Kept, World, dict[str, str]]],
) -> dict[str, str]:
    """Return the ids of all items of another force, by their names in calls."""
    _, before, ids = kept_theirs(kind_of(database_url))
    world.rejoin(before)
    return dict(ids)


@contextmanager
def _served(settings: Settings) -> Iterator[World]:
    log = io.StringIO()
    app = create_app(assemble(settings, shipped_model()), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)
