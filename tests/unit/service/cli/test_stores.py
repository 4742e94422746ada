from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from service.adapters.custody.files import FileCustody
from service.storage.backup.backup import Written
from service.storage.database import Database
from service.storage.engine.migrate import latest
from tests.forking import in_child
from tests.unit.service.cli.console import Console


def test_the_schema_is_built_once(console: Console, tmp_path: Path) -> None:
    first = console("db", "upgrade", "--store", tmp_path / "a", "--json").json()
    second = console("db", "upgrade", "--store", tmp_path / "a", "--json").json()

    assert first == {"before": None, "after": latest()}
    assert second == {"before": latest(), "after": latest()}


def test_people_are_told_what_was_done(console: Console) -> None:
    first, second = console("db", "upgrade"), console("db", "upgrade")

    assert first.out == f"The schema has been brought up to date: {latest()}.\n"
    assert second.out == f"The schema is up to date: {latest()}.\n"


def test_tables_of_another_program_are_left_alone(console: Console, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "identlink.sqlite3")) as other:
        other.execute("CREATE TABLE persons (name TEXT)")

    finished = console("db", "upgrade", "--store", tmp_path)

    assert finished.exit_code == 1
    assert finished.err == (
        "The database contains tables of another program: use a separate database for identlink.\n"
    )


@pytest.mark.parametrize("command", [("db", "upgrade"), ("serve",), ("doctor",)], ids=" ".join)
def test_a_store_from_before_the_first_release_is_told_the_way(
    console: Console, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert console("db", "upgrade", "--store", tmp_path).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "identlink.sqlite3")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '0046'")

    finished = console(*command, "--store", tmp_path)

    assert finished.exit_code == 1
    assert (
        "The database was made before version 1.0: upgrade it first with the last version before"
        " 1.0 (commit 2c06062b), then with this version." in finished.out + finished.err
    )


@pytest.mark.parametrize(
    "address", ["nonsense", "postgresql://user:secret:::host/name", "postgresql://h:port/name"]
)
@pytest.mark.parametrize("command", [("db", "upgrade"), ("serve",)], ids=" ".join)
def test_an_address_that_cannot_be_read_is_one_sentence(
    console: Console, monkeypatch: pytest.MonkeyPatch, address: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", address)

    finished = console(*command)

    assert (finished.exit_code, finished.err.count("\n")) == (1, 1)
    assert finished.err.startswith("IDENTLINK_DATABASE_URL is malformed")
    assert "secret" not in finished.err


def test_an_interrupted_wrapping_says_to_wrap_again(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    console("token", "issue", "--role", "auditor")
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(FileCustody, "adopt_next_wrapping", _is_interrupted)
            assert console("vault", "wrap").exit_code == 1

        between = console("log", "verify")
        again = console("vault", "wrap")

        assert between.exit_code in {16, 17}
        assert between.err.startswith("`identlink vault wrap` was interrupted: run it again.")
        assert again.exit_code == 0
        assert console("log", "verify").exit_code == 0


def _is_interrupted(_custody: FileCustody) -> None:
    raise ConfigurationError("The machine stops.")


def test_a_terminated_backup_leaves_no_file(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console("token", "issue", "--role", "auditor")
    to = tmp_path / "backups"
    to.mkdir()

    def back_up(*_: object, **__: object) -> Written:
        assert (to / "b.part").exists()
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("The signal has not come.")

    monkeypatch.setattr(Database, "back_up", back_up)

    def terminated() -> None:
        console("backup", to / "b")

    status = in_child(terminated)

    assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM
    assert list(to.iterdir()) == []


def test_with_every_key_there_nothing_is_given_up(console: Console) -> None:
    console("token", "issue", "--role", "auditor")

    refused = console("vault", "accept-loss", "--payloads", 3)

    assert (refused.exit_code, refused.err) == (
        1,
        "The keys of all payloads are there: there is nothing to give up.\n",
    )


def test_a_store_of_templates_has_none_to_make_again(console: Console) -> None:
    console("token", "issue", "--role", "auditor")

    refused = console("templates", "status")

    assert refused.exit_code == 1
    assert refused.err.endswith("which come from outside: there is nothing to make again.\n")
