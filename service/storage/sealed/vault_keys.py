"""Keys of one transaction: they reach the key store together, just before the commit.

What was sealed becomes durable with the commit, so its keys have to be durable before that and no
sooner: one write for a whole use case, and none for work that is rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.provenance.vault.vault import KeyStore


@dataclass(slots=True)
class BufferedKeys:
    """A key store that holds new keys back until `flush`. For one transaction."""

    store: KeyStore
    _pending: dict[str, bytes] = field(default_factory=dict)

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        """Remember keys; nothing is durable yet."""
        self._pending.update(keys)

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the key of every reference, new ones included.

        Raises PayloadErasedError, VaultDamagedError.
        """
        elsewhere = [ref for ref in refs if ref not in self._pending]
        found = dict(self.store.get_many(elsewhere)) if elsewhere else {}
        return found | {ref: self._pending[ref] for ref in refs if ref in self._pending}

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys in the store."""
        self.store.destroy(refs, at=at)

    def flush(self) -> None:
        """Make the new keys durable."""
        if self._pending:
            self.store.add_many(self._pending)
            self._pending = {}
