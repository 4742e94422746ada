"""The application over each database; on PostgreSQL under a role that row security binds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings, load_settings
from tests.integration.api.driver import World
from tests.integration.tenancy.kept_theirs import KeptTheirs, served
from tests.kept import kind_of
from tests.postgres import as_plain_role


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
    with served(load_settings(store=settings.store, database_url=plain_url)) as opened:
        yield opened


@pytest.fixture
def their_ids(
    world: World,
    database_url: str,
    kept_theirs: KeptTheirs,
) -> dict[str, str]:
    """Return the ids of all items of another force, by their names in calls."""
    _, before, ids = kept_theirs(kind_of(database_url))
    world.rejoin(before)
    return dict(ids)
