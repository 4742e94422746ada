from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from domain.errors import PayloadErasedError, VaultDamagedError
from domain.outages import DiskFullError, KeysMissingError, StoreLockedError
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.key_stores import Access, Withdrawal, settle_doomed
from service.provenance.vault.vault import ITEM_KEY_BYTES, REF_BYTES, Place, Vault
from tests.disks import files_limited_to
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.key_stores import seal_many

PLACE = Place("t", "k")
KEYS = {f"ref-{number}": bytes([number]) * ITEM_KEY_BYTES for number in range(1, 6)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.db"


@pytest.fixture
def store(path: Path) -> Iterator[FileKeyStore]:
    store = open_key_file(path)
    yield store
    store.close()


def everything_in(path: Path) -> bytes:
    """All bytes of the key file and the files beside it."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(path.name + "*")))


def test_keys_are_read_back_after_the_file_is_opened_again(path: Path) -> None:
    first = open_key_file(path)
    first.add_many(KEYS)
    first.close()

    again = open_key_file(path)

    assert again.get_many(list(KEYS)) == KEYS
    assert again.count() == len(KEYS)
    again.close()


def test_more_keys_than_one_query_takes_are_read(store: FileKeyStore) -> None:
    many = {f"ref-{number}": bytes(ITEM_KEY_BYTES) for number in range(1201)}

    store.add_many(many)

    assert store.get_many(list(many)) == many


def test_the_file_is_readable_by_its_owner_alone(store: FileKeyStore, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_is_gone_from_every_byte_on_the_disk(
    store: FileKeyStore, path: Path
) -> None:
    store.add_many(KEYS)
    assert KEYS["ref-3"] in everything_in(path)

    store.destroy(["ref-3"], at=START)

    assert KEYS["ref-3"] not in everything_in(path)
    assert KEYS["ref-4"] in everything_in(path)
    assert store.count() == 4
    with pytest.raises(PayloadErasedError):
        store.get_many(["ref-4", "ref-3"])


def test_destroying_twice_keeps_the_first_day(store: FileKeyStore, path: Path) -> None:
    store.add_many(KEYS)
    store.destroy(["ref-1"], at=START)

    store.destroy(["ref-1"], at=START.replace(year=2030))

    with sqlite3.connect(path) as reader:
        row = reader.execute("SELECT destroyed_at FROM item_keys WHERE ref = 'ref-1'").fetchone()
    reader.close()
    assert row == ("2026-03-01T09:00:00.000000Z",)


def test_a_reader_that_keeps_the_old_page_alive_is_reported(path: Path) -> None:
    store = open_key_file(path, busy_timeout_ms=1)
    store.add_many(KEYS)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM item_keys").fetchone()

    with pytest.raises(StoreLockedError, match="could not be overwritten yet"):
        store.destroy(["ref-1"], at=START)
    reader.close()
    store.destroy(["ref-1"], at=START)

    assert KEYS["ref-1"] not in everything_in(path)
    store.close()


def test_a_doomed_key_is_remembered_until_it_is_destroyed_or_spared(
    store: FileKeyStore, path: Path
) -> None:
    store.add_many(KEYS)

    store.doom({"ref-1": "payload 1", "ref-2": "payload 2", "ref-3": "payload 3"})
    again = open_key_file(path)
    remembered = again.doomed()
    again.close()
    store.spare(["ref-1"])
    store.destroy(["ref-2"], at=START)

    assert remembered == {"ref-1": "payload 1", "ref-2": "payload 2", "ref-3": "payload 3"}
    assert store.doomed() == {"ref-3": "payload 3"}
    assert set(store.get_many(["ref-1", "ref-3"])) == {"ref-1", "ref-3"}


def test_dooming_what_is_destroyed_changes_nothing(store: FileKeyStore) -> None:
    store.add_many(KEYS)
    store.destroy(["ref-1"], at=START)

    store.doom({"ref-1": "payload 1"})

    assert store.doomed() == {}


def test_a_crash_after_the_erasure_was_durable_is_finished(
    store: FileKeyStore, path: Path
) -> None:
    store.add_many(KEYS)
    store.doom({"ref-1": "gone", "ref-2": "kept"})

    settled = settle_doomed(store, lambda place: place == "kept", at=START)

    assert settled == (1, 1)
    assert store.doomed() == {}
    assert KEYS["ref-1"] not in everything_in(path)
    assert store.get_many(["ref-2"]) == {"ref-2": KEYS["ref-2"]}


def test_settling_without_a_crash_does_nothing(store: FileKeyStore) -> None:
    store.add_many(KEYS)

    assert settle_doomed(store, lambda _: False, at=START) == (0, 0)
    assert store.count() == len(KEYS)


def test_a_withdrawal_is_remembered_with_its_first_moment(store: FileKeyStore, path: Path) -> None:
    store.withdraw([(Access.TOKEN, "b"), (Access.CLIENT, "b"), (Access.TOKEN, "a")], at=START)

    store.withdraw([(Access.TOKEN, "b")], at=START.replace(year=2030))

    again = open_key_file(path)
    assert again.withdrawals() == (
        Withdrawal(Access.CLIENT, "b", START),
        Withdrawal(Access.TOKEN, "a", START),
        Withdrawal(Access.TOKEN, "b", START),
    )
    assert again.count() == 0
    again.close()


def test_a_file_of_a_release_that_knew_no_withdrawals_keeps_its_keys_and_takes_them(
    path: Path,
) -> None:
    store = open_key_file(path)
    store.add_many(KEYS)
    store.close()
    with sqlite3.connect(path) as old:
        old.execute("DROP TABLE withdrawals")
    old.close()

    again = open_key_file(path)

    assert again.withdrawals() == ()
    again.withdraw([(Access.ACCOUNT, "ann")], at=START)
    assert again.withdrawals() == (Withdrawal(Access.ACCOUNT, "ann", START),)
    assert again.get_many(list(KEYS)) == KEYS
    again.close()


@pytest.mark.parametrize(
    "row", [("door", "a", "2026-03-01T09:00:00.000000Z"), ("token", "a", "yesterday")]
)
def test_a_withdrawal_that_cannot_be_read_is_never_passed_over(
    store: FileKeyStore, path: Path, row: tuple[str, str, str]
) -> None:
    with sqlite3.connect(path) as writer:
        writer.execute("INSERT INTO withdrawals VALUES (?, ?, ?)", row)
    writer.close()

    with pytest.raises(VaultDamagedError):
        store.withdrawals()


def test_an_unknown_key_is_damage(store: FileKeyStore) -> None:
    with pytest.raises(VaultDamagedError):
        store.get_many(["nowhere"])
    with pytest.raises(VaultDamagedError):
        store.destroy(["nowhere"], at=START)


def test_a_known_reference_is_never_overwritten(store: FileKeyStore) -> None:
    store.add_many(KEYS)

    with pytest.raises(VaultDamagedError):
        store.add_many({"ref-9": bytes(ITEM_KEY_BYTES), "ref-1": bytes(ITEM_KEY_BYTES)})

    assert store.get_many(list(KEYS)) == KEYS
    assert store.count() == len(KEYS)


def test_a_destroyed_reference_is_never_used_again(store: FileKeyStore) -> None:
    store.add_many(KEYS)
    store.destroy(["ref-1"], at=START)

    with pytest.raises(VaultDamagedError):
        store.add_many({"ref-1": bytes(ITEM_KEY_BYTES)})


def test_a_key_of_another_length_is_refused(store: FileKeyStore) -> None:
    with pytest.raises(VaultDamagedError):
        store.add_many({"short": b"short"})


def test_a_file_that_is_no_key_file_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database, and long enough to be read as one" * 100)

    with pytest.raises(VaultDamagedError):
        open_key_file(path)


def test_a_backup_opens_and_is_private(store: FileKeyStore, path: Path) -> None:
    store.add_many(KEYS)
    store.withdraw([(Access.TOKEN, "a")], at=START)
    target = path.with_name("backup.db")

    store.back_up(target)

    copy = open_key_file(target)
    assert copy.get_many(list(KEYS)) == KEYS
    assert copy.withdrawals() == (Withdrawal(Access.TOKEN, "a", START),)
    assert target.stat().st_mode & 0o777 == 0o600
    copy.close()


def test_a_backup_that_cannot_be_written_is_refused(store: FileKeyStore, path: Path) -> None:
    with pytest.raises(VaultDamagedError):
        store.back_up(path.parent / "no-such-folder" / "backup.db")


def test_threads_share_a_store(store: FileKeyStore) -> None:
    def add(number: int) -> None:
        store.add_many({f"ref-{number}": bytes(ITEM_KEY_BYTES)})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(40)))

    assert store.count() == 40


def a_vault(store: FileKeyStore) -> Vault:
    return Vault(store, np.random.default_rng(5).bytes, lambda: START)


def sealed(store: FileKeyStore, truth: list[bytes]) -> list[tuple[int, bytes]]:
    """Return (row, stored payload) of payloads whose keys are in the store."""
    stored, keys = seal_many(a_vault(store), PLACE, list(enumerate(truth)))
    store.add_many(keys)
    return list(enumerate(stored))


def test_keys_on_a_full_disk_are_refused_and_the_next_ones_stored(store: FileKeyStore) -> None:
    store.add_many({"ref-1": KEYS["ref-1"]})

    with files_limited_to(1), pytest.raises(DiskFullError):
        store.add_many({"ref-2": KEYS["ref-2"]})
    store.add_many({"ref-3": KEYS["ref-3"]})

    assert set(store.get_many(["ref-1", "ref-3"])) == {"ref-1", "ref-3"}
    assert store.count() == 2


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_is_removed_or_replaced_takes_and_gives_no_key(
    store: FileKeyStore, path: Path, is_replaced: bool
) -> None:
    store.add_many(KEYS)
    path.unlink()
    if is_replaced:
        path.write_bytes(b"")

    for use in (
        lambda: store.add_many({"ref-9": KEYS["ref-1"]}),
        lambda: store.get_many(["ref-1"]),
        store.check_writable,
    ):
        with pytest.raises(KeysMissingError):
            use()


def test_a_file_that_another_holds_is_locked_and_not_damaged(path: Path) -> None:
    store = open_key_file(path, busy_timeout_ms=1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreLockedError):
        store.add_many(KEYS)
    holder.close()
    store.add_many(KEYS)

    assert store.count() == len(KEYS)
    store.close()


def test_the_log_that_keys_belong_to_is_remembered_once(store: FileKeyStore, path: Path) -> None:
    before = store.first_event()
    store.belong_to("a" * 64)
    store.belong_to("b" * 64)

    again = open_key_file(path)
    assert (before, again.first_event()) == (None, "a" * 64)
    again.close()


def opens_or_is_found(path: Path, items: list[tuple[int, bytes]], truth: list[bytes]) -> bool:
    """Whether the damage is detected; otherwise the opened content must be the truth."""
    try:
        store = open_key_file(path)
    except VaultDamagedError:
        return True
    try:
        opened = a_vault(store).open_many(PLACE, items)
    except (VaultDamagedError, PayloadErasedError):
        return True
    finally:
        store.close()
    assert opened == truth
    return False


def test_a_flipped_byte_of_the_key_file_never_gives_a_wrong_payload(path: Path) -> None:
    store = open_key_file(path)
    truth = [b"payload %d" % number for number in range(20)]
    items = sealed(store, truth)
    store.close()
    whole = path.read_bytes()
    sample = np.random.default_rng(6).choice(len(whole), size=300, replace=False)

    found = 0
    for position in map(int, sample):
        changed = bytearray(whole)
        changed[position] ^= 0x55
        path.write_bytes(changed)
        found += opens_or_is_found(path, items, truth)

    assert found > 0


def test_every_flipped_byte_of_a_key_is_found(path: Path) -> None:
    store = open_key_file(path)
    items = sealed(store, [b"payload"])
    ref = items[0][1][:REF_BYTES].hex()
    key = store.get_many([ref])[ref]
    store.close()
    whole = path.read_bytes()
    start = whole.index(key)

    for position in range(start, start + ITEM_KEY_BYTES):
        changed = bytearray(whole)
        changed[position] ^= 1
        path.write_bytes(changed)
        assert opens_or_is_found(path, items, [b"payload"])
