from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, PayloadErasedError, VaultDamagedError
from service.provenance.vault.vault import ITEM_KEY_BYTES, Place, Vault
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.key_stores import MemoryKeyStore, seal_many

PLACE = Place("encounters", "templates")


class Stored(NamedTuple):
    """A stored payload, in the parts that an attacker can change."""

    place: Place
    row: int
    ref: bytes
    commitment: bytes
    ciphertext: bytes

    @property
    def whole(self) -> bytes:
        return self.ref + self.commitment + self.ciphertext


def a_vault(keys: MemoryKeyStore | None = None, seed: int = 7) -> Vault:
    return Vault(keys or MemoryKeyStore(), np.random.default_rng(seed).bytes, lambda: START)


def seal(vault: Vault, *payloads: bytes) -> tuple[Stored, ...]:
    """Seal payloads in rows from 1, with their keys in the key store."""
    stored, keys = seal_many(vault, PLACE, list(enumerate(payloads, 1)))
    vault.keys.add_many(keys)
    return tuple(
        Stored(PLACE, row, one[:16], one[16:48], one[48:]) for row, one in enumerate(stored, 1)
    )


def opened(vault: Vault, *items: Stored) -> list[bytes]:
    return vault.open_many(items[0].place, [(item.row, item.whole) for item in items])


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_what_is_sealed_is_opened(payloads: list[bytes]) -> None:
    vault = a_vault()

    items = [(item.row, item.whole) for item in seal(vault, *payloads)]

    assert vault.open_many(PLACE, items) == payloads


def test_what_is_sealed_is_opened_before_its_keys_are_stored() -> None:
    vault = a_vault()

    (stored,), keys = seal_many(vault, PLACE, [(1, b"payload")])

    assert vault.open_many(PLACE, [(1, stored)], keys) == [b"payload"]
    with pytest.raises(VaultDamagedError):
        vault.open_many(PLACE, [(1, stored)])


def test_a_payload_does_not_show_in_its_item() -> None:
    (item,) = seal(a_vault(), b"a name and a date of birth")

    assert b"name" not in item.whole
    assert len(item.ciphertext) == 10 + 12 + 26 + 16


def test_the_same_payload_twice_gives_two_commitments() -> None:
    first, second = seal(a_vault(), b"the same", b"the same")

    assert first.commitment != second.commitment
    assert first.ciphertext != second.ciphertext
    assert first.ref != second.ref


def test_the_commitment_is_the_hmac_under_the_second_half_of_the_key() -> None:
    keys = MemoryKeyStore()

    (item,) = seal(a_vault(keys), b"payload")

    key = keys.held[item.ref.hex()]
    assert key is not None
    assert item.commitment == hmac.digest(key[32:], b"payload", "sha256")


def test_any_bit_flipped_in_a_stored_payload_is_found() -> None:
    vault = a_vault()
    (item,) = seal(vault, b"payload")

    for bit in range(len(item.whole) * 8):
        with pytest.raises(VaultDamagedError):
            vault.open_many(PLACE, [(1, flipped(item.whole, bit))])


def test_any_bit_flipped_in_a_key_is_found() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    (item,) = seal(vault, b"payload")
    key = keys.held[item.ref.hex()]
    assert key is not None

    for bit in range(ITEM_KEY_BYTES * 8):
        keys.held[item.ref.hex()] = flipped(key, bit)
        with pytest.raises(VaultDamagedError):
            opened(vault, item)


@pytest.mark.parametrize("length", [0, 11, 12, 27, 34])
def test_a_cut_ciphertext_is_found(length: int) -> None:
    vault = a_vault()
    (item,) = seal(vault, b"payload")

    with pytest.raises(VaultDamagedError):
        opened(vault, item._replace(ciphertext=item.ciphertext[:length]))


def test_a_key_of_another_length_is_found() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    (item,) = seal(vault, b"payload")
    keys.held[item.ref.hex()] = bytes(32)

    with pytest.raises(VaultDamagedError):
        opened(vault, item)


@pytest.mark.parametrize(
    "swap",
    [
        lambda first, second: first._replace(ciphertext=second.ciphertext),
        lambda first, second: second._replace(row=first.row),
        lambda first, second: first._replace(ref=second.ref),
        lambda first, second: first._replace(commitment=second.commitment),
        lambda first, second: first._replace(row=second.row),
        lambda first, _: first._replace(place=replace(first.place, kind="details")),
        lambda first, _: first._replace(place=replace(first.place, table="records")),
    ],
)
def test_swapped_rows_are_found(swap: Callable[[Stored, Stored], Stored]) -> None:
    vault = a_vault()
    first, second = seal(vault, b"one", b"two")

    with pytest.raises(VaultDamagedError):
        opened(vault, swap(first, second))


def test_an_erased_payload_opens_no_more_and_says_why() -> None:
    vault = a_vault()
    kept, erased = seal(vault, b"kept", b"erased")

    vault.destroy_many([erased.whole])

    assert opened(vault, kept) == [b"kept"]
    with pytest.raises(PayloadErasedError):
        opened(vault, kept, erased)


def test_a_lost_key_is_not_taken_for_an_erasure() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    (item,) = seal(vault, b"payload")
    del keys.held[item.ref.hex()]

    with pytest.raises(VaultDamagedError):
        opened(vault, item)
    with pytest.raises(VaultDamagedError):
        vault.destroy_many([item.whole])


@pytest.mark.parametrize("parts", [("", "k"), ("t", ""), ("t\0", "k"), ("t", "1\0k")])
def test_a_place_without_a_part_is_refused(parts: tuple[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        Place(*parts)


def test_a_source_of_randomness_that_falls_short_is_refused() -> None:
    vault = Vault(MemoryKeyStore(), lambda count: bytes(count // 2), lambda: START)

    with pytest.raises(VaultDamagedError):
        seal_many(vault, PLACE, [(1, b"payload")])
