"""Two stores: one is worked by pages, the other by the API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from matching.scorer import Scorer
from tests.integration.api.conftest import sqlite_world
from tests.integration.parity.beside import Beside
from tests.integration.parity.desks import Calls, Desk, Pages
from tests.integration.parity.traces import Ledger
from tests.integration.web.conftest import open_office

__all__ = ["sqlite_world"]

SEARCHED_FOR = 2


@pytest.fixture
def beside(sqlite_template: Path, scorer: Scorer, tmp_path: Path) -> Iterator[Beside]:
    """Return both edges over stores that hold the same six people."""
    opened = contextmanager(open_office)
    with ExitStack() as stack:
        offices = []
        for name in ("pages", "calls"):
            directory = tmp_path / name
            directory.mkdir()
            copy = shutil.copyfile(sqlite_template, directory / "identlink.db")
            offices.append(stack.enter_context(opened(f"sqlite:///{copy}", scorer, directory)))
        pages, calls = offices
        yield Beside(_ledger(Pages(pages)), _ledger(Calls(calls.world)))


def _ledger(desk: Desk) -> Ledger:
    people = [desk.world.enrol(person)["person_id"] for person in range(6)]
    return Ledger(desk, mate=people[SEARCHED_FOR])
