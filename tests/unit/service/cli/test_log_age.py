"""A store taken back, rewritten, or whose keys forgot: no command but one goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.service.cli.console import Console, Finished

AT_WORK = ("token", "issue", "--role", "auditor")
ACCEPT = ("log", "accept-state", "--reason", "tampering-examined", "--authority", "CHG-17")


@dataclass(frozen=True, slots=True)
class Store:
    """A store whose keys remember three events, and a copy of it with two."""

    console: Console
    directory: Path
    copy: Path
    older_memory: bytes

    def run(self, *arguments: object) -> Finished:
        return self.console(*arguments)

    def memory(self) -> Path:
        return self.directory / "keys" / "checkpoint.last"

    def roll_back(self) -> None:
        """Put the copy in place of the database, as an administrator would."""
        _copied(self.copy, self.directory / "identlink.sqlite3")

    def fork(self) -> None:
        """Take the log back and let it grow to the same size with another event."""
        self.roll_back()
        kept = self.memory().read_bytes()
        self.memory().write_bytes(self.older_memory)
        assert self.run(*AT_WORK).exit_code == 0
        self.memory().write_bytes(kept)

    def findings(self) -> set[str]:
        return {found["code"] for found in self.run("log", "verify", "--json").json()["findings"]}


@pytest.fixture
def store(console: Console, tmp_path: Path) -> Store:
    directory = tmp_path / "var" / "store"
    for _ in range(2):
        console(*AT_WORK)
    console("log", "checkpoint")
    _copied(directory / "identlink.sqlite3", tmp_path / "copy")
    older = (directory / "keys" / "checkpoint.last").read_bytes()
    console(*AT_WORK)
    console("log", "checkpoint")
    return Store(console, directory, tmp_path / "copy", older)


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _refused(finished: Finished) -> str:
    assert finished.exit_code == 1
    assert finished.err.count("\n") == 1
    assert "`identlink log age`" in finished.err
    return finished.err


def test_a_log_that_continues_its_memory_is_nothing_to_accept(store: Store) -> None:
    age = store.run("log", "age", "--json")
    accepted = store.run(*ACCEPT)

    assert (age.exit_code, age.json()["fault"]) == (0, None)
    assert age.json()["events"] == age.json()["remembered_events"] == 3
    assert accepted.exit_code == 1
    assert "nothing to accept" in accepted.err


def test_a_store_that_was_taken_back_is_not_started(store: Store) -> None:
    store.roll_back()

    assert "keys covers 3 events, but the database has 2" in _refused(store.run(*AT_WORK))
    assert "events are missing" in _refused(store.run("worker", "--until-idle"))
    assert "events are missing" in _refused(store.run("serve", "--port", 0))
    assert "events are missing" in _refused(store.run("log", "checkpoint"))
    assert store.findings() == {"state-behind"}


def test_a_fork_of_the_same_size_is_not_started(store: Store) -> None:
    store.fork()

    assert "The first 3 events differ from those" in _refused(store.run(*AT_WORK))
    assert store.findings() == {"state-behind"}
    told = store.run("log", "age")
    assert told.exit_code == 1
    assert "after the first 2 events, up to 1 signed events were replaced" in told.out


@pytest.mark.parametrize("is_damaged", [True, False])
def test_keys_that_forgot_are_not_started_with(store: Store, *, is_damaged: bool) -> None:
    if is_damaged:
        store.memory().write_bytes(b"nothing")
    else:
        store.memory().unlink()

    _refused(store.run(*AT_WORK))
    _refused(store.run("log", "checkpoint"))
    assert store.findings() == {"state-behind"}
    assert store.memory().exists() is is_damaged
    assert "nothing shows whether later events are missing" in store.run("log", "age").out


def test_two_histories_that_one_key_signed_are_told(store: Store) -> None:
    memory = store.memory().read_bytes()
    store.roll_back()
    store.run(*ACCEPT)
    store.memory().write_bytes(memory)

    assert "This key signed both" in store.run("log", "age").out


def test_a_key_that_was_made_anew_is_told(store: Store) -> None:
    store.memory().unlink()
    (store.directory / "keys" / "checkpoint.key").unlink()

    _refused(store.run(*AT_WORK))
    assert "the key is new, or belongs to another log" in store.run("log", "age").out


def test_what_is_missing_is_told(store: Store) -> None:
    store.roll_back()

    told = store.run("log", "age", "--json")
    sentences = store.run("log", "age").out

    facts = told.json()
    assert told.exit_code == 1
    assert (facts["fault"], facts["events"], facts["remembered_events"]) == ("shorter", 2, 3)
    assert facts["agreed_events"] == 2
    assert "The keys are right" in sentences
    assert "at least 1 events are missing" in sentences


def test_accepting_is_an_event_and_the_only_way_on(store: Store) -> None:
    store.roll_back()
    old = store.memory().read_bytes()

    accepted = store.run(*ACCEPT, "--json")

    assert accepted.exit_code == 0
    assert accepted.json()["accepted_events"] == 3
    assert store.memory().with_name("checkpoint.last.lost-3").read_bytes() == old
    body = _last_body(store)
    assert b'"type":"state-accepted"' in body
    assert b'"authority":"CHG-17"' in body
    assert b'"remembered_events":3' in body
    assert store.run(*AT_WORK).exit_code == 0
    assert store.findings() == set()
    assert store.run("log", "age").exit_code == 0


def test_lost_memories_are_kept_apart(store: Store) -> None:
    for _ in range(2):
        store.roll_back()
        assert store.run(*ACCEPT).exit_code == 0

    names = {path.name for path in store.memory().parent.glob("checkpoint.last.lost-*")}
    assert names == {"checkpoint.last.lost-3", "checkpoint.last.lost-3.2"}


def test_an_authority_is_a_reference_and_no_sentence(store: Store) -> None:
    store.roll_back()

    refused = store.run(*ACCEPT[:-1], "the chief said so")

    assert refused.exit_code == 1
    assert "reference without spaces" in refused.err
    assert store.run("log", "age", "--json").json()["events"] == 2


def _last_body(store: Store) -> bytes:
    with closing(sqlite3.connect(store.directory / "identlink.sqlite3")) as database:
        (body,) = database.execute("SELECT body FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return bytes(body) if isinstance(body, bytes) else str(body).encode()
