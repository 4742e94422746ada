"""A key store in memory, and payloads sealed at once, for the tests of the vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.errors import PayloadErasedError, VaultDamagedError
from service.provenance.vault.key_stores import NOBODY
from service.provenance.vault.vault import Place, Vault


class MemoryKeyStore:
    def __init__(self) -> None:
        self.held: dict[str, bytes | None] = {}

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        if self.held.keys() & keys.keys():
            raise VaultDamagedError
        self.held |= keys

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        self._check_known(refs)
        found = {ref: key for ref in refs if (key := self.held[ref]) is not None}
        if any(ref not in found for ref in refs):
            raise PayloadErasedError
        return found

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        self._check_known(refs)
        self.held |= dict.fromkeys(refs)

    def _check_known(self, refs: Sequence[str]) -> None:
        if any(ref not in self.held for ref in refs):
            raise VaultDamagedError


def seal_many(
    vault: Vault, place: Place, items: Sequence[tuple[int, bytes]]
) -> tuple[list[bytes], dict[str, bytes]]:
    """Return the stored payload for each (number, payload), and the new keys by reference."""
    made = vault.fresh([payload for _, payload in items])
    stored = [
        one.sealed(place, number, [NOBODY]) for (number, _), one in zip(items, made, strict=True)
    ]
    return stored, {one.ref.hex(): one.key for one in made}
