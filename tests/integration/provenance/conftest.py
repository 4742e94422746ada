"""The application over each kind of database, with a link in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text

from matching.scorer import Scorer
from service.settings import Settings, load_settings
from tests.integration.api.driver import World
from tests.integration.provenance.busy import keep_busy, load_people
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.provenance.recalling import Recall, recalling
from tests.integration.provenance.stores import LinkedStore, linked_store
from tests.integration.provenance.tampering import Hand, hand_in
from tests.kept import Kept, kind_of, new_store
from tests.postgres import PostgresDatabase, PostgresServer


@pytest.fixture(scope="session")
def kept_link(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Callable[[str], tuple[Kept, Linked]]:
    """Return a maker of a closed store with a link, for each kind of database made once."""

    @cache
    def make(kind: str) -> tuple[Kept, Linked]:
        kept = new_store(request, kind, tmp_path_factory.mktemp("link"), workbench_over_http=True)
        with opened_world(kept.settings, scorer) as world:
            made = make_link(world)
        return kept, made

    return make


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Iterator[Settings]:
    """Return the settings of an empty store on either kind of database, or of one with a link."""
    if "linked" not in request.fixturenames:
        yield load_settings(
            store=tmp_path / "store", database_url=database_url, workbench_over_http=True
        )
        return
    kept, _ = request.getfixturevalue("kept_link")(kind_of(database_url))
    with kept.copied(tmp_path / "copy") as copy:
        yield copy


@pytest.fixture
def world(settings: Settings, scorer: Scorer) -> Iterator[World]:
    """Return the application over the store of these settings."""
    with opened_world(settings, scorer) as made:
        yield made


@pytest.fixture
def linked(
    world: World, database_url: str, kept_link: Callable[[str], tuple[Kept, Linked]]
) -> Linked:
    """Return a store with three people, one search, and the resulting link."""
    _, made = kept_link(kind_of(database_url))
    world.rejoin(made.world)
    return replace(made, world=world)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[LinkedStore]:
    """Return a closed store with a link, made once per module; tests must not change it."""
    with (
        _on_database(request, tmp_path_factory) as settings,
        linked_store(settings, scorer) as made,
    ):
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def busy_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Iterator[LinkedStore]:
    """Return a closed store in which every operation was done; tests must not change it.

    It takes half a minute to make, so each kind is made once, in a database of its own.
    """
    directory = tmp_path_factory.mktemp("busy")
    with _own_database(request, directory) as url:
        settings = _settings(directory, url)
        load_people(settings, scorer)
        with linked_store(settings, scorer, keep_busy) as made:
            yield made


@pytest.fixture(scope="module")
def unchecked(busy_store: LinkedStore) -> Iterator[Hand]:
    """Yield the busy store past its triggers and checks; tests undo every change."""
    with hand_in(busy_store) as hand:
        if hand.raw.dialect.name == "sqlite":
            hand.raw.execute(text("PRAGMA ignore_check_constraints = ON"))
        yield hand


@pytest.fixture(scope="module")
def recall(unchecked: Hand) -> Iterator[Recall]:
    """Yield the same with its verification, of which what a change cannot touch is known."""
    with recalling(unchecked) as recall:
        assert recall.findings(()) == ()
        yield recall


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all short tests of one busy store to one worker, so that it is made once."""
    for item in items:
        is_of_it = "busy_store" in getattr(item, "fixturenames", ())
        if is_of_it and not item.get_closest_marker("slow"):
            kind = item.callspec.params["busy_store"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.shares(f"busy-{kind}"))


@contextmanager
def _on_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    directory = tmp_path_factory.mktemp("linked")
    postgres: PostgresDatabase | None = None
    if request.param == "sqlite":
        url = _sqlite_in(request, directory)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.url
    yield _settings(directory, url)
    if postgres is not None:
        postgres.empty()


@contextmanager
def _own_database(request: pytest.FixtureRequest, directory: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield _sqlite_in(request, directory)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    yield server.make_database().url


def _sqlite_in(request: pytest.FixtureRequest, directory: Path) -> str:
    template = request.getfixturevalue("sqlite_template")
    return f"sqlite:///{shutil.copyfile(template, directory / 'identlink.db')}"


def _settings(directory: Path, url: str) -> Settings:
    return load_settings(store=directory / "store", database_url=url, workbench_over_http=True)
