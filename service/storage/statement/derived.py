"""Compares tables that are derived from others with their defining query, in both directions.

For each table this finds the missing rows and the surplus rows. Where only the log states whom an
event is about, the table of event subjects is queried, which is itself checked against the events.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, or_, select

from domain.events.access import AccountAdded, AccountChange, AccountChanged
from domain.events.declaring import Event
from domain.events.disclosure import RestrictionBegun
from domain.events.misuse import StaffEnrolled
from domain.events.people import Erased, ErasureConfirmed
from service.storage.statement.reading import Astray, Fault, astray, bodies_of
from service.storage.tables import disclosure, exchange
from service.storage.tables.links import merge_confirmations, merged_persons, person_merges
from service.storage.tables.log import event_subjects, events, log_head
from service.storage.tables.people import live_records, person_erasures, persons, records
from service.storage.tables.searches import staff_persons
from service.storage.tables.workbench import account_subjects


def misderived_rows(connection: Connection) -> Iterator[Astray]:
    """Yield the rows missing from derived tables, and the rows that should not be there."""
    for table, lacking, strange in _DIFFERENCES:
        yield from _keys(connection, Fault.LACKING, table, lacking)
        yield from _keys(connection, Fault.STRANGE, table, strange)
    yield from _unlinked_accounts(connection)
    yield from astray(connection, Fault.STRANGE, log_head, _NOT_THE_ROW)
    for large, without, beyond in _LARGE:
        yield from astray(connection, Fault.LACKING, large, without)
        yield from astray(connection, Fault.STRANGE, large, beyond)


def _keys(connection: Connection, fault: Fault, table: Table, query: Any) -> Iterator[Astray]:
    for row in connection.execute(query):
        yield Astray(fault, table.name, tuple(row[: len(table.primary_key)]))


def _unlinked_accounts(connection: Connection) -> Iterator[Astray]:
    """Yield accounts without a link to the identity provider although their last event links them.

    The key given is that of the account, because the key of a link is a digest of a secret
    identifier.
    """
    linked: dict[str, bool] = {}
    for body in bodies_of(connection, AccountAdded, AccountChanged):
        facts, user_id = dict(body.facts), body.subject_refs[0]
        if facts.get("by") == "provider" or facts.get("change") == AccountChange.LINKED:
            linked[user_id] = True
        elif facts.get("change") == AccountChange.UNLINKED:
            linked[user_id] = False
    there = set(connection.execute(select(account_subjects.c.user_id)).scalars())
    for user_id in sorted(one for one, is_linked in linked.items() if is_linked):
        if user_id not in there:
            yield Astray(Fault.LACKING, account_subjects.name, (user_id,))


def _people_of(
    kind: type[Event], ref: ColumnElement[str], *columns: ColumnElement[Any]
) -> Select[Any]:
    """Return the rows of all people whom events of this kind about `ref` name."""
    about, named = event_subjects.alias(), event_subjects.alias()
    return (
        select(persons.c.person_row, *columns)
        .select_from(events)
        .join(about, about.c.seq == events.c.seq)
        .join(named, named.c.seq == events.c.seq)
        .join(persons, persons.c.person_id == named.c.subject_ref)
        .where(events.c.event_type == kind.event_type, about.c.subject_ref == ref)
    )


def _has_ended(ends: Table, key: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(ends.c[key.key or ""] == key)


_named = event_subjects.alias("named")
_ERASED = (
    select(persons.c.person_row)
    .join(_named, _named.c.subject_ref == persons.c.person_id)
    .join(events, events.c.seq == _named.c.seq)
    .where(events.c.event_type == Erased.event_type)
    .distinct()
)
_WITHHELD = _people_of(
    ErasureConfirmed,
    disclosure.erasure_confirmations.c.erasure_id,
    disclosure.erasure_confirmations.c.erasure_id,
).where(
    ~_has_ended(disclosure.erasure_ends, disclosure.erasure_confirmations.c.erasure_id),
    persons.c.person_row.not_in(select(person_erasures.c.person_row)),
)
_RESTRICTED = _people_of(
    RestrictionBegun,
    disclosure.restrictions.c.restriction_id,
    disclosure.restrictions.c.restriction_id,
).where(
    disclosure.restrictions.c.item_id.is_(None),
    ~_has_ended(disclosure.restriction_ends, disclosure.restrictions.c.restriction_id),
)
_undoing, _undone = person_merges.alias("undoing"), merge_confirmations.alias("undone")
_MERGED = (
    select(person_merges.c.absorbed_row, person_merges.c.surviving_row, person_merges.c.merge_id)
    .join(merge_confirmations, merge_confirmations.c.merge_id == person_merges.c.merge_id)
    .where(
        person_merges.c.undoes.is_(None),
        ~exists(
            select(_undoing.c.merge_id)
            .join(_undone, _undone.c.merge_id == _undoing.c.merge_id)
            .where(_undoing.c.undoes == person_merges.c.merge_id)
        ),
    )
)
_STAFF = (
    select(persons.c.person_id)
    .join(_named, _named.c.subject_ref == persons.c.person_id)
    .join(events, events.c.seq == _named.c.seq)
    .where(
        events.c.event_type == StaffEnrolled.event_type,
        persons.c.person_row.not_in(select(person_erasures.c.person_row)),
    )
)


_DERIVED: Sequence[tuple[Table, Select[Any]]] = (
    (person_erasures, _ERASED),
    (disclosure.withheld_persons, _WITHHELD),
    (disclosure.restricted_persons, _RESTRICTED),
    (
        disclosure.open_erasures,
        select(
            disclosure.erasure_requests.c.person_row, disclosure.erasure_requests.c.erasure_id
        ).where(~_has_ended(disclosure.erasure_ends, disclosure.erasure_requests.c.erasure_id)),
    ),
    (merged_persons, _MERGED),
    (staff_persons, _STAFF),
)
"""Derived tables, each with the query for their columns, primary key first."""

_later = records.alias("later")
_HAS_LATER = exists().where(
    _later.c.record_id == records.c.record_id, _later.c.version > records.c.version
)
_IS_GONE = records.c.person_row.in_(select(disclosure.gone_persons.c.person_row))
_messages = exchange.exchange_messages.c
_DIFFERENCES = tuple(
    (table, query.except_(held), held.except_(query))
    for table, query in _DERIVED
    for held in (select(*(table.c[one.name] for one in query.selected_columns)),)
)
"""For each derived table, the queries for its missing rows and for its surplus rows."""

_NOT_THE_ROW = select(log_head.c.head).where(log_head.c.head != 1)

_LARGE: Sequence[tuple[Table, Select[Any], Select[Any]]] = (
    (
        live_records,
        # The newest version of each record must be live, unless its person is erased or hidden.
        select(records.c.record_id)
        .outerjoin(live_records, live_records.c.record_row == records.c.record_row)
        .where(live_records.c.record_row.is_(None), ~_HAS_LATER, ~_IS_GONE),
        select(live_records.c.record_id)
        .outerjoin(records, records.c.record_row == live_records.c.record_row)
        .where(
            or_(
                records.c.record_row.is_(None),
                records.c.record_id != live_records.c.record_id,
                records.c.person_row != live_records.c.person_row,
                _IS_GONE,
                _HAS_LATER,
            )
        ),
    ),
    (
        exchange.exchange_queue,
        # Messages neither handed over nor answered must be queued; any others may be queued again.
        select(_messages.message_row)
        .outerjoin(
            exchange.exchange_queue, exchange.exchange_queue.c.message_row == _messages.message_row
        )
        .where(
            exchange.exchange_queue.c.message_row.is_(None),
            ~exists().where(exchange.exchange_sent.c.message_id == _messages.message_id),
            ~exists().where(exchange.exchange_answers.c.message_id == _messages.message_id),
        ),
        select(exchange.exchange_queue.c.message_row)
        .outerjoin(
            exchange.exchange_messages,
            _messages.message_row == exchange.exchange_queue.c.message_row,
        )
        .where(
            or_(
                _messages.message_row.is_(None),
                _messages.receiver != exchange.exchange_queue.c.receiver,
            )
        ),
    ),
)
"""Very large tables, for which rows are joined, not sorted."""
