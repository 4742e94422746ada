"""The digests of rows that events commit to: written at commit, read again by verification.

A digest covers a row with the rows that belong to it, column by column under their names. It is
the same on both databases. Writing, the examination and verification use the same queries, so
that they cannot disagree about a row that is as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, select

from domain.events.catalogue import KINDS, kind_of
from domain.events.declaring import Event, read_as
from domain.events.logged import NewEvent
from domain.events.rows import ACTOR, ROW_DIGEST, Committed, Part
from service.provenance.bundle.state_rows import StateRow
from service.provenance.canonical import EventBody, moment
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow
from service.storage.statement.reading import rows_of
from service.storage.tables.metadata import METADATA, Protection

_LABEL = "identlink/rows/1"
_ROWS_AT_A_TIME = 500


def committed(connection: Connection, queued: Iterable[NewEvent]) -> list[NewEvent]:
    """Return the events with the digests of the rows that they commit to, as they stand now."""
    return [_with_digests(connection, event) for event in queued]


def changed_since(connection: Connection, body: EventBody) -> bool:
    """Whether a row that the event committed to is not as it was; raises LogDamagedError."""
    stated = {str(value) for name, value in body.facts if name.startswith(ROW_DIGEST)}
    kind = kind_of(body.event_type)
    if not stated or not kind.declared.commits:
        return False
    told = read_as(kind, body.subject_refs, body.facts)
    return not stated.issubset(_digests(connection, told, body.actor))


def stored_digests(connection: Connection) -> Iterator[StateRow]:
    """Yield the digest of every row that an event may have committed to."""
    seen: set[tuple[str, tuple[Part, ...]]] = set()
    for kind in KINDS.values():
        for rows in kind.declared.commits:
            if (rows.table, rows.parts) in seen:
                continue
            seen.add((rows.table, rows.parts))
            key = rows.where[0][0]
            query = select(METADATA.tables[rows.table])
            for row, digest in _digested(connection, rows, rows_of(connection, query)):
                yield StateRow(
                    kind.event_type, str(getattr(row, key)), says=(f"{ROW_DIGEST}={digest}",)
                )


def digest_of_texts(texts: Iterable[str]) -> str:
    """Return SHA-256, hexadecimal, of rows told by `row_text`."""
    return hashlib.sha256("\n".join((_LABEL, *texts)).encode()).hexdigest()


def row_text(table: str, row: AnyRow) -> str:
    """Return the columns that never change of a whole row, as JSON in one line."""
    return _text(table, _columns(table, ()), row)


def _with_digests(connection: Connection, event: NewEvent) -> NewEvent:
    kind = KINDS.get(event.event_type)
    if kind is None or not kind.declared.commits:
        return event
    told = read_as(kind, event.subject_refs, event.facts)
    digests = sorted(set(_digests(connection, told, event.caller.actor.user_id)))
    stated = ((f"{ROW_DIGEST}{number}", digest) for number, digest in enumerate(digests, 1))
    return replace(event, facts=(*event.facts, *stated))


def _digests(connection: Connection, told: Event, actor: str) -> Iterator[str]:
    """Yield the digests of the rows that an event speaks of."""
    for rows in told.declared.commits:
        values = {f"is_{at}": _values(told, name, actor) for at, (_, name) in _at(rows.where)}
        if all(values.values()):
            found = connection.execute(_query(rows), values)
            yield from (digest for _, digest in _digested(connection, rows, found))


def _at(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, tuple[str, str]]]:
    return enumerate(pairs)


def _values(told: Event, name: str, actor: str) -> list[Any]:
    value = actor if name == ACTOR else getattr(told, name)
    if isinstance(value, tuple):
        return list(value)
    return [] if value is None else [value]


@lru_cache(maxsize=128)
def _query(rows: Committed) -> Select[Any]:
    table = METADATA.tables[rows.table]
    conditions = (Among(table.c[column], f"is_{at}") for at, (column, _) in _at(rows.where))
    return select(table).where(*conditions)


def _digested(
    connection: Connection, rows: Committed, found: Iterable[AnyRow]
) -> Iterator[tuple[AnyRow, str]]:
    """Yield rows with their digests, in bounded memory."""
    told = _columns(rows.table, rows.leaves_out)
    remaining = iter(found)
    while page := tuple(islice(remaining, _ROWS_AT_A_TIME)):
        belonging = [_belonging(connection, part, page) for part in rows.parts]
        for row in page:
            texts = [_text(rows.table, told, row)]
            for part, others in zip(rows.parts, belonging, strict=True):
                tie = tuple(getattr(row, column) for _, column in part.on)
                texts += sorted(others.get(tie, ()))
            yield row, digest_of_texts(texts)


def _belonging(
    connection: Connection, part: Part, page: Sequence[AnyRow]
) -> Mapping[tuple[Any, ...], list[str]]:
    """Return the texts of the rows of a part by the values that tie them to a row of the page."""
    told = _columns(part.table, ())
    keys = [getattr(row, part.on[0][1]) for row in page]
    texts: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in connection.execute(_part_query(part), {"keys": keys}):
        tie = tuple(getattr(row, column) for column, _ in part.on)
        texts[tie].append(_text(part.table, told, row))
    return texts


@lru_cache(maxsize=64)
def _part_query(part: Part) -> Select[Any]:
    table = METADATA.tables[part.table]
    return select(table).where(Among(table.c[part.on[0][0]], "keys"))


@lru_cache(maxsize=128)
def _columns(table: str, leaves_out: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the columns that never change, in the order of the alphabet, with their places."""
    columns = METADATA.tables[table].columns
    protection: Protection = METADATA.tables[table].info["protection"]
    return tuple(
        sorted(
            (column.name, place)
            for place, column in enumerate(columns)
            if column.name not in leaves_out
            and (not protection.fixed or column.primary_key or column.name in protection.fixed)
        )
    )


def _text(table: str, columns: Sequence[tuple[str, int]], row: AnyRow) -> str:
    """Return the columns of a row that are not empty, as JSON in one line."""
    told = [(name, _plain(row[place])) for name, place in columns if row[place] is not None]
    return json.dumps((table, told))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.hex() if isinstance(value, bytes) else value
