"""The application over each kind of database, as callers see it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.integration.api.driver import World


@pytest.fixture
def world(database_url: str, tmp_path: Path, scorer: Scorer) -> Iterator[World]:
    """Return the application over an empty database: the test runs on both kinds."""
    with _world(database_url, tmp_path, scorer) as opened:
        yield opened


@pytest.fixture
def sqlite_world(sqlite_url: str, tmp_path: Path, scorer: Scorer) -> Iterator[World]:
    """Return the application over SQLite alone, for tests independent of the database."""
    with _world(sqlite_url, tmp_path, scorer) as opened:
        yield opened


@pytest.fixture
def postgres_world(postgres_url: str, tmp_path: Path, scorer: Scorer) -> Iterator[World]:
    """Return the application over PostgreSQL alone, for what only that database has."""
    with _world(postgres_url, tmp_path, scorer) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_world(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[World]:
    """Return the application over SQLite alone, for the many requests that change nothing."""
    directory = tmp_path_factory.mktemp("shared")
    copy = shutil.copyfile(sqlite_template, directory / "identlink.db")
    with _world(f"sqlite:///{copy}", directory, scorer) as opened:
        opened.force()
        yield opened


@pytest.fixture
def real_world(sqlite_url: str, tmp_path: Path, scorer: Scorer) -> Iterator[World]:
    """Return the application over SQLite as it is where decisions count: no trial."""
    with _world(sqlite_url, tmp_path, scorer, trial=False) as opened:
        yield opened


@contextmanager
def _world(database_url: str, directory: Path, scorer: Scorer, **given: Any) -> Iterator[World]:
    settings = load_settings(
        store=directory / "store",
        database_url=database_url,
        max_body_bytes=200_000,
        max_capture_bytes=200_000,
        **given,
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)
