"""The pages for the public before an office in the same process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.api.conftest import sqlite_world
from tests.integration.api.driver import World
from tests.integration.applications.applying import offered
from tests.integration.public.visiting import Visitor, texts_in, visiting

__all__ = ["sqlite_world", "visitor"]


@pytest.fixture
def visitor(sqlite_world: World) -> Iterator[Visitor]:
    with offered(), texts_in(), visiting(sqlite_world) as found:
        yield found
