"""The application over a gallery whose templates are made of images."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.prints.prints import PrintTool
from matching.scorer import Scorer
from prints.formats import minutiae_192
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.prints.isolated import IsolatedFinder
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.ports.print_reading import ReadPrint
from service.settings import load_settings
from tests.integration.api.driver import World
from tests.integration.web.driver import Office, running, with_fast_hashes


@pytest.fixture(scope="session")
def remembered() -> dict[object, object]:
    """Return what the finder has answered, by what it was asked."""
    return {}


@pytest.fixture
def found_once(monkeypatch: pytest.MonkeyPatch, remembered: dict[object, object]) -> None:
    """Ask the finder once for each image, in one process, for tests of what is done with it.

    It takes a fifth of a second each, after half a second to start, and few images go round.
    """
    ask, find = vars(IsolatedFinder)["tools"].func, IsolatedFinder.find

    def tools(finder: IsolatedFinder) -> tuple[PrintTool, ...]:
        key: object = finder._extractor
        if key not in remembered:
            remembered[key] = ask(finder)
        return remembered[key]  # type: ignore[return-value]

    def found(finder: IsolatedFinder, taken: ReadPrint) -> MinutiaeView:
        image = (taken.pixels.tobytes(), taken.pixels.shape)
        key = (finder._extractor, *image, taken.ppi, taken.impression_type, taken.position)
        if key not in remembered:
            remembered[key] = find(finder, taken)
        return remembered[key]  # type: ignore[return-value]

    monkeypatch.setattr(IsolatedFinder, "tools", property(tools))
    monkeypatch.setattr(IsolatedFinder, "find", found)


@pytest.fixture
def office(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty SQLite database."""
    yield from open_office(sqlite_url, scorer, tmp_path)


@pytest.fixture
def either_office(database_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, scorer, tmp_path)


@pytest.fixture
def office_of_short_lists(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the same where two candidates are weighed and stored."""
    yield from open_office(sqlite_url, scorer, tmp_path, weighed_candidates=2, stored_candidates=2)


def open_office(
    database_url: str, scorer: Scorer, tmp_path: Path, **changes: int
) -> Iterator[Office]:
    """Open the application, its gallery empty, and close it after; `changes` of the settings."""
    settings = load_settings(
        store=tmp_path / "store",
        database_url=database_url,
        template_format=minutiae_192.FORMAT.label,
        workbench_over_http=True,
        # A busy machine must not turn a slow reading into a refusal.
        print_seconds=120,
        # A twentieth of the time of LEADER; which extractor is in force is no matter here.
        print_extractor="nbis",
        **changes,
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    bench = with_fast_hashes(app)
    with running(app) as client:
        yield Office(app, World(app, client, log), bench)
