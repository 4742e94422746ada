"""The application with its pages over each kind of database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.app import create_app
from service.bootstrap import start
from service.logs import build_logger
from service.settings import load_settings
from service.web.mounting import build_workbench, mount
from tests.integration.api.driver import World
from tests.integration.web.driver import FAST_HASHES, Office, running


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty SQLite database."""
    yield from open_office(sqlite_url, tmp_path)


@pytest.fixture
def either_office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, tmp_path)


def open_office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Open the application, its accounts empty, and close it after."""
    settings = load_settings(
        store=tmp_path / "store", database_url=database_url, max_body_bytes=200_000
    )
    log = io.StringIO()
    runtime = start(settings)
    app = create_app(runtime, logger=build_logger(log))
    bench = build_workbench(runtime.services, passwords=FAST_HASHES)
    mount(app, bench)
    with running(app) as client:
        yield Office(app, World(app, client, log), bench)
