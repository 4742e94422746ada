"""`identlink index`: faults are named, a full disk is reported, and a build repairs it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from data.synthetic.population import Population
from data.synthetic.writing import write_population
from domain.outages import DiskFullError
from service.cli.refusals import OUTAGE_CODES
from tests.disks import files_limited_to
from tests.unit.service.cli.console import Console


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("population")
    write_population(Population(6), directory, persons=60)
    return directory


@pytest.fixture
def store(console: Console, people: Path, tmp_path: Path) -> Path:
    """Return a loaded store, its index in one segment."""
    assert console("load", people, "--store", tmp_path / "store").exit_code == 0
    assert console("index", "compact", "--store", tmp_path / "store").exit_code == 0
    return tmp_path / "store"


def vectors_of(store: Path) -> Path:
    (found,) = (store / "index").rglob("vectors.npy")
    return found


@pytest.mark.parametrize("damage", ["truncated", "swapped", "foreign"])
def test_a_damaged_segment_is_named_and_built_anew(
    console: Console, store: Path, damage: str
) -> None:
    one = vectors_of(store)
    other = one.with_name("qualities.npy")
    match damage:
        case "truncated":
            os.truncate(one, one.stat().st_size - 64)
        case "swapped":
            aside = one.with_suffix(".aside")
            one.rename(aside)
            other.rename(one)
            aside.rename(other)
        case _:
            shutil.copyfile(other, one)

    refused = console("index", "verify", "--store", store)
    built = console("index", "build", "--store", store, "--json")
    verified = console("index", "verify", "--store", store, "--json")

    assert refused.exit_code == 1
    assert ".npy" in refused.err
    assert built.json()["persons"] == 60
    assert verified.json()["encounters"] == built.json()["encounters"]


def test_a_full_disk_during_compaction_is_said_and_the_old_generation_serves(
    console: Console, store: Path, people: Path
) -> None:
    before = console("index", "info", "--store", store, "--json").json()
    more = people.parent / "more"
    if not more.exists():
        write_population(Population(7), more, persons=20)
    console("load", more, "--store", store)

    with files_limited_to(60_000):
        refused = console("index", "compact", "--store", store)
    verified = console("index", "verify", "--store", store, "--json")

    assert refused.exit_code == OUTAGE_CODES[DiskFullError]
    assert "The disk of the index is full" in refused.err
    assert verified.json()["encounters"] > before["encounters"]
