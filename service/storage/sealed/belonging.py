"""Checks whether the available keys belong to this database.

There are two signs. Both are stored with the keys and never in the database: the digest of the
first event of the log, and the keys of a sample of payloads. A key store of an earlier release has
no such digest; then only the sample decides, and the digest is stored.
"""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from sqlalchemy import Connection, func, select

from domain.errors import StorePart
from domain.outages import ForeignKeysError, KeysMissingError, outage
from service.storage.engine.engines import open_engine
from service.storage.engine.migrate import has_none
from service.storage.engine.rows import Among
from service.storage.engine.settings import DatabaseSettings
from service.storage.tables.log import events
from service.storage.tables.people import payloads

REF_BYTES = 16
"""A stored body begins with a reference to its key, of this many bytes."""

_YOUNGEST = 100
_SPREAD = 100

_HEAD = func.substr(payloads.c.body, 1, REF_BYTES)
_RECENT = select(_HEAD).order_by(payloads.c.payload_id.desc()).limit(_YOUNGEST)
_THESE = select(_HEAD).where(Among(payloads.c.payload_id, "ids"))
_ANY = select(payloads.c.payload_id).limit(1)
_LAST = select(func.max(payloads.c.payload_id))
_FIRST_EVENT = select(events.c.body).where(events.c.seq == 0)


class StoreKeys(Protocol):
    """A key store that records the log to which it belongs."""

    def count(self) -> int:
        """Return the number of keys held, without destroyed keys."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never here."""

    def first_event(self) -> str | None:
        """Return the digest of the first event of the log of these keys, or None."""

    def demands_bound(self) -> bool:
        """Whether every payload must be bound to the rows that own it."""

    def demand_bound(self) -> None:
        """Record durably that from now on every payload must be bound to its rows."""

    def belong_to(self, first_event: str) -> None:
        """Record durably the log to which these keys belong, unless one is recorded."""


def holds_payloads(url: str) -> bool:
    """Whether the database at `url` holds payloads; False if it has no schema."""
    engine = open_engine(url, DatabaseSettings())
    try:
        if has_none(engine):
            return False
        with engine.connect() as connection:
            return connection.execute(_ANY).first() is not None
    finally:
        engine.dispose()


def check_keys(connection: Connection, keys: StoreKeys) -> None:
    """Refuse keys that do not belong to this database. If the keys belong to no log yet, record
    that they belong to this one.

    Raises ForeignKeysError for the keys of another store. Raises KeysMissingError if there are no
    keys or they are older than the payloads: the key of the newest payload is missing, or the keys
    of more than half the sampled payloads are. Any other missing key is damage, which verification
    will find.
    """
    first, known = _first_event(connection), keys.first_event()
    if first is not None and known is not None and first != known:
        raise outage(ForeignKeysError, StorePart.KEYS)
    refs = _sample(connection)
    if not refs and not keys.demands_bound():
        # A new store: all its payloads are bound to their rows from the first.
        keys.demand_bound()
    _, missing = keys.destroyed_and_missing(refs)
    if missing.intersection(refs[:1]) or 2 * len(missing) > len(refs):
        if known is None and len(missing) == len(refs) and keys.count():
            raise outage(ForeignKeysError, StorePart.KEYS)
        raise KeysMissingError(
            f"The keys of {len(missing)} of {len(refs)} sampled payloads are missing: "
            "restore the newest backup of the keys, then run `identlink vault check`.",
            part=StorePart.KEYS,
        )
    if first is not None and known is None:
        keys.belong_to(first)


def _first_event(connection: Connection) -> str | None:
    body = connection.execute(_FIRST_EVENT).scalar()
    return None if body is None else hashlib.sha256(body).hexdigest()


def _sample(connection: Connection) -> list[str]:
    """Return payload references without repeats: the newest, then some spread over all."""
    last = connection.execute(_LAST).scalar() or 0
    spread = np.unique(np.linspace(1, last, _SPREAD).astype(np.int64)).tolist() if last else []
    recent = connection.execute(_RECENT).scalars().all()
    older = connection.execute(_THESE, {"ids": spread}).scalars().all()
    return list(dict.fromkeys(bytes(head).hex() for head in (*recent, *older)))
