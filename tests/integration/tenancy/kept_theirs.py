"""A store with all items of another force, made once for tests that begin with a copy of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeAlias

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import Settings
from tests.ahead import shipped_model
from tests.integration.api.driver import World
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.kept import Kept, new_store

KeptTheirs: TypeAlias = Callable[[str], tuple[Kept, World, dict[str, str]]]
"""Returns the closed store, its callers, and the ids of the items, for a kind of database."""


@pytest.fixture(scope="session")
def kept_theirs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> KeptTheirs:
    """Return a maker of a closed store with all items of another force, made once of each kind."""

    @cache
    def make(kind: str) -> tuple[Kept, World, dict[str, str]]:
        kept = new_store(request, kind, tmp_path_factory.mktemp("theirs"))
        with served(kept.settings) as world:
            return kept, world, ids_of_theirs(world)

    return make


@contextmanager
def served(settings: Settings) -> Iterator[World]:
    """Run the application over a store."""
    log = io.StringIO()
    app = create_app(assemble(settings, shipped_model()), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)
