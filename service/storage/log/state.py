"""The state of the database that the log must account for: rows, columns, tree nodes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import String, Table, bindparam, cast, func, select, union

from domain.errors import VaultDamagedError
from domain.events.catalogue import kind_of
from domain.events.declaring import Event
from domain.events.examination import PrintShown
from domain.ids import CaseId, PersonId, SearchId
from service.provenance.bundle.state_rows import StateRow
from service.provenance.canonical import EventBody, read_event
from service.provenance.vault.key_stores import MARK, Named
from service.provenance.vault.vault import COMMITTED_BYTES, REF_BYTES, Opening
from service.storage.engine.rows import Among, AnyRow, rows_given
from service.storage.log.events import Events
from service.storage.sealed.payloads import PayloadKind
from service.storage.statement import both_ways, commitments
from service.storage.statement.access import access_rows, work_rows
from service.storage.statement.both_ways import misowned_payloads, payload_columns
from service.storage.statement.derived import misderived_rows
from service.storage.statement.loaded import CoveredRows
from service.storage.statement.mistyped import mistyped_rows
from service.storage.statement.people import people_rows
from service.storage.statement.placed import misplaced_work
from service.storage.statement.reading import Astray, filled_tables, readable, rows_of
from service.storage.statement.schema import AlteredPart, altered_parts
from service.storage.tables import people as tables
from service.storage.tables.cases import prints_shown
from service.storage.tables.disclosure import stored_payloads
from service.storage.tables.log import event_subjects, events, log_nodes
from service.storage.transaction import TransactionPart


class StoredPayload(NamedTuple):
    """A payload as stored."""

    payload_id: int
    kind: str
    body: bytes


class IndexedEvent(NamedTuple):
    """An event with the columns stored beside its body. Created by the million, so kept small."""

    seq: int
    event_id: str
    event_type: str
    at: datetime
    actor: str
    force: str
    """Empty if there is none, here and below."""
    case_id: str
    body: bytes


class ChangedRow(NamedTuple):
    """A row that differs from what the event that committed to it states."""

    ref: str
    """The first id to which the event refers."""
    seq: int | None
    """The number of the event; None for a row that has no event."""


_PAGE = 2_000
_COLUMNS = (
    events.c.seq,
    events.c.event_id,
    events.c.event_type,
    events.c.at,
    events.c.actor,
    func.coalesce(events.c.force, ""),
    func.coalesce(events.c.case_id, ""),
    events.c.body,
)
_THESE_BODIES = select(events.c.body).where(Among(events.c.seq, "seqs")).order_by(events.c.seq)
# The database joins them, because a row with one text is read faster than a row with two values.
_NAMED = select(cast(event_subjects.c.seq, String) + " " + event_subjects.c.subject_ref)
_NODES = (
    select(log_nodes.c.node_index, log_nodes.c.digest)
    .where(log_nodes.c.level == bindparam("level"), log_nodes.c.node_index > bindparam("after"))
    .order_by(log_nodes.c.node_index)
    .limit(_PAGE)
)


_SHOWN = rows_given(prints_shown, "case_id").where(prints_shown.c.print_id.is_not(None))
_KINDS = frozenset(map(str, PayloadKind))
_PAYLOADS = select(stored_payloads).order_by(stored_payloads.c.payload_id)
_THESE_PAYLOADS = _PAYLOADS.where(Among(stored_payloads.c.payload_id, "ids"))


_PERSONS_OF = union(
    *(
        select(tables.persons.c.person_id)
        .join(held, held.c.person_row == tables.persons.c.person_row)
        .where(Among(held.c.payload_id, "ids"))
        for held in (tables.encounters, tables.records)
    )
)


class State(TransactionPart):
    """The state of a database, read in the snapshot of a unit of work."""

    @cached_property
    def _filled(self) -> frozenset[str]:
        """The names of the tables that have rows in the snapshot: others need not be asked."""
        return filled_tables(self._connection)

    @property
    def is_sealed(self) -> bool:
        """Whether payloads are stored encrypted."""
        return self._transaction.payloads.is_sealed

    def mistyped(self) -> Iterator[Astray]:
        """Yield the rows with a value of another type than their column's, which none can read."""
        return mistyped_rows(self._connection, self._filled)

    def altered_schema(self) -> tuple[AlteredPart, ...]:
        """Return the parts of the schema that are not as the service made them."""
        return tuple(altered_parts(self._connection))

    def rows(self) -> Iterator[StateRow]:
        """Yield every row that must have an event. Raises LogDamagedError if one is unreadable."""
        for _, rows in self._stating(CoveredRows()):
            yield from rows
        yield from commitments.stored_digests(self._connection)

    def rows_owing(self, owed: both_ways.OwedDigests) -> Iterator[StateRow]:
        """Yield every row that must have an event, and collect in `owed` the digests to match.

        If a part of the database cannot be read, yields its rows up to that point and notes this
        in `owed`.
        """
        for part, rows in self._stating(owed.covered):
            yield from readable(rows, part, owed.unreadable)
        for table in commitments.committed_tables():
            if table not in self._filled:
                continue
            found = commitments.committed_rows(self._connection, {table})
            for row in readable(found, table, owed.unreadable):
                owed.add(row)
                yield commitments.digest_row(row)

    def _stating(self, covered: CoveredRows) -> tuple[tuple[str, Iterator[StateRow]], ...]:
        return (
            ("the declared rows", commitments.declared_rows(self._connection, self._filled)),
            ("captures and records", people_rows(self._connection, covered)),
            ("cases and webhooks", work_rows(self._connection)),
            ("accounts and access", access_rows(self._connection)),
        )

    def astray(
        self, owed: both_ways.OwedDigests, stated: both_ways.StatedDigests
    ) -> Iterator[Astray]:
        """Yield the rows that no event, no other row and no query accounts for.

        `rows_owing` must have filled `owed`; `stated` holds what all events state.
        """
        connection, broken = self._connection, list(owed.unreadable)
        for part, found in (
            ("the rows of events", both_ways.rows_without_event(connection, owed, stated)),
            ("the parts of rows", both_ways.parts_without_whole(connection, self._filled)),
            ("the owners of payloads", both_ways.misowned_payloads(connection)),
            ("the derived tables", misderived_rows(connection)),
            ("the states of work", misplaced_work(connection)),
        ):
            yield from readable(found, part, broken)
        yield from broken

    def first_changed(self, search_id: SearchId, case_id: CaseId, *also: str) -> ChangedRow | None:
        """Return the first row behind a case that differs from what its event states, or None.

        `also` holds further ids, such as that of the case's link. Events of releases that did not
        commit to rows are skipped. What the events themselves hold is not checked here: `identlink
        log verify` does that.
        """
        told = [body for ref in (search_id, case_id, *also) for body in self._committing(ref)]
        if not any(search_id in body.subject_refs for body in told):
            return ChangedRow(search_id, None)
        of_prints = [body for body in told if body.event_type == PrintShown.event_type]
        for body in told:
            # Events of shown prints are many, so one query below reads all their rows.
            if body.event_type != PrintShown.event_type and commitments.changed_since(
                self._connection, body
            ):
                return ChangedRow(body.subject_refs[0], body.seq)
        return self._changed_print(case_id, of_prints)

    def _changed_print(self, case_id: CaseId, told: Sequence[EventBody]) -> ChangedRow | None:
        """Return a stored shown print that has no event, or differs from what its event states."""
        (declared,) = PrintShown.declared.commits
        asked = {"case_id": case_id}
        rows = commitments.digests_of_rows(self._connection, declared, _SHOWN, asked)
        held = {row.print_id: digest for row, digest in rows}
        for body in told:
            if held.pop(body.subject_refs[0], None) not in commitments.stated_digests(body):
                return ChangedRow(body.subject_refs[0], body.seq)
        return ChangedRow(min(held), None) if held else None

    def is_as_stated(self, ref: str, kind: type[Event]) -> bool:
        """Whether the rows that an event of this kind states about a thing are unchanged."""
        told = [body for body in self._committing(ref) if body.event_type == kind.event_type]
        return bool(told) and not any(
            commitments.changed_since(self._connection, body) for body in told
        )

    def committed_texts(self, body: EventBody) -> tuple[str, ...]:
        """Return the rows to which an event committed, as the texts that its digests cover."""
        return commitments.committed_texts(self._connection, body)

    def openings(self, numbers: Collection[int]) -> dict[int, Opening]:
        """Return payloads by number with the keys of their commitments, without erased ones."""
        return self._transaction.payloads.openings(numbers)

    def _committing(self, subject_ref: str) -> Iterator[EventBody]:
        for entry in Events(self._transaction).about(subject_ref):
            if kind_of(entry.event_type).declared.commits:
                yield read_event(entry.body)

    def payloads(self) -> Iterator[bytes]:
        """Yield the reference and commitment of every stored payload; nothing if not encrypted."""
        if self.is_sealed:
            head = func.substr(stored_payloads.c.body, 1, COMMITTED_BYTES)
            query = select(head).order_by(stored_payloads.c.payload_id)
            yield from (bytes(row[0]) for row in rows_of(self._connection, query))

    def live_keys(self, refs: Sequence[str]) -> frozenset[str]:
        """Return those of these key references whose keys exist and are to be kept."""
        return self._transaction.payloads.live_keys(refs)

    def bodies_of(self, seqs: Sequence[int]) -> Iterator[bytes]:
        """Yield the bodies of these events, in order, reading one page at a time."""
        for start in range(0, len(seqs), _PAGE):
            these = {"seqs": list(seqs[start : start + _PAGE])}
            yield from map(bytes, self._column(_THESE_BODIES, **these))

    def payload_refs(self, page: int) -> Iterator[list[tuple[int, str]]]:
        """Yield (number, reference of the key) of all stored payloads, in pages."""
        after = 0
        head = func.substr(stored_payloads.c.body, 1, REF_BYTES)
        number = stored_payloads.c.payload_id
        query = select(number, head).order_by(number).limit(page)
        while rows := self._rows(query.where(number > after)):
            yield [(payload_id, bytes(ref).hex()) for payload_id, ref in rows]
            after = rows[-1][0]

    def last_payload(self) -> int:
        """Return the highest number of a stored payload, or 0 if there is none."""
        return int(self._cell(select(func.max(stored_payloads.c.payload_id))) or 0)

    def payloads_of(self, numbers: Sequence[int]) -> list[StoredPayload]:
        """Return the payloads with these numbers that are stored, in order."""
        rows = self._connection.execute(_THESE_PAYLOADS, {"ids": list(numbers)})
        return [StoredPayload(*row) for row in rows]

    def payloads_after(self, number: int, limit: int) -> list[StoredPayload]:
        """Return the stored payloads with numbers above the given one, in order."""
        query = _PAYLOADS.where(stored_payloads.c.payload_id > number).limit(limit)
        return [StoredPayload(*row) for row in self._connection.execute(query)]

    def persons_of(self, numbers: Sequence[int]) -> tuple[PersonId, ...]:
        """Return the persons whose captures or records are among these payloads."""
        found: set[PersonId] = set()
        for start in range(0, len(numbers), _PAGE):
            these = {"ids": list(numbers[start : start + _PAGE])}
            found.update(self._column(_PERSONS_OF, **these))
        return tuple(sorted(found))

    def give_up(self, numbers: Sequence[int]) -> None:
        """Delete payloads whose keys are lost; the unit of work must not hold any keys."""
        self._transaction.payloads.delete(numbers)

    def open_payloads(self, kind: str, items: Sequence[tuple[int, bytes]]) -> None:
        """Decrypt (number, stored body) pairs of one kind, whichever rows own them, as a check.

        Raises VaultDamagedError if one was changed, moved or truncated or its key is missing, and
        PayloadErasedError if its key was destroyed.
        """
        if kind not in _KINDS:
            raise VaultDamagedError("A payload has an unknown kind.")
        self._transaction.payloads.look_into(PayloadKind(kind), items)

    def indexed_events(self) -> Iterator[IndexedEvent]:
        """Yield all events in order with their columns, reading one page at a time."""
        start = 0
        while page := self._page(start):
            yield from map(IndexedEvent._make, page)
            start = page[-1].seq + 1

    def subjects(self) -> Iterator[str]:
        """Yield the number of an event, a space, and an id to which it refers, for all of them."""
        yield from (row[0] for row in rows_of(self._connection, _NAMED))

    def nodes_of_level(self, level: int) -> Iterator[bytes]:
        """Yield one level's stored nodes by index, read in pages; a missing node is empty."""
        after = -1
        while page := self._rows(_NODES, level=level, after=after):
            for place, (index, digest) in enumerate(page, after + 1):
                yield bytes(digest) if index == place else b""
            after = page[-1].node_index

    def node_count(self) -> int:
        """Return the number of stored nodes of the tree."""
        return int(self._cell(select(func.count()).select_from(log_nodes)))

    def feed_ends(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return (number of changes, last number) of the gallery feed and of the records feed."""
        return self._feed_end(tables.gallery_changes), self._feed_end(tables.record_changes)

    def _feed_end(self, feed: Table) -> tuple[int, int]:
        row = self._connection.execute(select(func.count(), func.max(feed.c.change_seq))).one()
        return row[0], row[1] or 0

    def _page(self, start: int) -> list[AnyRow]:
        query = select(*_COLUMNS).where(events.c.seq >= start).order_by(events.c.seq).limit(_PAGE)
        return list(self._rows(query))


_NUMBER = stored_payloads.c.payload_id
_IS_UNBOUND = func.substr(stored_payloads.c.body, COMMITTED_BYTES + 1, len(MARK)) != MARK


class Unbound(TransactionPart):
    """Payloads of earlier releases: any row that names them decrypts them until they are bound."""

    def count(self) -> int:
        """Return the number of unbound payloads; this needs no keys."""
        return int(
            self._cell(select(func.count()).select_from(stored_payloads).where(_IS_UNBOUND))
        )

    def are_owned_once(self) -> bool:
        """Whether each payload is named by exactly one row, apart from declared loans."""
        return next(misowned_payloads(self._connection), None) is None

    def first(self, limit: int) -> dict[int, list[str]]:
        """Return up to `limit` unbound payloads by number, each with the rows that name it.

        Reads all payload columns once.
        """
        found = self._column(select(_NUMBER).where(_IS_UNBOUND).order_by(_NUMBER).limit(limit))
        owners: dict[int, list[str]] = defaultdict(list)
        for column in payload_columns() if found else ():
            query = select(column).where(Among(column, "ids"))
            for number in self._column(query, ids=list(found)):
                if isinstance(number, Named):
                    owners[int(number)].append(number.owner)
        return owners

    def bind(self, owners: Mapping[int, Sequence[str]]) -> None:
        """Encrypt payloads again, bound to the rows that name them. Raises VaultDamagedError."""
        self._transaction.payloads.bind_unbound(owners)
