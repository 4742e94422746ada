"""The application with its pages and its calls over each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ahead import shipped_model
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, shipped_model(), tmp_path)


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over SQLite alone."""
    yield from open_office(sqlite_url, shipped_model(), tmp_path)
