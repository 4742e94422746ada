from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.errors import VaultDamagedError
from service.storage.sealed.vault_keys import BufferedKeys
from tests.unit.service.provenance.key_stores import MemoryKeyStore

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD, NEW = b"o" * 64, b"n" * 64


def test_new_keys_are_known_at_once_and_stored_by_a_flush() -> None:
    store = MemoryKeyStore()
    store.add_many({"old": OLD})
    keys = BufferedKeys(store)

    keys.add_many({"new": NEW})

    assert dict(keys.get_many(["new", "old"])) == {"new": NEW, "old": OLD}
    with pytest.raises(VaultDamagedError):
        store.get_many(["new"])
    keys.flush()
    assert store.get_many(["new"])["new"] == NEW


def test_a_second_flush_stores_nothing_again() -> None:
    store = MemoryKeyStore()
    keys = BufferedKeys(store)
    keys.add_many({"new": NEW})
    keys.flush()

    keys.flush()

    assert keys.get_many(["new"])["new"] == NEW


def test_keys_are_destroyed_in_the_store() -> None:
    store = MemoryKeyStore()
    store.add_many({"old": OLD})

    BufferedKeys(store).destroy(["old"], at=NOON)

    with pytest.raises(Exception, match="erased"):
        store.get_many(["old"])
