"""The application with its pages and its calls over each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ahead import shipped_model
from tests.integration.tenancy.kept_theirs import KeptTheirs
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, shipped_model(), tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def their_office(
    request: pytest.FixtureRequest, kept_theirs: KeptTheirs, tmp_path: Path
) -> Iterator[tuple[Office, dict[str, str]]]:
    """Return the application over a store with all items of another force, and their ids."""
    kept, before, ids = kept_theirs(request.param)
    with kept.copied(tmp_path / "copy") as copy:
        for office in open_office(copy.database_address, shipped_model(), copy.store.parent):
            office.world.rejoin(before)
            yield office, dict(ids)


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over SQLite alone."""
    yield from open_office(sqlite_url, shipped_model(), tmp_path)
