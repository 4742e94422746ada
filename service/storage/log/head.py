"""Assigns numbers: events and changes are numbered without gaps, in the order of commits.

The head of the log is locked from here to the commit, so that the next transaction continues from
the durable state. Every transaction does this last, which keeps the lock short and rules out
deadlocks. The few that lock the head earlier first lock the people whose records they may change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, select

from domain.errors import LogDamagedError
from domain.events.catalogue import LoggedEvent, NewEvent
from service.provenance.canonical import encode_event
from service.provenance.log.merkle import HASH_BYTES, Frontier, append_many, leaf_hash
from service.storage.engine.writes import Moved, NewRows, insert_together
from service.storage.statement.commitments import committed
from service.storage.tables.log import event_subjects, events, log_head, log_nodes
from service.storage.tables.people import gallery_changes, record_changes

# Built once, because building a statement costs as much as running it.
_HEAD = select(log_head)
_LOCKED_HEAD = _HEAD.with_for_update()

_EVENT = ("seq", "event_id", "event_type", "at", "actor", "force", "case_id", "body")
_SUBJECT = ("subject_ref", "seq")
_NODE = ("level", "node_index", "digest")
_CHANGE = ("change_seq", "encounter_row", "kind")
_RECORD_CHANGE = ("change_seq", "person_row")

_NOTHING_STATED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Head:
    """The ends of the log, of the gallery feed and of the feed of records."""

    frontier: Frontier
    change_seq: int
    record_seq: int
    last_at: datetime | None


def read_head(connection: Connection) -> Head:
    """Return the head of the log as this transaction sees it."""
    return _head(connection, is_locked=False)


def locked_change_seq(connection: Connection) -> int:
    """Return the number of the last gallery change, locked until this transaction ends."""
    return _head(connection, is_locked=True).change_seq


def number(
    connection: Connection,
    queued: Sequence[NewEvent],
    changes: Sequence[tuple[int, int]],
    *,
    people: Sequence[int] = (),
    stated: Mapping[str, str] = _NOTHING_STATED,
) -> tuple[LoggedEvent, ...]:
    """Number and write the queued events and changes; the caller commits next.

    `people` are the rows of people whose live record was changed, removed or restored. The rows to
    which the events commit must already be written. `stated` holds the texts of some of these
    rows, which need not be read again.

    Time never runs backwards in the log: an event prepared before the last event was committed
    gets the time of that last event. Raises InvalidInputError for an event that cannot be encoded.
    """
    if not (queued or changes or people):
        return ()
    queued = committed(connection, queued, stated)
    head = _head(connection, is_locked=True)
    logged = _logged(head, queued)
    concerned = tuple(dict.fromkeys(people))
    frontier, nodes = append_many(head.frontier, [leaf_hash(event.body) for event in logged])
    insert_together(
        connection,
        (
            *_events_and_subjects(queued, logged),
            NewRows(log_nodes, _NODE, [(node.level, node.index, node.digest) for node in nodes]),
            NewRows(
                gallery_changes,
                _CHANGE,
                [(seq, *one) for seq, one in enumerate(changes, start=head.change_seq + 1)],
            ),
            NewRows(
                record_changes, _RECORD_CHANGE, list(enumerate(concerned, head.record_seq + 1))
            ),
        ),
        Moved(
            log_head,
            {
                "size": frontier.size,
                "frontier": b"".join(frontier.digests),
                "change_seq": head.change_seq + len(changes),
                "record_seq": head.record_seq + len(concerned),
                "last_at": logged[-1].at if logged else head.last_at,
            },
        ),
    )
    return logged


def _head(connection: Connection, *, is_locked: bool) -> Head:
    rows = connection.execute(_LOCKED_HEAD if is_locked else _HEAD).all()
    if len(rows) != 1:
        raise LogDamagedError("The log has no stored head, or more than one.")
    row = rows[0]
    if not (isinstance(row.size, int) and isinstance(row.frontier, bytes)):
        # SQLite keeps whatever a hand writes there.
        raise LogDamagedError("The stored head of the log has a value of the wrong type.")
    digests = tuple(
        row.frontier[start : start + HASH_BYTES]
        for start in range(0, len(row.frontier), HASH_BYTES)
    )
    return Head(Frontier(row.size, digests), row.change_seq, row.record_seq, row.last_at)


def _logged(head: Head, queued: Sequence[NewEvent]) -> tuple[LoggedEvent, ...]:
    last_at, logged = head.last_at, []
    for seq, event in enumerate(queued, start=head.frontier.size):
        at = event.at if last_at is None else max(event.at, last_at)
        logged.append(encode_event(replace(event, at=at), seq))
        last_at = at
    return tuple(logged)


def _events_and_subjects(
    queued: Sequence[NewEvent], logged: Sequence[LoggedEvent]
) -> tuple[NewRows, NewRows]:
    pairs = list(zip(queued, logged, strict=True))
    entries = [
        (
            entry.seq,
            entry.event_id,
            entry.event_type,
            entry.at,
            event.caller.actor.user_id,
            event.force,
            event.case_id,
            entry.body,
        )
        for event, entry in pairs
    ]
    named = [
        (subject_ref, entry.seq)
        for event, entry in pairs
        for subject_ref in dict.fromkeys(event.subject_refs)
    ]
    return NewRows(events, _EVENT, entries), NewRows(event_subjects, _SUBJECT, named)
