"""The digests of rows to which events commit: computed at the commit, and again for verification.

A digest covers a row and the rows that belong to it, each column with its name. Digests are the
same on both databases. Commit, examination and verification use the same queries, so that they
cannot disagree about an unchanged row.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select

from domain.events.catalogue import KINDS, NewEvent, kind_of
from domain.events.declaring import Event, read_as
from domain.events.rows import ACTOR, ROW_DIGEST, WRITTEN_AS_STATED, Committed, Part, Row
from domain.ids import CaseId, EventType
from service.provenance.bundle.state_rows import StateRow, said_of
from service.provenance.canonical import EventBody
from service.storage.engine.rows import LABEL, Among, AnyRow, columns_told, text_of
from service.storage.statement.reading import rows_of
from service.storage.tables.metadata import METADATA

_ROWS_AT_A_TIME = 500
_NOTHING_STATED: Mapping[str, str] = MappingProxyType({})


def committed(
    connection: Connection, queued: Sequence[NewEvent], stated: Mapping[str, str]
) -> list[NewEvent]:
    """Return the events, each with the digests of the rows that it covers, as the rows are now.

    `stated` holds, by id, the texts of rows that this transaction has stored in full
    (`WRITTEN_AS_STATED`), so that rows just written are not read again.
    """
    stating = []
    for event in queued:
        digests: set[str] = set()
        if event.told is not None and event.told.declared.commits:
            actor, case_id = event.caller.actor.user_id, event.case_id
            told = _told(connection, event.told, actor, case_id, stated)
            digests = {_sha256(text) for text in told}
        facts = list(event.facts)
        for number, digest in enumerate(sorted(digests), 1):
            facts.append((f"{ROW_DIGEST}{number}", digest))
        stating.append(replace(event, facts=tuple(facts)) if digests else event)
    return stating


def changed_since(connection: Connection, body: EventBody) -> bool:
    """Whether a row to which the event committed has changed since. Raises LogDamagedError."""
    stated = stated_digests(body)
    kind = kind_of(body.event_type)
    if not stated or not kind.declared.commits:
        return False
    told = read_as(kind, body.subject_refs, body.facts)
    texts = _told(connection, told, body.actor, body.case_id)
    return not stated.issubset(map(_sha256, texts))


def digests_of_rows(
    connection: Connection,
    rows: Committed,
    query: Select[Any],
    values: Mapping[str, Any] | None = None,
) -> Iterator[tuple[AnyRow, str]]:
    """Run a query on the table that `rows` describes; yield each row with its current digest."""
    if parts := _parts_there(rows):
        query = query.add_columns(*parts)
    for row, text in _texts(connection, rows, connection.execute(query, values)):
        yield row, _sha256(text)


def stated_digests(body: EventBody) -> frozenset[str]:
    """Return the row digests that an event states."""
    return frozenset(str(value) for name, value in body.facts if name.startswith(ROW_DIGEST))


class CommittedRow(NamedTuple):
    """A row to which events commit, with its digest. Created by the million, so kept small."""

    event_type: EventType
    """The first event type that commits to rows of the table in this way."""
    table: str
    key: tuple[Any, ...]
    """The values of its primary key."""
    ref: str
    """The id by which its event refers to the row."""
    digest: str


def stored_digests(connection: Connection) -> Iterator[StateRow]:
    """Yield the digest of every row to which an event may have committed."""
    return map(digest_row, committed_rows(connection))


def digest_row(row: CommittedRow) -> StateRow:
    """Return the statement for a row with its digest."""
    return StateRow(row.event_type, row.ref, says=(f"{ROW_DIGEST}={row.digest}",))


def committed_rows(
    connection: Connection, tables: Collection[str] | None = None
) -> Iterator[CommittedRow]:
    """Yield the rows, of all tables or only of those named, whose digests events may state."""
    for event_type, rows in _ways() if tables is None else _ways_of(frozenset(tables)):
        table, ref = METADATA.tables[rows.table], attrgetter(rows.where[0][0])
        places = [place for place, column in enumerate(table.columns) if column.primary_key]
        is_single = len(places) == 1
        for row, text in _texts(connection, rows, rows_of(connection, _query_of_all(rows))):
            key = (row[places[0]],) if is_single else tuple(row[place] for place in places)
            yield CommittedRow(event_type, rows.table, key, str(ref(row)), _sha256(text))


def committed_tables() -> tuple[str, ...]:
    """Return the tables that have rows to which events commit, without repeats."""
    return tuple(dict.fromkeys(rows.table for _, rows in _ways()))


@cache
def _ways() -> tuple[tuple[EventType, Committed], ...]:
    """Return each way in which events commit to a table, with the first type that uses it."""
    first: dict[tuple[str, tuple[Part, ...]], tuple[EventType, Committed]] = {}
    for kind in KINDS.values():
        for rows in kind.declared.commits:
            first.setdefault((rows.table, rows.parts), (kind.event_type, rows))
    return tuple(first.values())


@lru_cache(maxsize=512)
def _ways_of(tables: frozenset[str]) -> tuple[tuple[EventType, Committed], ...]:
    return tuple(way for way in _ways() if way[1].table in tables)


@lru_cache(maxsize=256)
def _query_of_all(rows: Committed) -> Select[Any]:
    return select(METADATA.tables[rows.table], *_parts_there(rows))


def committed_texts(connection: Connection, body: EventBody) -> tuple[str, ...]:
    """Return the texts, as the rows are now, whose digests the event states.

    Rows that have changed since are left out. Raises LogDamagedError.
    """
    stated = stated_digests(body)
    kind = kind_of(body.event_type)
    if not stated:
        return ()
    told = read_as(kind, body.subject_refs, body.facts)
    texts = _told(connection, told, body.actor, body.case_id)
    return tuple(sorted(text for text in texts if _sha256(text) in stated))


def digest_of_texts(texts: Iterable[str]) -> str:
    """Return the SHA-256, hexadecimal, of rows in the form of `row_text`."""
    return _sha256("\n".join((LABEL, *texts)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _told(
    connection: Connection,
    told: Event,
    actor: str,
    case_id: CaseId | None,
    stated: Mapping[str, str] = _NOTHING_STATED,
) -> Iterator[str]:
    """Yield the texts of the rows to which an event commits; rows in `stated` are not read."""
    for rows in told.declared.commits:
        values: dict[str, tuple[Any, ...]] = {}
        for column, name in rows.where:
            value = actor if name == ACTOR else getattr(told, name)
            several = value if isinstance(value, tuple) else (value,)
            is_case = rows.or_its_case and value == case_id
            values[column] = () if value is None or is_case else several
        known = None
        if stated and rows in WRITTEN_AS_STATED:
            # Only for a single id: with several ids, some may not be in `stated`, so all rows are
            # read.
            (named,) = values.values()
            known = stated.get(named[0]) if len(named) == 1 else None
        if known is not None:
            yield known
        elif all(values.values()):
            found = connection.execute(_query(rows), values)
            yield from (text for _, text in _texts(connection, rows, found))


@lru_cache(maxsize=128)
def _query(rows: Committed) -> Select[Any]:
    table = METADATA.tables[rows.table]
    conditions = (Among(table.c[column], column) for column, _ in rows.where)
    return select(table, *_parts_there(rows)).where(*conditions)


@lru_cache(maxsize=128)
def _parts_there(rows: Committed) -> tuple[ColumnElement[bool], ...]:
    """Return conditions, one for each of several parts, on whether a row has any.

    They are read as the last columns of a row.

    Most searches have no images, minutiae or client reference.
    """
    if len(rows.parts) < 2:
        return ()
    table = METADATA.tables[rows.table]
    return tuple(
        exists().where(
            *(METADATA.tables[part.table].c[own] == table.c[of_row] for own, of_row in part.on)
        )
        for part in rows.parts
    )


def _texts(
    connection: Connection, rows: Committed, found: Iterable[AnyRow]
) -> Iterator[tuple[AnyRow, str]]:
    """Yield rows, each with the text from which its digest is computed, using limited memory."""
    told = columns_told(rows.table, rows.leaves_out)
    remaining = iter(found)
    while page := tuple(islice(remaining, _ROWS_AT_A_TIME)):
        belonging = _belonging(connection, rows.parts, page)
        for row in page:
            parts = (others.get(_tie(part, 1)(row), ()) for part, others in belonging)
            texts = (text for part in parts for text in sorted(part))
            yield row, "\n".join((LABEL, text_of(rows.table, told, row), *texts))


def _belonging(
    connection: Connection, parts: tuple[Part, ...], page: Sequence[AnyRow]
) -> list[tuple[Part, Mapping[Any, list[str]]]]:
    """Return the texts of each part's rows, by the values that connect them to a row of the page.
    Parts for which no row of the page has any rows are left out (`_parts_there`).
    """
    found: list[tuple[Part, Mapping[Any, list[str]]]] = []
    asked = {f"keys_{part.on[0][1]}": list(map(attrgetter(part.on[0][1]), page)) for part in parts}
    if len(parts) > 1:
        told_of = zip(*(tuple(row)[-len(parts) :] for row in page), strict=True)
        parts = tuple(part for part, one in zip(parts, told_of, strict=True) if any(one))
    for part in parts:
        told, tie = columns_told(part.table, ()), _tie(part, 0)
        texts: dict[Any, list[str]] = defaultdict(list)
        for row in connection.execute(_part_query(part), asked).all():
            texts[tie(row)].append(text_of(part.table, told, row))
        found.append((part, texts))
    return found


@lru_cache(maxsize=64)
def _tie(part: Part, side: int) -> Callable[[AnyRow], Any]:
    """Return the reader of the values that tie a part (`side` 0) to its row (`side` 1)."""
    return attrgetter(*(pair[side] for pair in part.on))


@lru_cache(maxsize=64)
def _part_query(part: Part) -> Select[Any]:
    table, ((column, of_row), *_) = METADATA.tables[part.table], part.on
    return select(table).where(Among(table.c[column], f"keys_{of_row}"))


_COUNT = "counted"


def declared_rows(connection: Connection, filled: Set[str]) -> Iterator[StateRow]:
    """Yield the rows of every declared table; `filled` names the tables that have rows."""
    for kind in KINDS.values():
        for declared in kind.declared.rows:
            if declared.table in filled:
                yield from stated_rows(connection, kind, declared)


def stated_rows(connection: Connection, kind: type[Event], declared: Row) -> Iterator[StateRow]:
    """Yield the rows of a declared table."""
    agreeing = _agreeing(kind, declared)
    for row in rows_of(connection, _declared_query(declared)):
        yield _state_row(kind, declared, agreeing, row)


@cache
def _declared_query(declared: Row) -> Select[Any]:
    table = METADATA.tables[declared.table]
    query = select(table)
    if declared.counts is not None:
        query = query.add_columns(_count(table, declared.key, declared.counts[1]))
    if declared.given is not None:
        query = query.where(table.c[declared.given].is_not(None))
    if declared.when is not None:
        query = query.where(table.c[declared.when[0]] == str(declared.when[1]))
    if declared.unless is not None:
        query = query.where(table.c[declared.unless[0]] != str(declared.unless[1]))
    return query


def _count(table: Table, key: str, counted: str) -> Any:
    others = METADATA.tables[counted]
    count = select(func.count()).where(others.c[key] == table.c[key])
    return count.scalar_subquery().label(_COUNT)


def _state_row(
    kind: type[Event], declared: Row, agreeing: Sequence[tuple[str, str]], row: AnyRow
) -> StateRow:
    found = row._mapping
    says = [said for name, column in agreeing for said in said_of(kind, name, found[column])]
    if declared.counts is not None:
        says += said_of(kind, declared.counts[0], found[_COUNT])
    actor = found[declared.by] if declared.by else ""
    return StateRow(kind.event_type, found[declared.key], actor, tuple(says))


def _agreeing(kind: type[Event], declared: Row) -> tuple[tuple[str, str], ...]:
    """Return the fields of an event that must agree with its row, each with the column."""
    columns = METADATA.tables[declared.table].columns
    named = (name for name in kind.declared.by_name if name in columns and name != declared.key)
    said = tuple(named) if declared.says is None else declared.says
    return (*((name, name) for name in said), *declared.also)
