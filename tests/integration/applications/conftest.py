"""The worlds of the API, for applications, and a form that exists in tests alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.api.conftest import sqlite_world, world
from tests.integration.applications.applying import offered
from tests.integration.web.conftest import either_office, office

__all__ = ["either_office", "office", "sqlite_world", "test_form", "world"]


@pytest.fixture(autouse=True)
def test_form() -> Iterator[None]:
    with offered():
        yield
