"""Commands by SIGKILL before a statement, a commit or a file that comes ever later, and again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner

from data.synthetic.__main__ import main as synthetic
from service.main import app
from service.provenance.vault.key_files import FileKeyStore
from tests.forking import in_child

pytestmark = [pytest.mark.slow, pytest.mark.promise("kills")]

COMMANDS = {
    "client": ("client", "add", "system", "--force", "13"),
    "token": ("token", "issue", "--role", "auditor"),
    "registration of a State": ("exchange", "register", "POL"),
    "release": ("statistics", "release", "--quarter", "2026Q3"),
    "load": ("load", "more"),
    "wrapping": ("vault", "wrap"),
    "bundle": ("log", "export", "out/bundle.zip"),
    "audit pack": ("audit", "pack", "out", "--seed", "1"),
}
LOGGED = {"events", "event_subjects", "log_nodes", "checkpoints"}
"""What was begun is logged again by the command that is run again."""
STEPS = 12
_COPY = re.compile(r"\.[0-9a-f]{32}$|-(wal|shm)$").search
"""A copy of a key that was just made goes when the key is made anew or moved."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a store of people, and with files of more people."""
    root = tmp_path_factory.mktemp("made")
    for name, people in (("people", "40"), ("more", "60")):
        out = ("--seed", people, "--out", str(root / name))
        assert synthetic(["generate", "--persons", people, "--chunk", "20", *out]) == 0
    (root / "out").mkdir()
    assert in_child(partial(_run, root, ("load", "people"))) == 0
    return root


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_killed_command_is_run_again_and_does_nothing_twice(
    made: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    whole = _copy(made, tmp_path)
    assert in_child(partial(_run, whole, words, is_counted=True)) == 0
    count, rows, files = int((whole / "count").read_text()), _rows(whole), _files(whole)

    for step in range(1, count + 1, max(1, count // STEPS)):
        root = _copy(made, tmp_path)
        status = in_child(partial(_run, root, words, step=step))
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert in_child(partial(_run, root, words)) == 0, step
        assert in_child(partial(_run, root, ("log", "verify", "--deep"))) == 0, step
        assert _rows(root) == rows, step
        assert _files(root) <= files, step


def _copy(made: Path, directory: Path) -> Path:
    shutil.rmtree(directory)
    return shutil.copytree(made, directory)


def _rows(root: Path) -> dict[str, int]:
    """Return how many rows each table has, except those of the log."""
    with closing(sqlite3.connect(root / "store" / "identlink.sqlite3")) as raw:
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counted = {
            name: raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608
            for (name,) in names
        }
    return {name: count for name, (count,) in counted.items() if name not in LOGGED}


def _files(root: Path) -> set[str]:
    """Return the files of a store and of what was exported, without copies of keys."""
    found = (str(path.relative_to(root)) for path in root.rglob("*"))
    return {one for one in found if not _COPY(one)}


def _run(root: Path, words: tuple[str, ...], *, step: int = 0, is_counted: bool = False) -> None:
    """Run a command in this process, which dies before the nth time that it writes."""
    os.chdir(root)
    os.environ |= {
        "IDENTLINK_EXCHANGE_STATE": "GBR",
        "IDENTLINK_EXCHANGE_FOLDER": "out",
        "IDENTLINK_PRINT_EXTRACTOR": "nbis",
    }
    reached = list[int]()

    def reach(*_: object) -> None:
        reached.append(1)
        if len(reached) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    _call_before_writing(reach)
    done = CliRunner().invoke(app, ["--store", "store", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    if is_counted:
        (root / "count").write_text(str(len(reached)))


def _call_before_writing(reach: Callable[..., None]) -> None:
    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, reach)
    write = FileKeyStore._write

    def written(keys: FileKeyStore, *what: Any) -> None:
        reach()
        write(keys, *what)

    FileKeyStore._write = written  # type: ignore[method-assign]

    def hook(name: str, given: tuple[Any, ...]) -> None:
        is_opened = name == "open" and isinstance(given[2], int) and given[2] & os.O_CREAT
        if is_opened or name in {"os.rename", "os.remove", "os.link"}:
            reach()

    sys.addaudithook(hook)
