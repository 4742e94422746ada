"""A load by several processes: each chunk once, whatever happens to one of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.synthetic.files import FileKind, read_manifest
from data.synthetic.population import Population
from data.synthetic.writing import write_population
from service.bootstrap.stores import open_store
from service.settings import load_settings

CHUNKS, A_CHUNK = 24, 10
_ENDS_WITHIN_S = 120


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("population")
    write_population(Population(6), directory, persons=CHUNKS * A_CHUNK, chunk_persons=A_CHUNK)
    return directory


class Store:
    def __init__(self, place: Path, url: str) -> None:
        self.environment = {
            **os.environ,
            "IDENTLINK_STORE": str(place),
            "IDENTLINK_DATABASE_URL": url,
        }
        self.settings = load_settings(store=place, database_url=url)

    def command(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "service", *map(str, words)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: object) -> tuple[int, str]:
        started = self.command(*words)
        out, err = started.communicate(timeout=_ENDS_WITHIN_S)
        return started.returncode, out + err

    def persons(self) -> int:
        with open_store(self.settings) as services, services.units.read() as unit:
            return unit.people.count()


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Store:
    made = Store(tmp_path / "store", postgres_url)
    with open_store(made.settings):
        pass
    return made


def workers_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(one) for each in found for one in each.read_text().split()]
    return [one for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def await_some(store: Store, loader: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + _ENDS_WITHIN_S
    while not store.persons():
        assert loader.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.dear("goes through every command, table or crash of a store")
def test_everybody_is_stored_once_and_the_log_verifies(store: Store, people: Path) -> None:
    code, said = store.run("load", people, "--workers", 3)
    assert (code, said.partition("\n")[0]) == (0, "Loaded 240 people; 0 were there already.")
    assert store.run("log", "verify", "--deep")[0] == 0
    assert store.run("index", "verify")[0] == 0
    code, said = store.run("load", people, "--workers", 2)
    assert (code, said.partition("\n")[0]) == (0, "Loaded 0 people; 240 were there already.")


@pytest.mark.dear("goes through every command, table or crash of a store")
def test_a_worker_that_is_killed_is_told_of_and_the_load_repeated(
    store: Store, people: Path
) -> None:
    loader = store.command("load", people, "--workers", 2)
    await_some(store, loader)
    os.kill(workers_of(loader.pid)[0], signal.SIGKILL)
    _, err = loader.communicate(timeout=_ENDS_WITHIN_S)
    assert loader.returncode not in {0, None}
    assert "Run the same command again" in err
    assert "Traceback" not in err
    assert store.persons() % A_CHUNK == 0
    assert store.run("load", people, "--workers", 2)[0] == 0
    assert store.persons() == CHUNKS * A_CHUNK


@pytest.mark.dear("goes through every command, table or crash of a store")
def test_no_worker_outlives_the_command(store: Store, people: Path) -> None:
    loader = store.command("load", people, "--workers", 2)
    await_some(store, loader)
    workers = workers_of(loader.pid)
    assert len(workers) == 2
    loader.kill()
    loader.communicate(timeout=_ENDS_WITHIN_S)
    ends = time.monotonic() + _ENDS_WITHIN_S
    while any(map(is_there, workers)):
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert store.persons() % A_CHUNK == 0


@pytest.mark.dear("goes through every command, table or crash of a store")
def test_a_damaged_file_is_named_and_the_other_chunks_stay(
    store: Store, people: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(people, copy)
    damaged = copy / read_manifest(copy).entry(CHUNKS - 1, FileKind.TEMPLATES).name
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, said = store.run("load", copy, "--workers", 2)
    assert code not in {0, None}
    assert damaged.name in said
    assert "Traceback" not in said
    damaged.write_bytes(whole)
    assert store.run("load", copy, "--workers", 2)[0] == 0
    assert store.persons() == CHUNKS * A_CHUNK


def test_sqlite_is_refused_before_anything_is_made(people: Path, tmp_path: Path) -> None:
    place = tmp_path / "store"
    code, said = Store(place, f"sqlite:///{tmp_path}/other.db").run(
        "load", people, "--workers", 2, "--store", place
    )
    assert code not in {0, None}
    assert "SQLite allows one writer at a time" in said
    assert not place.exists()
