"""The worlds of the API, the application with its pages, and a store that was looked through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.api.conftest import sqlite_world, world
from tests.integration.looks.conftest import sqlite_office
from tests.integration.looks.walked import Prepared, Walked
from tests.integration.looks.walking import Walk
from tests.integration.requests.working import FINE, add_convictions
from tests.integration.web.driver import Office

__all__ = ["sqlite_office", "sqlite_world", "world"]

OTHER = FINE | {"court": {"name": "York Magistrates' Court"}, "reference": "8/24"}


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """A store in which somebody has another conviction, and all that its addresses showed."""

    prepared: Prepared
    walk: Walk

    @property
    def ids(self) -> dict[str, str]:
        """The ids of what the store holds."""
        return self.prepared.ids | {"event_id": "0" * 32}


@pytest.fixture(scope="session")
def seen_before(walked: Walked, tmp_path_factory: pytest.TempPathFactory) -> SeenBefore:
    """Return what every address showed, to whom, before anything was restricted."""
    ids = walked.before.ids
    with walked.before.copied(tmp_path_factory.mktemp("before")) as office:
        add_convictions(office.world, ids["record_id"], OTHER, force="47")
        seen = SeenBefore(walked.before.of_copy(office), Walk(office))
        seen.walk.again(walked.walk, seen.ids)
    return seen


@pytest.fixture
def restricting(seen_before: SeenBefore, tmp_path: Path) -> Iterator[Office]:
    """Return an office over a copy of that store."""
    with seen_before.prepared.copied(tmp_path / "copy") as office:
        yield office
