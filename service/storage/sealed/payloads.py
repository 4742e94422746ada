"""The one place where personal data and templates are kept: numbered items that can be erased.

A vault can be put under it: every item is then sealed under a key of its own, bound to its number
and its kind, so that two items cannot change places unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from sqlalchemy import Connection, delete, select

from domain.errors import VaultDamagedError
from domain.events.logged import PayloadRef
from service.provenance.vault.withdrawals import Access
from service.storage.engine.membership import Among
from service.storage.engine.row_numbers import RowNumbers
from service.storage.engine.writes import NewRows, insert_many
from service.storage.tables.people import payloads

NO_PAYLOAD = 0
"""The number that stands where nothing was kept; real items count from 1."""


class PayloadKind(StrEnum):
    """What an item is."""

    RECORD = "record"
    TEMPLATES = "templates"
    PROBE = "probe"
    EVIDENCE = "evidence"
    WORDS = "words"
    """What an examiner or supervisor wrote."""
    IMAGE = "image"
    """The picture of one impression."""
    MINUTIAE = "minutiae"
    """The minutiae of one impression."""
    EVALUATION = "evaluation"
    """Why an examiner evaluated an exemplar so, and the features marked in both prints."""
    DRAFT = "draft"
    """What somebody had typed when their session ended."""
    BATCH = "batch"
    """Lines of a batch that are still to be worked."""


class Sealer(Protocol):
    """Seals items under keys that are kept elsewhere (`storage.sealed.sealing`). Thread-safe."""

    def begin(self) -> Sealer:
        """Return a sealer for one transaction."""

    def flush(self) -> None:
        """Make the keys of what was sealed durable; comes before the commit."""

    def settle(self, is_held: Callable[[int], bool]) -> tuple[int, int]:
        """Finish erasures that a crash cut short: return how many keys (went, were spared)."""

    def seal_many(
        self, kind: str, items: Sequence[tuple[int, bytes]]
    ) -> Sequence[tuple[bytes, PayloadRef]]:
        """Return for each (number, body) the stored body and what the log commits to."""

    def open_many(self, kind: str, items: Sequence[tuple[int, bytes]]) -> Sequence[bytes]:
        """Return the bodies of (number, stored body); raises VaultDamagedError."""

    def doom_many(self, items: Sequence[tuple[int, bytes]]) -> None:
        """Remember, durably, that the keys of (number, stored body) are about to be destroyed."""

    def destroy_many(self, stored: Sequence[bytes]) -> None:
        """Destroy the keys of these stored bodies; what was sealed under them is gone."""

    def withdraw_many(self, refs: Collection[tuple[Access, str]]) -> None:
        """Remember, durably, where the keys are, that this access is about to be taken away."""


class PayloadStore:
    """Writes, reads and erases items in one transaction."""

    def __init__(
        self, connection: Connection, numbers: RowNumbers, encrypt: Sealer | None = None
    ) -> None:
        self._connection = connection
        self._numbers = numbers
        self._encrypt = encrypt
        self._new_refs: list[PayloadRef] = []
        self._commitments: dict[int, str] = {}
        self._deleted: list[tuple[int, bytes]] = []

    @property
    def is_sealed(self) -> bool:
        """Whether items are kept sealed in a vault."""
        return self._encrypt is not None

    def put_many(self, kind: PayloadKind, bodies: Sequence[bytes]) -> list[int]:
        """Store items of one kind and return their numbers, in order."""
        ids, rows = self.sealed([(kind, bodies)])
        insert_many(self._connection, *rows)
        return ids

    def sealed(
        self, groups: Sequence[tuple[PayloadKind, Sequence[bytes]]]
    ) -> tuple[list[int], NewRows]:
        """Seal items of several kinds; return their numbers, in order, and the rows to insert."""
        count = sum(len(bodies) for _, bodies in groups)
        ids = self._numbers.take(payloads.c.payload_id, count) if count else []
        fresh = iter(ids)
        rows = [
            (number, kind.value, stored)
            for kind, bodies in groups
            for number, stored in self._stored(kind, [(next(fresh), body) for body in bodies])
        ]
        return ids, NewRows(payloads, ("payload_id", "kind", "body"), rows)

    def put(self, kind: PayloadKind, body: bytes) -> int:
        """Store one item and return its number."""
        return self.put_many(kind, [body])[0]

    def get_many(self, kind: PayloadKind, ids: Collection[int]) -> Mapping[int, bytes]:
        """Return the items that are there by number; erased ones are left out.

        Raises VaultDamagedError when an item is of another kind or cannot be opened.
        """
        found: list[tuple[int, bytes]] = []
        for payload_id, stored_kind, body in self._connection.execute(_ITEMS, _these(ids)):
            if stored_kind != kind.value:
                raise VaultDamagedError("A payload is of another kind than its row says.")
            found.append((payload_id, body))
        opened = self.open_many(kind, found)
        return {payload_id: body for (payload_id, _), body in zip(found, opened, strict=True)}

    def get(self, kind: PayloadKind, payload_id: int) -> bytes | None:
        """Return one item, or None when it was erased."""
        return self.get_many(kind, [payload_id]).get(payload_id)

    def open_many(self, kind: PayloadKind, items: Sequence[tuple[int, bytes]]) -> Sequence[bytes]:
        """Return the bodies of (number, stored body) that a query of its own has read."""
        if self._sealer is None:
            return [body for _, body in items]
        return self._sealer.open_many(kind.value, items)

    def delete(self, ids: Collection[int]) -> int:
        """Erase items and return how many there were; `committed` destroys their keys."""
        these = _these(ids)
        if self._sealer is not None:
            stored = self._connection.execute(_ITEMS, these)
            self._deleted.extend((row.payload_id, row.body) for row in stored)
        return self._connection.execute(_ERASE, these).rowcount

    def take_refs(self) -> tuple[PayloadRef, ...]:
        """Return what the log has to say of the items stored since the last call."""
        refs = tuple(self._new_refs)
        self._new_refs.clear()
        return refs

    def commitment(self, payload_id: int) -> str:
        """Return what the log commits to of an item stored by this work; empty without a vault."""
        return self._commitments.get(payload_id, "")

    def committing(self) -> None:
        """Make new keys durable, and doom those of what is erased.

        Then a crash at the commit neither loses a key that is needed nor keeps one that is not.
        """
        if self._sealer is not None:
            self._sealer.flush()
            if self._deleted:
                self._sealer.doom_many(self._deleted)

    def committed(self) -> None:
        """Destroy the keys of what was erased, once the erasure itself is durable."""
        if self._sealer is not None and self._deleted:
            self._sealer.destroy_many([stored for _, stored in self._deleted])
        self._deleted.clear()

    @cached_property
    def _sealer(self) -> Sealer | None:
        """The sealer of this transaction; most read no payload and never ask for it."""
        return None if self._encrypt is None else self._encrypt.begin()

    def _stored(
        self, kind: PayloadKind, items: Sequence[tuple[int, bytes]]
    ) -> Sequence[tuple[int, bytes]]:
        """Return numbers with what is stored under them."""
        if self._sealer is None:
            return items
        sealed = self._sealer.seal_many(kind.value, items)
        self._new_refs.extend(ref for _, ref in sealed)
        self._commitments.update(
            (payload_id, ref.commitment)
            for (payload_id, _), (_, ref) in zip(items, sealed, strict=True)
        )
        return [(number, body) for (number, _), (body, _) in zip(items, sealed, strict=True)]


# Built once: putting a statement together costs as much as running it.
_ITEMS = select(payloads.c.payload_id, payloads.c.kind, payloads.c.body).where(
    Among(payloads.c.payload_id, "ids")
)
_ERASE = delete(payloads).where(Among(payloads.c.payload_id, "ids"))


def _these(ids: Collection[int]) -> dict[str, list[int]]:
    return {"ids": sorted(set(ids) - {NO_PAYLOAD})}


def holds_payload(connection: Connection, payload_id: int) -> bool:
    """Whether an item is there, erased ones not."""
    query = select(payloads.c.payload_id).where(payloads.c.payload_id == payload_id)
    return connection.execute(query).first() is not None
