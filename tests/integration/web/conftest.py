"""The application with its pages over each kind of database."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.integration.api.driver import World
from tests.integration.looks.walking import prepared
from tests.integration.web.driver import Office, running, with_fast_hashes


@pytest.fixture
def office(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty SQLite database."""
    yield from open_office(sqlite_url, scorer, tmp_path)


@pytest.fixture
def either_office(database_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, scorer, tmp_path)


@pytest.fixture(scope="module")
def shared_office(
    sqlite_template: Path, scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Return the application over SQLite, for tests that do not interfere."""
    directory = tmp_path_factory.mktemp("office")
    copy = shutil.copyfile(sqlite_template, directory / "identlink.db")
    yield from open_office(f"sqlite:///{copy}", scorer, directory)


def open_office(
    database_url: str, scorer: Scorer, tmp_path: Path, **given: Any
) -> Iterator[Office]:
    """Open the application, its accounts empty, and close it after."""
    settings = load_settings(
        store=tmp_path / "store",
        database_url=database_url,
        max_body_bytes=200_000,
        workbench_over_http=True,
        **given,
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    bench = with_fast_hashes(app)
    with running(app) as client:
        yield Office(app, World(app, client, log), bench)


@pytest.fixture(scope="module")
def worked(
    sqlite_template: Path, scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, dict[str, str]]]:
    """Return an office with one item of every kind, everybody signed in, and the ids."""
    directory = tmp_path_factory.mktemp("worked")
    copy = shutil.copyfile(sqlite_template, directory / "identlink.db")
    for office in open_office(f"sqlite:///{copy}", scorer, directory):
        yield office, prepared(office)
