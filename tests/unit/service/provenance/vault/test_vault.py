from __future__ import annotations

import hmac
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, PayloadErasedError, VaultDamagedError
from service.provenance.vault.vault import ITEM_KEY_BYTES, Place, SealedItem, Vault
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.key_stores import MemoryKeyStore

PLACE = Place("encounters", "encounter-1", "templates")


def a_vault(keys: MemoryKeyStore | None = None, seed: int = 7) -> Vault:
    return Vault(keys or MemoryKeyStore(), np.random.default_rng(seed).bytes)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_what_is_sealed_is_opened(payloads: list[bytes]) -> None:
    vault = a_vault()

    items = vault.seal_many([(replace(PLACE, row_id=f"r{i}"), p) for i, p in enumerate(payloads)])

    assert vault.open_many(items) == tuple(payloads)


def test_a_payload_does_not_show_in_its_item() -> None:
    vault = a_vault()

    item = vault.seal(PLACE, b"a name and a date of birth")

    assert b"name" not in item.ciphertext
    assert len(item.ciphertext) == 12 + 26 + 16


def test_the_same_payload_twice_gives_two_commitments() -> None:
    vault = a_vault()

    first, second = vault.seal_many([(PLACE, b"the same"), (PLACE, b"the same")])

    assert first.commitment != second.commitment
    assert first.ciphertext != second.ciphertext
    assert first.ref != second.ref


def test_the_commitment_is_the_hmac_under_the_second_half_of_the_key() -> None:
    keys = MemoryKeyStore()

    item = a_vault(keys).seal(PLACE, b"payload")

    key = keys.held[item.ref]
    assert key is not None
    assert item.commitment == hmac.digest(key[32:], b"payload", "sha256").hex()
    assert item.payload_ref.commitment == item.commitment
    assert item.payload_ref.ref == item.ref


def test_any_bit_flipped_in_a_ciphertext_is_found() -> None:
    vault = a_vault()
    item = vault.seal(PLACE, b"payload")

    for bit in range(len(item.ciphertext) * 8):
        with pytest.raises(VaultDamagedError):
            vault.open(replace(item, ciphertext=flipped(item.ciphertext, bit)))


def test_any_bit_flipped_in_a_key_is_found() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    item = vault.seal(PLACE, b"payload")
    key = keys.held[item.ref]
    assert key is not None

    for bit in range(ITEM_KEY_BYTES * 8):
        keys.held[item.ref] = flipped(key, bit)
        with pytest.raises(VaultDamagedError):
            vault.open(item)


@pytest.mark.parametrize("length", [0, 11, 12, 27, 34])
def test_a_cut_ciphertext_is_found(length: int) -> None:
    vault = a_vault()
    item = vault.seal(PLACE, b"payload")

    with pytest.raises(VaultDamagedError):
        vault.open(replace(item, ciphertext=item.ciphertext[:length]))


def test_a_key_of_another_length_is_found() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    item = vault.seal(PLACE, b"payload")
    keys.held[item.ref] = bytes(32)

    with pytest.raises(VaultDamagedError):
        vault.open(item)


@pytest.mark.parametrize(
    "swap",
    [
        lambda first, second: replace(first, ciphertext=second.ciphertext),
        lambda first, second: replace(
            first, ref=second.ref, ciphertext=second.ciphertext, commitment=second.commitment
        ),
        lambda first, second: replace(first, ref=second.ref),
        lambda first, second: replace(first, commitment=second.commitment),
        lambda first, second: replace(first, place=second.place),
        lambda first, _: replace(first, place=replace(first.place, kind="details")),
        lambda first, _: replace(first, place=replace(first.place, table="records")),
        lambda first, _: replace(first, commitment=first.commitment.upper()),
        lambda first, _: replace(first, commitment="\u00e9" * 64),
    ],
)
def test_swapped_rows_are_found(swap: object) -> None:
    vault = a_vault()
    first, second = vault.seal_many([(PLACE, b"one"), (replace(PLACE, row_id="2"), b"two")])
    assert callable(swap)
    swapped = swap(first, second)
    assert isinstance(swapped, SealedItem)

    with pytest.raises(VaultDamagedError):
        vault.open(swapped)


def test_an_erased_payload_opens_no_more_and_says_why() -> None:
    vault = a_vault()
    kept, erased = vault.seal_many([(PLACE, b"kept"), (PLACE, b"erased")])

    vault.destroy([erased.ref], at=START)

    assert vault.open(kept) == b"kept"
    with pytest.raises(PayloadErasedError):
        vault.open_many([kept, erased])


def test_a_lost_key_is_not_taken_for_an_erasure() -> None:
    keys = MemoryKeyStore()
    vault = a_vault(keys)
    item = vault.seal(PLACE, b"payload")
    del keys.held[item.ref]

    with pytest.raises(VaultDamagedError):
        vault.open(item)
    with pytest.raises(VaultDamagedError):
        vault.destroy([item.ref], at=START)


@pytest.mark.parametrize(
    "parts", [("", "1", "k"), ("t", "", "k"), ("t", "1", ""), ("t", "1\0", "k")]
)
def test_a_place_without_a_part_is_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidInputError):
        Place(*parts)


def test_a_source_of_randomness_that_falls_short_is_refused() -> None:
    vault = Vault(MemoryKeyStore(), lambda count: bytes(count // 2))

    with pytest.raises(VaultDamagedError):
        vault.seal(PLACE, b"payload")
