"""Two installations that know each other, on both kinds of database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.storage.database import Database, UnitsOfWork
from tests.formats import FORMAT
from tests.integration.api.conftest import sqlite_world, world
from tests.integration.exchange.offices import GBR, POL, Clock, Office, Wire, office

__all__ = ["sqlite_world", "world"]


@dataclass(frozen=True, slots=True)
class Two:
    """Ours and another one, with what lies between them."""

    ours: Office
    theirs: Office
    wire: Wire
    clock: Clock


@pytest.fixture
def two(units_of_work: UnitsOfWork, sqlite_template: Path, tmp_path: Path) -> Iterator[Two]:
    """Return ours, on either database, and the other one on a database file of its own."""
    copy = tmp_path / "theirs.db"
    shutil.copyfile(sqlite_template, copy)
    database = Database(f"sqlite:///{copy}", codec=FORMAT.codec)
    wire, clock = Wire(), Clock()
    ours = office(units_of_work, GBR, wire, clock)
    theirs = office(database.units_of_work(), POL, wire, clock)
    ours.knows(theirs)
    theirs.knows(ours)
    yield Two(ours, theirs, wire, clock)
    database.close()
