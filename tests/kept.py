"""A store that is made once and copied for each test that goes on from it, on either database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from service.settings import Settings, load_settings
from tests.postgres import PostgresDatabase, PostgresServer


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed store and its database: a file of SQLite, or a database of this server."""

    settings: Settings
    database: Path | PostgresDatabase
    server: PostgresServer | None = None

    @contextmanager
    def copied(self, directory: Path) -> Iterator[Settings]:
        """Yield the settings of a copy that a test may change; `directory` is empty."""
        store = directory / "store"
        shutil.copytree(self.settings.store, store)
        if isinstance(self.database, Path):
            copy = shutil.copyfile(self.database, directory / "identlink.db")
            yield self._settings(store, f"sqlite:///{copy}")
            return
        assert self.server is not None
        database = self.server.make_database(of=self.database.name)
        try:
            yield self._settings(store, database.url)
        finally:
            self.server.drop(database)

    def _settings(self, store: Path, url: str) -> Settings:
        return _settings(store, url, self.settings.model_dump(exclude={"keys"}))


def new_store(request: pytest.FixtureRequest, kind: str, directory: Path, **given: Any) -> Kept:
    """Return an empty store to be filled, closed and kept as long as the worker lives."""
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        file = Path(shutil.copyfile(template, directory / "identlink.db"))
        return Kept(_settings(directory / "store", f"sqlite:///{file}", given), file)
    server = request.getfixturevalue("postgres_server")
    database = server.make_database()
    return Kept(_settings(directory / "store", database.url, given), database, server)


def kind_of(database_url: str) -> str:
    """Return the kind of a database, as tests name it."""
    return make_url(database_url).get_backend_name()


def _settings(store: Path, url: str, given: Mapping[str, Any]) -> Settings:
    return load_settings(**{**given, "store": store, "database_url": url})
