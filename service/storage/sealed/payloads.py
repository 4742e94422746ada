"""The one place where personal data and templates are kept: numbered items that can be erased.

A vault can be put under it: every item is then sealed under its own key, bound to its number
and its kind, so that two items cannot change places unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from domain.errors import VaultDamagedError
from domain.events.logged import PayloadRef
from service.provenance.vault.vault import Opening, Place, Vault, payload_ref
from service.storage.engine.row_numbers import RowNumbers
from service.storage.engine.rows import Among
from service.storage.engine.writes import NewRows, insert_many
from service.storage.tables.erasures import stored_payloads, withheld_payloads
from service.storage.tables.people import payloads

NO_PAYLOAD = 0
"""The number that stands where nothing was kept; real items count from 1."""


class PayloadKind(StrEnum):
    """The kind of an item."""

    RECORD = "record"
    TEMPLATES = "templates"
    PROBE = "probe"
    EVIDENCE = "evidence"
    WORDS = "words"
    """Words of an examiner or supervisor."""
    IMAGE = "image"
    """The picture of one impression."""
    MINUTIAE = "minutiae"
    """The minutiae of one impression."""
    EVALUATION = "evaluation"
    """Why an examiner evaluated an exemplar so, and the features marked in both prints."""
    MARKUP = "markup"
    """The features of a probe as an examiner marked them before any exemplar was shown."""
    DRAFT = "draft"
    """The unfinished form of a session that ended."""
    SECOND_FACTOR = "second-factor"
    """The secret of an authenticator."""
    MESSAGE = "message"
    """A message to or from another State."""
    REQUEST = "request"
    """The words of a request about a person, and its requester."""
    OWN_ANSWER = "own-answer"
    """The data held of a person, as the person is answered."""
    DISCLOSURE = "disclosure"
    """The information told to a recipient."""
    CERTIFICATE = "certificate"
    """The document of a certificate for a person, the signed credential inside it."""
    APPLICATION = "application"
    """The answers of an application that is not sent yet."""
    DOCUMENT = "document"
    """A document that an applicant sent."""
    CONTACTS = "contacts"
    """The people to write to at an agency."""
    REFERRAL = "referral"
    """Words and markers of a body outside the office."""
    BATCH = "batch"
    """Lines of a batch that are still to be worked."""
    FRAME = "frame"
    """The picture of a frame of an old record."""
    MATTER = "matter"
    """The message of a court, a force or an agency, as read."""
    KEYING = "keying"
    """The texts of a frame: as keyed, settled, coded, or shown to a sampler."""


_PLACES = {kind: Place("payloads", kind.value) for kind in PayloadKind}
"""The context that ciphertexts are bound to, beside the number of their row."""


@dataclass(slots=True)
class PayloadStore:
    """Writes, reads and erases items in one transaction; with a vault, they are sealed in it.

    The keys of sealed items reach the key store together, just before the commit: one write
    for a whole use case, and none for work that is rolled back.
    """

    connection: Connection
    numbers: RowNumbers
    vault: Vault | None = None
    commitments: dict[int, str] = field(default_factory=dict)
    """The commitment of each item stored by this transaction; empty without a vault."""
    _new_refs: list[PayloadRef] = field(default_factory=list)
    _new_keys: dict[str, bytes] = field(default_factory=dict)
    _deleted: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def is_sealed(self) -> bool:
        """Whether items are kept sealed in a vault."""
        return self.vault is not None

    def put_many(self, kind: PayloadKind, bodies: Sequence[bytes]) -> list[int]:
        """Store items of one kind and return their numbers, in order."""
        ids, rows = self.sealed([(kind, bodies)])
        insert_many(self.connection, *rows)
        return ids

    def sealed(
        self, groups: Sequence[tuple[PayloadKind, Sequence[bytes]]]
    ) -> tuple[list[int], NewRows]:
        """Seal items of several kinds; return their numbers, in order, and the rows to insert."""
        count = sum(len(bodies) for _, bodies in groups)
        ids = self.numbers.take(payloads.c.payload_id, count) if count else []
        fresh = iter(ids)
        rows = [
            (number, kind.value, stored)
            for kind, bodies in groups
            for number, stored in self._sealed(kind, [(next(fresh), body) for body in bodies])
        ]
        return ids, NewRows(payloads, ("payload_id", "kind", "body"), rows)

    def put(self, kind: PayloadKind, body: bytes) -> int:
        """Store one item and return its number."""
        return self.put_many(kind, [body])[0]

    def get_many(self, kind: PayloadKind, ids: Collection[int]) -> Mapping[int, bytes]:
        """Return the items that are there by number; erased ones are left out.

        Raises VaultDamagedError when an item is of another kind or cannot be opened.
        """
        return self._opened(_ITEMS, kind, ids)

    def get_withheld(self, kind: PayloadKind, ids: Collection[int]) -> Mapping[int, bytes]:
        """Return items as `get_many` does, and withheld ones: for the few with a right to them."""
        return self._opened(_ALL_ITEMS, kind, ids)

    def _opened(
        self, query: Select[Any], kind: PayloadKind, ids: Collection[int]
    ) -> Mapping[int, bytes]:
        found: list[tuple[int, bytes]] = []
        for payload_id, stored_kind, body in self.connection.execute(query, _these(ids)):
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
        if self.vault is None:
            return [body for _, body in items]
        return self.vault.open_many(_PLACES[kind], items, self._new_keys)

    def openings(self, ids: Collection[int]) -> dict[int, Opening]:
        """Return items by number with the keys of their commitments; erased ones are left out.

        Empty without a vault: nothing is committed to then.
        """
        if self.vault is None:
            return {}
        return {
            payload_id: self.vault.disclose(_PLACES[PayloadKind(kind)], payload_id, body)
            for payload_id, kind, body in self.connection.execute(_ITEMS, _these(ids))
        }

    def live_keys(self, refs: Sequence[str]) -> frozenset[str]:
        """Return the references, of these, whose keys were not destroyed; none without a vault."""
        return frozenset() if self.vault is None else self.vault.live_keys(refs)

    def delete(self, ids: Collection[int]) -> int:
        """Erase items and return how many there were; `committed` destroys their keys."""
        these = _these(ids)
        if self.vault is not None:
            stored = self.connection.execute(_ALL_ITEMS, these)
            self._deleted.extend((row.payload_id, row.body) for row in stored)
        shown, hidden = (self.connection.execute(one, these).rowcount for one in _ERASE)
        return shown + hidden

    def withhold(self, ids: Collection[int]) -> None:
        """Put items where nothing finds them; `give_back` undoes it, `delete` ends it."""
        these = _these(ids)
        self.connection.execute(_WITHHOLD, these)
        self.connection.execute(_ERASE[0], these)

    def give_back(self) -> None:
        """Put all items that are withheld back as they were."""
        self.connection.execute(_GIVE_BACK)
        self.connection.execute(delete(withheld_payloads))

    def take_refs(self) -> tuple[PayloadRef, ...]:
        """Return the commitments of the items stored since the last call."""
        refs = tuple(self._new_refs)
        self._new_refs.clear()
        return refs

    def committing(self) -> None:
        """Make new keys durable, and doom those of erased items.

        Then a crash at the commit neither loses a key that is needed nor keeps one that is not.
        """
        if self.vault is not None and self._new_keys:
            self.vault.keys.add_many(self._new_keys)
            self._new_keys = {}
        if self.vault is not None and self._deleted:
            self.vault.doom_many(self._deleted)

    def committed(self) -> None:
        """Destroy the keys of erased items, once the erasure itself is durable."""
        if self.vault is not None and self._deleted:
            self.vault.destroy_many([stored for _, stored in self._deleted])
        self._deleted.clear()

    def _sealed(
        self, kind: PayloadKind, items: Sequence[tuple[int, bytes]]
    ) -> Sequence[tuple[int, bytes]]:
        """Return numbers with the bodies stored under them."""
        if self.vault is None:
            return items
        sealed, keys = self.vault.seal_many(_PLACES[kind], items)
        self._new_keys.update(keys)
        rows = [(number, stored) for (number, _), stored in zip(items, sealed, strict=True)]
        refs = [payload_ref(stored) for stored in sealed]
        self._new_refs.extend(refs)
        self.commitments.update(
            (number, ref.commitment) for (number, _), ref in zip(items, refs, strict=True)
        )
        return rows


# Built once: putting a statement together costs as much as running it.
_ITEMS = select(payloads.c.payload_id, payloads.c.kind, payloads.c.body).where(
    Among(payloads.c.payload_id, "ids")
)
_ALL_ITEMS = select(
    stored_payloads.c.payload_id, stored_payloads.c.kind, stored_payloads.c.body
).where(Among(stored_payloads.c.payload_id, "ids"))
_ERASE = tuple(
    delete(table).where(Among(table.c.payload_id, "ids"))
    for table in (payloads, withheld_payloads)
)
_COLUMNS = ("payload_id", "kind", "body")
_WITHHOLD = insert(withheld_payloads).from_select(
    _COLUMNS, select(payloads).where(Among(payloads.c.payload_id, "ids"))
)
_GIVE_BACK = insert(payloads).from_select(_COLUMNS, select(withheld_payloads))


def _these(ids: Collection[int]) -> dict[str, list[int]]:
    return {"ids": sorted(set(ids) - {NO_PAYLOAD})}


def holds_payload(connection: Connection, payload_id: int) -> bool:
    """Whether an item is there, withheld ones too and erased ones not."""
    held = stored_payloads.c.payload_id
    return connection.execute(select(held).where(held == payload_id)).first() is not None
