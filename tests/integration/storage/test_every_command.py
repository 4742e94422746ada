"""Every command on stores that are not as they should be: a sentence and a code, no traceback."""

from __future__ import annotations

import re
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer

from service.cli.refusals import OUTAGE_CODES, REFUSED
from service.main import app
from tests.disks import mounted_read_only
from tests.unit.service.cli.console import Console

NOT_RUN = {
    ("serve",): "serves until it is told to stop; its start is tested by `worker`, which is alike",
    ("demo",): "makes a store of its own and serves it",
    ("sandbox",): "makes a store of its own and serves it",
    ("model", "train"): "needs no store and takes minutes",
    ("model", "evaluate"): "needs no store and takes minutes",
    ("model", "example"): "needs no store and makes thousands of people",
    ("model", "home"): "needs no store and makes thousands of people",
}
WRONG_USAGE = 2
CODES = {0, REFUSED, WRONG_USAGE, *OUTAGE_CODES.values()}
GIVEN: dict[type, str] = {int: "1", datetime: "2026-01-01"}
# Niceness would stay with the process of the tests.
EXTRA = {("worker",): ("--until-idle", "--nice", "0")}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        elif (*path, name) not in NOT_RUN:
            yield (*path, name), command


ROOT = typer.main.get_command(app)
ALL = dict(commands(ROOT))


def value_of(parameter: Any, directory: Path) -> str:
    told = parameter.type_descriptor
    if issubclass(told.annotation, Enum):
        return str(next(iter(told.annotation)).value)
    if told.annotation is not Path:
        return GIVEN.get(told.annotation, "text")
    made = directory / f"given-{parameter.name}"
    if told.parameter_info.exists:
        made.touch() if told.parameter_info.file_okay else made.mkdir()
    return str(made)


def arguments_of(command: Any, directory: Path, /, **values: str) -> list[str]:
    given: list[str] = []
    for parameter in command.params:
        if parameter.required or parameter.name in values:
            if parameter.param_type_name == "option":
                given.append(parameter.opts[0])
            given.append(values.get(parameter.name) or value_of(parameter, directory))
    return given


@contextmanager
def empty(store: Path) -> Iterator[None]:
    store.mkdir()
    yield


@contextmanager
def without_a_schema(store: Path) -> Iterator[None]:
    store.mkdir()
    with closing(sqlite3.connect(store / "identlink.sqlite3")) as connection:
        connection.execute("VACUUM")
    yield


@contextmanager
def another_schema(store: Path) -> Iterator[None]:
    store.mkdir()
    with closing(sqlite3.connect(store / "identlink.sqlite3")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('v9999')")
        connection.commit()
    yield


@contextmanager
def no_database(store: Path) -> Iterator[None]:
    store.mkdir()
    (store / "identlink.sqlite3").write_bytes(b"this is no database" * 1000)
    yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a schema and keys, to be copied."""
    store = tmp_path_factory.mktemp("made") / "store"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.argv", ["identlink", "db", "upgrade", "--store", str(store)])
        with pytest.raises(SystemExit):
            app(prog_name="identlink")
    return store


def read_only(made: Path) -> Callable[[Path], AbstractContextManager[None]]:
    @contextmanager
    def situation(store: Path) -> Iterator[None]:
        shutil.copytree(made, store)
        with mounted_read_only(store):
            yield

    return situation


def without_keys(made: Path) -> Callable[[Path], AbstractContextManager[None]]:
    @contextmanager
    def situation(store: Path) -> Iterator[None]:
        shutil.copytree(made, store)
        shutil.rmtree(store / "keys", ignore_errors=True)
        yield

    return situation


SITUATIONS: dict[str, Callable[[Path], Callable[[Path], AbstractContextManager[None]]]] = {
    "an empty directory": lambda _: empty,
    "a store without a schema": lambda _: without_a_schema,
    "a store of another schema": lambda _: another_schema,
    "a file that is no database": lambda _: no_database,
    "a read-only store": read_only,
    "no directory of keys": without_keys,
}


READ = [
    (path, parameter.name)
    for path, command in ALL.items()
    for parameter in command.params
    if "Path" in str(parameter.type_descriptor.annotation)
    and parameter.type_descriptor.parameter_info.file_okay
]


@contextmanager
def little_memory() -> Iterator[None]:
    """Let this process have half a gigabyte more than it has."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**29, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize(("path", "name"), READ, ids=[f"{' '.join(p)} {n}" for p, n in READ])
def test_a_file_without_an_end_is_not_read_for_ever(
    path: tuple[str, ...],
    name: str,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    store = tmp_path / "store"
    shutil.copytree(made, store)
    arguments = arguments_of(ALL[path], tmp_path, **{name: "/dev/zero"})

    with little_memory():
        ended = Console(monkeypatch, capsys)("--store", store, *path, *arguments)

    assert ended.exit_code in CODES
    assert "Traceback" not in ended.err


PROGRESS = re.compile(r"^[A-Z][\w ]+: \d[\d,]*( of \d[\d,]*)?$")


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_ends_with_a_sentence_and_a_code(
    path: tuple[str, ...],
    situation: str,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = arguments_of(ALL[path], tmp_path)

    with SITUATIONS[situation](made)(tmp_path / "store"):
        ended = Console(monkeypatch, capsys)(
            "--store", tmp_path / "store", *path, *EXTRA.get(path, ()), *arguments
        )

    assert ended.exit_code in CODES
    assert "Traceback" not in ended.err
    if ended.exit_code not in {0, WRONG_USAGE} and not ended.out:
        # Before it, a command may have said how far it was.
        *told, sentence = ended.err.strip().splitlines()
        assert all(PROGRESS.match(line) for line in told), told
        assert sentence
