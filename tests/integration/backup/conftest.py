"""Stores on both databases that are backed up and restored by the commands."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.main import app
from service.settings import load_settings
from tests.integration.api.driver import World


@dataclass(frozen=True, slots=True)
class Place:
    """A store, its database and its keys."""

    store: Path
    keys: Path
    database_url: str
    scorer: Scorer

    def run(self, *arguments: str, given: bytes = b"") -> Result:
        """Run a command on this store, with these bytes on its standard input."""
        environment = {
            "IDENTLINK_STORE": str(self.store),
            "IDENTLINK_KEYS": str(self.keys),
            "IDENTLINK_DATABASE_URL": self.database_url,
        }
        return CliRunner(env=environment).invoke(app, list(arguments), input=given)

    @contextmanager
    def served(self) -> Iterator[World]:
        """Serve the store as long as the context lasts."""
        settings = load_settings(
            store=self.store,
            keys=self.keys,
            database_url=self.database_url,
            workbench_over_http=True,
        )
        log = io.StringIO()
        served = create_app(assemble(settings, self.scorer), logger=build_logger(log))
        with TestClient(served, raise_server_exceptions=False) as client:
            yield World(served, client, log)


@pytest.fixture
def place(database_url: str, tmp_path: Path, scorer: Scorer) -> Place:
    """Return a store on each kind of database."""
    return Place(tmp_path / "store", tmp_path / "keys", database_url, scorer)


@pytest.fixture
def elsewhere(tmp_path: Path, scorer: Scorer) -> Callable[..., Place]:
    """Return an empty store on SQLite, one for each name, that uses the keys in a directory."""

    def _elsewhere(keys: Path, name: str = "elsewhere") -> Place:
        file = tmp_path / f"{name}.db"
        return Place(tmp_path / name, keys, f"sqlite:///{file}", scorer)

    return _elsewhere
