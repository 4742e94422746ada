"""The application with its pages and its calls over each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from matching.scorer import load_scorer
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office

WALKS = {
    "test_no_address_shows_a_subject_whose_event_cannot_be_written",
    "test_every_address_that_shows_a_subject_leaves_an_event_that_names_it",
    "test_every_refused_page_leaves_an_event",
    "test_every_refused_call_of_every_role_leaves_an_event_without_the_ids_asked_for",
    "test_everything_that_was_shown_of_a_person_is_in_their_list",
}
"""Thousands of requests each: on SQLite every time, on PostgreSQL with the long tests."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the walks over PostgreSQL be slow ones."""
    for item in items:
        name, _, given = item.name.partition("[")
        if name in WALKS and "postgresql" in given:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over an empty database of either kind."""
    yield from open_office(database_url, load_scorer(), tmp_path)


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return the application over SQLite alone."""
    yield from open_office(sqlite_url, load_scorer(), tmp_path)
