"""Keys of payloads in a file and in PostgreSQL, as they are and wrapped: one behaviour."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from domain.errors import (
    ConfigurationError,
    PayloadErasedError,
    StoreUnavailableError,
    VaultDamagedError,
)
from domain.outages import KeysMissingError
from service.adapters.custody.key_bytes import HeldWrapping
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.key_stores import Access
from service.provenance.vault.vault import ITEM_KEY_BYTES
from service.storage.sealed.database_keys import DatabaseKeyStore, open_key_database
from tests.postgres import PostgresServer
from tests.unit.service.provenance.builders import START

KEYS = {f"ref-{number:02}": bytes([number]) * ITEM_KEY_BYTES for number in range(1, 6)}
MANY = {f"ref-{number}": os.urandom(ITEM_KEY_BYTES) for number in range(1201)}
WRAPPING, NEXT = HeldWrapping(b"w" * 32), HeldWrapping(b"n" * 32)

Opened = Callable[..., FileKeyStore]


@pytest.fixture(params=["plain", "wrapped", pytest.param("database", marks=pytest.mark.databases)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Return a function that opens one and the same key store again, with a wrapping key."""
    file = tmp_path / "vault.sqlite"
    if request.param != "database":
        default = WRAPPING if request.param == "wrapped" else None
        return lambda wrapping=default: open_key_file(file, wrapping=wrapping)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.make_database().url
    return lambda wrapping=WRAPPING: open_key_database(url, lock_timeout_ms=500, wrapping=wrapping)


@pytest.fixture
def keys(opened: Opened) -> Iterator[FileKeyStore]:
    with closing(opened()) as keys:
        keys.add_many(KEYS)
        yield keys


def test_keys_come_back_and_none_is_overwritten(keys: FileKeyStore, opened: Opened) -> None:
    keys.add_many(MANY)
    with pytest.raises(VaultDamagedError):
        keys.add_many({"ref-new": b"x" * ITEM_KEY_BYTES, "ref-01": b"x" * ITEM_KEY_BYTES})
    with closing(opened()) as again:
        assert again.get_many([*KEYS, *MANY]) == KEYS | MANY
        assert again.count() == len(KEYS) + len(MANY)
        with pytest.raises(VaultDamagedError):
            again.get_many(["ref-new"])


def test_a_destroyed_key_is_gone_and_known_as_destroyed(
    keys: FileKeyStore, opened: Opened
) -> None:
    keys.doom({"ref-02": "7", "ref-03": "8"})
    keys.spare(["ref-03"])
    keys.destroy(["ref-02"], at=START)

    with closing(opened()) as again:
        assert again.doomed() == {}
        assert again.destroyed_and_missing(["ref-01", "ref-02", "x"]) == (
            frozenset({"ref-02"}),
            frozenset({"x"}),
        )
        with pytest.raises(PayloadErasedError):
            again.get_many(["ref-02"])


def test_the_memory_beside_the_keys_is_kept(keys: FileKeyStore, opened: Opened) -> None:
    keys.withdraw([(Access.TOKEN, "t-1")], at=START)
    keys.belong_to("first")
    keys.belong_to("second")
    keys.remember_secrets({"webhook": "a"})
    keys.remember_secrets({"webhook": "b"})
    assert not keys.demands_bound()
    keys.demand_bound()
    keys.demand_bound()
    with closing(opened()) as again:
        assert again.demands_bound()
        assert [(one.access, one.ref) for one in again.withdrawals()] == [(Access.TOKEN, "t-1")]
        assert again.first_event() == "first"
        assert again.fingerprints() == {"webhook": "a"}
        again.remember_secrets({"webhook": "c"}, is_accepted=True)
    assert keys.fingerprints() == {"webhook": "c"}


def test_keys_are_wrapped_anew_also_after_a_run_that_was_cut_short(
    keys: FileKeyStore, opened: Opened
) -> None:
    both = HeldWrapping(NEXT.key, WRAPPING.key)
    with closing(opened(both)) as cut:
        cut.add_many({"ref-99": b"9" * ITEM_KEY_BYTES})
        assert cut.wrap_all(NEXT) == len(KEYS)
        assert cut.wrap_all(NEXT) == 0

    with closing(opened(NEXT)) as after:
        assert after.get_many(list(KEYS)) == KEYS
    with closing(opened(HeldWrapping(b"o" * 32))) as other, pytest.raises(VaultDamagedError):
        other.get_many(["ref-01"])


def test_a_wrapped_key_is_bound_to_its_reference() -> None:
    wrapped = WRAPPING.wrapped(KEYS["ref-01"], "ref-01")

    with pytest.raises(VaultDamagedError):
        WRAPPING.unwrapped(wrapped, "ref-02")


def test_wrapped_keys_without_their_wrapping_key_are_missing(tmp_path: Path) -> None:
    with closing(open_key_file(tmp_path / "k", wrapping=WRAPPING)) as keys:
        keys.add_many(KEYS)
    with closing(open_key_file(tmp_path / "k")) as bare, pytest.raises(KeysMissingError):
        bare.get_many(["ref-01"])


@pytest.mark.databases
def test_a_key_file_moves_into_a_database_and_back(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.make_database().url
    with closing(open_key_file(tmp_path / "k", wrapping=WRAPPING)) as file:
        file.add_many(MANY)
        file.destroy(["ref-7"], at=START)
        file.belong_to("first")
        file.demand_bound()
        with closing(open_key_database(url, lock_timeout_ms=500, wrapping=WRAPPING)) as shared:
            assert shared.take_over(file) == len(MANY)
            assert shared.take_over(file) == len(MANY)
            shared.back_up(tmp_path / "copy")
            assert shared.count() == len(MANY) - 1
    with closing(open_key_file(tmp_path / "copy", wrapping=WRAPPING)) as copy:
        assert copy.get_many(["ref-8"]) == {"ref-8": MANY["ref-8"]}
        assert copy.destroyed_and_missing(["ref-7"]) == (frozenset({"ref-7"}), frozenset())
        assert copy.first_event() == "first"
        assert copy.demands_bound()


@pytest.mark.databases
def test_a_database_takes_no_key_that_is_not_wrapped(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.make_database().url
    with pytest.raises(ConfigurationError):
        open_key_database(url, lock_timeout_ms=500, wrapping=None)
    with (
        closing(open_key_file(tmp_path / "k")) as file,
        closing(open_key_database(url, lock_timeout_ms=500, wrapping=WRAPPING)) as shared,
    ):
        file.add_many(KEYS)
        with pytest.raises(ConfigurationError):
            shared.take_over(file)
        shared.add_many(KEYS)
        stored = b"".join(row[1] for page in shared.pages() for row in page)
    assert not any(key[:32] in stored for key in KEYS.values())


@pytest.mark.databases
def test_a_lost_connection_is_opened_again_and_no_half_is_stored(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.make_database().url
    with closing(open_key_database(url, lock_timeout_ms=500, wrapping=WRAPPING)) as keys:
        keys.add_many(KEYS)
        _end_sessions(url)
        assert keys.get_many(list(KEYS)) == KEYS
        _end_sessions(url)
        keys.add_many({"ref-10": b"x" * ITEM_KEY_BYTES})

        def cut(*_: object) -> None:
            _end_sessions(url)

        connection = keys._connection
        monkeypatch.setattr(
            connection, "commit", lambda: (cut(), type(connection).commit(connection))
        )
        with pytest.raises(StoreUnavailableError):
            keys.add_many({"ref-11": b"x" * ITEM_KEY_BYTES})
        monkeypatch.undo()
        assert isinstance(keys, DatabaseKeyStore)
        assert keys.count() == len(KEYS) + 1
        keys.add_many({"ref-11": b"x" * ITEM_KEY_BYTES})


def _end_sessions(url: str) -> None:
    url = url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
