"""A payload or a key that was changed or moved does not open."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import (
    LinkingError,
    VaultDamagedError,
)
from service.adapters.store_keys import VAULT_NAME
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.vault import Place, Vault
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in

pytestmark = pytest.mark.promise("tampering")

RECORD = Place("payloads", "record")


@pytest.mark.parametrize("kind", ["record", "templates", "probe", "evidence"])
def test_a_byte_flipped_in_a_vault_item_is_found(store: LinkedStore, kind: str) -> None:
    for at in (0, 20, 50, -1):
        with hand_in(store) as hand:
            number, stored = _payload(hand, kind)
            flipped = bytearray(stored)
            flipped[at] ^= 1
            _store_payload(hand, number, bytes(flipped))

            assert hand.error_of_opening(kind) == VaultDamagedError.code


@pytest.mark.parametrize("kind", ["record", "templates", "evidence"])
def test_swapped_ciphertexts_are_found(store: LinkedStore, kind: str) -> None:
    with hand_in(store) as hand:
        first, other = (_payload(hand, kind, place) for place in (0, 1))
        before = hand.error_of_opening(kind)
        _store_payload(hand, first[0], other[1])
        _store_payload(hand, other[0], first[1])

        assert before is None
        assert hand.error_of_opening(kind) == VaultDamagedError.code


def test_a_byte_flipped_in_an_item_key_is_found(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        _, stored = _payload(hand, "record")
        key = bytearray(store.keys.get_many([stored[:16].hex()])[stored[:16].hex()])
        key[5] ^= 1
        original = store.keys
        forged = _ForgedKeys(original, stored[:16].hex(), bytes(key))

        assert _open_with(store, forged, hand) == VaultDamagedError.code


def test_a_byte_flipped_in_the_file_of_the_item_keys_is_found(
    store: LinkedStore, tmp_path: Path
) -> None:
    with hand_in(store) as hand:
        number, stored = _payload(hand, "record")
    ref = stored[:16].hex()
    key = store.keys.get_many([ref])[ref]
    for at in (3, 40):
        forged = tmp_path / f"{at}.sqlite"
        with closing(sqlite3.connect(store.settings.keys_directory / VAULT_NAME)) as source:
            source.execute("VACUUM INTO ?", (str(forged),))
        data = bytearray(forged.read_bytes())
        data[data.index(key) + at] ^= 1
        forged.write_bytes(data)
        forged.chmod(0o600)

        keys = open_key_file(forged)
        vault = Vault(keys, bytes, _now, keys)
        with closing(keys), pytest.raises(VaultDamagedError):
            vault.open_many(RECORD, [(number, stored)])


def _payload(hand: Hand, kind: str, place: int = 0) -> tuple[int, bytes]:
    query = f"SELECT payload_id FROM payloads WHERE kind = :kind ORDER BY 1 LIMIT 1 OFFSET {place}"  # noqa: S608
    number = hand.value(query, kind=kind)
    return number, bytes(
        hand.value("SELECT body FROM payloads WHERE payload_id = :number", number=number)
    )


def _store_payload(hand: Hand, number: int, stored: bytes) -> None:
    hand.run(
        "UPDATE payloads SET body = :body WHERE payload_id = :number", body=stored, number=number
    )


@dataclass(frozen=True, slots=True)
class _ForgedKeys:
    """The key store with one key changed."""

    keys: FileKeyStore
    ref: str
    forged: bytes

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        return {**self.keys.get_many(refs), self.ref: self.forged}

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        raise AssertionError("no sealing is expected here")

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        raise AssertionError("no destruction is expected here")


def _open_with(store: LinkedStore, keys: _ForgedKeys, hand: Hand) -> str | None:
    vault = Vault(keys, bytes, _now)
    number, stored = _payload(hand, "record")
    try:
        vault.open_many(RECORD, [(number, stored)])
    except LinkingError as error:
        return error.code
    return None


def _now() -> datetime:
    return datetime.now(UTC)
