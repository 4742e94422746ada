"""The only place where personal data and templates are stored: numbered items that can be erased.

With a vault, every item is encrypted under its own key and bound to its number, its kind and the
row that names it. An item therefore waits for that row: whoever stores the row must bind the item
(with `bind` or `bound`; the base class in `storage.transaction` does so automatically).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, select

from domain.errors import VaultDamagedError
from domain.events.catalogue import PayloadRef
from service.provenance.vault.key_stores import SEPARATOR
from service.provenance.vault.vault import Fresh, Opening, Place, Vault, is_bound_to_rows
from service.storage.engine.rows import Among, AnyRow
from service.storage.engine.writes import NewRows, RowNumbers, insert_many, new_rows
from service.storage.tables.about import owner_key, owner_label, sealed_columns
from service.storage.tables.disclosure import stored_payloads, withheld_payloads
from service.storage.tables.people import payloads

NO_PAYLOAD = 0
"""The number that stands for no item; real items are numbered from 1."""


class PayloadKind(StrEnum):
    """The kind of an item."""

    RECORD = "record"
    TEMPLATES = "templates"
    PROBE = "probe"
    EVIDENCE = "evidence"
    WORDS = "words"
    """Text written by an examiner or supervisor."""
    IMAGE = "image"
    """The image of one impression."""
    MINUTIAE = "minutiae"
    """The minutiae of one impression."""
    EVALUATION = "evaluation"
    """An examiner's reason for an evaluation, and the points marked in both prints."""
    MARKUP = "markup"
    """The features that an examiner marked in a probe before any exemplar was shown."""
    DRAFT = "draft"
    """The unfinished form from a session that has ended."""
    SECOND_FACTOR = "second-factor"
    """The secret of an authenticator."""
    MESSAGE = "message"
    """A message to or from another State."""
    REQUEST = "request"
    """The text of a request about a person, and its requester."""
    OWN_ANSWER = "own-answer"
    """The data held about a person, as given in the answer to that person."""
    DISCLOSURE = "disclosure"
    """The information disclosed to a recipient."""
    CERTIFICATE = "certificate"
    """The document of a certificate for a person, with the signed credential inside."""
    APPLICATION = "application"
    """The answers in an application that has not been sent yet."""
    DOCUMENT = "document"
    """A document that an applicant sent."""
    CONTACTS = "contacts"
    """The contact people of an agency."""
    REFERRAL = "referral"
    """Text and markers from a body outside the office."""
    BATCH = "batch"
    """Lines of a batch that are still to be processed."""
    FRAME = "frame"
    """The image of one frame of an old record."""
    MATTER = "matter"
    """The message from a court, a force or an agency, as read."""
    KEYING = "keying"
    """The texts of a frame: as keyed, settled, coded, or shown to a sampler."""


_PLACES = {kind: Place("payloads", kind.value) for kind in PayloadKind}
"""The context to which ciphertexts are bound, in addition to their number and rows."""


_COLUMNS = ("payload_id", "kind", "body")


@dataclass(slots=True)
class PayloadStore:
    """Writes, reads and erases items in one transaction; with a vault, the items are encrypted.

    The keys of new items are written to the key store together, just before the commit: one write
    for a whole use case, and none for work that is rolled back.
    """

    connection: Connection
    numbers: RowNumbers
    vault: Vault | None = None
    commitments: dict[int, str] = field(default_factory=dict)
    """The commitment of each item stored in this transaction; empty without a vault."""
    _waiting: dict[int, tuple[PayloadKind, Fresh]] = field(default_factory=dict)
    """New items by number, until the rows that name them are stored."""
    _new_refs: list[PayloadRef] = field(default_factory=list)
    _new_keys: dict[str, bytes] = field(default_factory=dict)
    _deleted: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def is_sealed(self) -> bool:
        """Whether items are encrypted in a vault."""
        return self.vault is not None

    def put(self, kind: PayloadKind, body: bytes) -> int:
        """Accept one new item and return its number."""
        return self.put_many(kind, [body])[0]

    def put_many(self, kind: PayloadKind, bodies: Sequence[bytes]) -> list[int]:
        """Accept new items of one kind and return their numbers; `bind` then stores them."""
        return self.put_groups([(kind, bodies)])

    def put_groups(self, groups: Sequence[tuple[PayloadKind, Sequence[bytes]]]) -> list[int]:
        """Accept new items of several kinds and return their numbers; `bind` stores them."""
        bodies = [body for _, group in groups for body in group]
        if not bodies:
            return []
        kinds = [kind for kind, group in groups for _ in group]
        ids = self.numbers.take(payloads.c.payload_id, len(bodies))
        if self.vault is None:
            plain = [(n, kind.value, b) for n, kind, b in zip(ids, kinds, bodies, strict=True)]
            insert_many(self.connection, payloads, _COLUMNS, plain)
            return ids
        for number, kind, one in zip(ids, kinds, self.vault.fresh(bodies), strict=True):
            ref = PayloadRef(one.ref.hex(), one.commitment.hex())
            self._waiting[number] = kind, one
            self._new_keys[ref.ref] = one.key
            self._new_refs.append(ref)
            self.commitments[number] = ref.commitment
        return ids

    def bound(self, *named: NewRows) -> NewRows:
        """Return the items that new rows name, encrypted for these rows and ready to insert."""
        owners = owners_named(*named)
        stored = []
        for number in sorted(owners.keys() & self._waiting.keys()):
            kind, fresh = self._waiting.pop(number)
            body = fresh.sealed(_PLACES[kind], number, owners[number])
            stored.append((number, kind.value, body))
        return NewRows(payloads, _COLUMNS, stored)

    def bind(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store the items that new rows of a table name; call this before storing the rows."""
        if self._waiting and rows:
            insert_many(self.connection, *self.bound(new_rows(table, rows)))

    def lend(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Bind items that other rows own to these new rows too; call this before storing the rows.

        Items of earlier releases stay unchanged until all are bound (`bind_unbound`). Raises
        VaultDamagedError when an item cannot be decrypted.
        """
        if rows:
            self._bind_again(owners_named(new_rows(table, rows)), is_bound=True)

    def bind_unbound(self, owners: Mapping[int, Sequence[str]]) -> None:
        """Bind those of these items that are from earlier releases to their owners.

        Other items stay unchanged. Raises VaultDamagedError when an item cannot be decrypted.
        """
        self._bind_again(owners, is_bound=False)

    def _bind_again(self, owners: Mapping[int, Sequence[str]], *, is_bound: bool) -> None:
        if self.vault is None:
            return
        for held in (payloads, withheld_payloads):
            query = select(held).where(Among(held.c.payload_id, "ids"))
            found = self.connection.execute(query, _these(owners)).all()
            rows = [row for row in found if is_bound_to_rows(row.body) is is_bound]
            bodies = [
                self.vault.bind_again(
                    _PLACES[PayloadKind(row.kind)],
                    [(row.payload_id, row.body)],
                    [owners[row.payload_id]],
                    self._new_keys,
                )[0]
                for row in rows
            ]
            self.connection.execute(
                delete(held).where(Among(held.c.payload_id, "ids")),
                {"ids": [row.payload_id for row in rows]},
            )
            again = [(row.payload_id, row.kind, b) for row, b in zip(rows, bodies, strict=True)]
            insert_many(self.connection, held, _COLUMNS, again)

    def get_many(self, kind: PayloadKind, ids: Collection[int]) -> Mapping[int, bytes]:
        """Return the existing items by number, leaving out erased items.

        Raises VaultDamagedError when an item has another kind or cannot be decrypted.
        """
        return self._opened(_ITEMS, kind, ids)

    def get_withheld(self, kind: PayloadKind, ids: Collection[int]) -> Mapping[int, bytes]:
        """Return items as `get_many` does, with withheld ones: only for entitled users."""
        return self._opened(_ALL_ITEMS, kind, ids)

    def _opened(
        self, query: Select[Any], kind: PayloadKind, ids: Collection[int]
    ) -> Mapping[int, bytes]:
        held: dict[int, bytes] = {}
        these = _these(ids)
        # Most rows have no words: a page would ask for nothing a dozen times.
        if not these["ids"]:
            return held
        for payload_id, stored_kind, body in self.connection.execute(query, these):
            if stored_kind != kind.value:
                raise VaultDamagedError("A payload is not of the kind that its row states.")
            held[payload_id] = body
        # Keep the rows' own names: for a number that two rows name, each row asks with its own
        # name.
        found = [(number, held[number]) for number in ids if number in held]
        opened = self.open_many(kind, found)
        return {number: body for (number, _), body in zip(found, opened, strict=True)}

    def get(self, kind: PayloadKind, payload_id: int) -> bytes | None:
        """Return one item, or None if it was erased."""
        return self.get_many(kind, [payload_id]).get(payload_id)

    def open_many(self, kind: PayloadKind, items: Sequence[tuple[int, bytes]]) -> Sequence[bytes]:
        """Return the contents of (number, stored body) pairs that a separate query has read.

        Raises VaultDamagedError for an item that belongs to another row than the row that names
        it, and for items of another kind or that cannot be decrypted.
        """
        if self.vault is None:
            return [body for _, body in items]
        return self.vault.open_many(_PLACES[kind], items, self._new_keys)

    def open_rows(self, kind: PayloadKind, rows: Iterable[AnyRow]) -> Sequence[bytes]:
        """Return the contents for rows with columns `payload_id` and `body`; see `open_many`."""
        items = [(row.payload_id, row.body) for row in rows]
        if self.vault is None:
            return [body for _, body in items]
        return self.vault.open_many(_PLACES[kind], items, self._new_keys)

    def look_into(self, kind: PayloadKind, items: Sequence[tuple[int, bytes]]) -> Sequence[bytes]:
        """Return the contents of items by number, whoever owns them; nothing without a vault."""
        if self.vault is None:
            return ()
        return self.vault.look_into(_PLACES[kind], items, self._new_keys)

    def openings(self, ids: Collection[int]) -> dict[int, Opening]:
        """Return items by number with the keys of their commitments, leaving out erased items.

        Empty without a vault, because then there are no commitments.
        """
        if self.vault is None:
            return {}
        return {
            payload_id: self.vault.disclose(_PLACES[PayloadKind(kind)], payload_id, body)
            for payload_id, kind, body in self.connection.execute(_ITEMS, _these(ids))
        }

    def live_keys(self, refs: Sequence[str]) -> frozenset[str]:
        """Return those of these references whose keys were not destroyed; none without a vault."""
        return frozenset() if self.vault is None else self.vault.live_keys(refs)

    def delete(self, ids: Collection[int]) -> int:
        """Erase items and return how many existed; `committed` destroys their keys."""
        these = _these(ids)
        if self.vault is not None:
            stored = self.connection.execute(_ALL_ITEMS, these)
            self._deleted.extend((row.payload_id, row.body) for row in stored)
        shown, hidden = (self.connection.execute(one, these).rowcount for one in _ERASE)
        return shown + hidden

    def withhold(self, ids: Collection[int]) -> None:
        """Move items to where no query finds them, until `give_back` or `delete`."""
        these = _these(ids)
        self.connection.execute(_WITHHOLD, these)
        self.connection.execute(_ERASE[0], these)

    def give_back(self) -> None:
        """Restore all withheld items exactly as they were."""
        self.connection.execute(_GIVE_BACK)
        self.connection.execute(delete(withheld_payloads))

    def take_refs(self) -> tuple[PayloadRef, ...]:
        """Return the commitments of the items stored since the last call."""
        refs = tuple(self._new_refs)
        self._new_refs.clear()
        return refs

    def committing(self) -> None:
        """Make new keys durable, and mark the keys of erased items for destruction.

        A crash at the commit then neither loses a key that is needed nor keeps one that is not.
        """
        if self._waiting:
            kinds = sorted({kind.value for kind, _ in self._waiting.values()})
            raise VaultDamagedError(f"No row refers to a new payload ({', '.join(kinds)}).")
        if self.vault is not None and self._new_keys:
            self.vault.keys.add_many(self._new_keys)
            self._new_keys = {}
        if self.vault is not None and self._deleted:
            self.vault.doom_many(self._deleted)

    def committed(self) -> None:
        """Destroy the keys of erased items, after the erasure itself is durable."""
        if self.vault is not None and self._deleted:
            self.vault.destroy_many([stored for _, stored in self._deleted])
        self._deleted.clear()


# Built once, because building a statement costs as much as running it.
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
_WITHHOLD = insert(withheld_payloads).from_select(
    _COLUMNS, select(payloads).where(Among(payloads.c.payload_id, "ids"))
)
_GIVE_BACK = insert(payloads).from_select(_COLUMNS, select(withheld_payloads))


def _these(ids: Collection[int]) -> dict[str, list[int]]:
    return {"ids": sorted(set(map(int, ids)) - {NO_PAYLOAD})}


def owners_named(*rows: NewRows) -> dict[int, list[str]]:
    """Return the owners of each payload that the new rows name."""
    owners: dict[int, list[str]] = defaultdict(list)
    for one in rows:
        for number_at, label, key_at in _places_of(one.table, one.columns):
            for row in one.rows:
                if row[number_at]:
                    key = (str(row[at]) for at in key_at)
                    owners[int(row[number_at])].append(SEPARATOR.join((label, *key)))
    return owners


@cache
def _places_of(table: Table, columns: tuple[str, ...]) -> tuple[tuple[int, str, list[int]], ...]:
    """Return the position of each payload number in such rows, and its owner's label and key."""
    place = {name: at for at, name in enumerate(columns)}
    return tuple(
        (place[one.name], owner_label(one), [place[name] for name in owner_key(one)])
        for one in sealed_columns(table)
        if one.name in place
    )


def holds_payload(connection: Connection, payload_id: int) -> bool:
    """Whether an item exists, including withheld items but not erased ones."""
    held = stored_payloads.c.payload_id
    return connection.execute(select(held).where(held == payload_id)).first() is not None
