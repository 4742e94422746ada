"""The application over each database; on PostgreSQL under a role that row security binds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.integration.api.driver import World
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.postgres import PostgresDatabase, as_plain_role


@pytest.fixture
def plain_url(database_url: str, request: pytest.FixtureRequest) -> str:
    if database_url.startswith("sqlite"):
        return database_url
    postgres: PostgresDatabase = request.getfixturevalue("postgres")
    return as_plain_role(postgres.url.replace("+psycopg", ""))


@pytest.fixture
def world(plain_url: str, tmp_path: Path) -> Iterator[World]:
    settings = load_settings(store=tmp_path / "store", database_url=plain_url)
    log = io.StringIO()
    app = create_app(
        assemble(settings, load_scorer(settings.model_directory)), logger=build_logger(log)
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)


@pytest.fixture
def their_ids(world: World) -> dict[str, str]:
    """Return the ids of all items of another force, by their names in calls."""
    return ids_of_theirs(world)
