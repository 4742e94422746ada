"""Captures, records and merges."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, exists, select

from domain.events import people
from domain.events.conversion import RecordBegun
from domain.events.declaring import Event
from domain.events.links import Linked, NotLinked
from domain.events.misuse import StaffEnrolled
from domain.events.searches import Searched
from indexing.codes.batches import Gallery
from service.provenance.bundle.state_rows import NEVER_SAID, StateRow, state_row
from service.storage.engine.rows import AnyRow
from service.storage.statement.erasures import erasure_rows
from service.storage.statement.loaded import CoveredRows, LoadedRows
from service.storage.statement.reading import rows_of
from service.storage.tables.conversion import conversion_writings
from service.storage.tables.links import (
    encounter_successors,
    links,
    merge_confirmations,
    merged_persons,
    person_merges,
)
from service.storage.tables.log import event_subjects, events, loads
from service.storage.tables.people import (
    ENROLLED,
    encounters,
    gallery_changes,
    live_records,
    persons,
    record_amendments,
    records,
)


def people_rows(connection: Connection, by_loads: CoveredRows) -> Iterator[StateRow]:
    """Yield captures and records with their later state; add rows of loads to `by_loads`."""
    loaded = list(connection.execute(select(loads).order_by(loads.c.first_change)).all())
    chunks = [LoadedRows(connection, load) for load in loaded]
    covered: set[int] = set()
    yield from (chunk.row(covered) for chunk in chunks)
    yield from (chunk.digest(by_loads) for chunk in chunks)
    yield from _captures(connection, loaded)
    yield from _records(connection, covered)
    yield from erasure_rows(connection)
    yield from _merges(connection)
    yield from _broken_merges(connection)


def _captures(connection: Connection, loaded: Sequence[AnyRow]) -> Iterator[StateRow]:
    """Yield the captures that were enrolled individually, that is, between the loaded chunks."""
    last = 0
    for load in loaded:
        if load.first_change > last + 1:
            yield from _captures_between(connection, last, load.first_change)
        last = max(last, load.last_change)
    yield from _captures_between(connection, last, None)


def _captures_between(
    connection: Connection, after: int, before: int | None
) -> Iterator[StateRow]:
    query = _CAPTURES.where(gallery_changes.c.change_seq > after)
    if before is not None:
        query = query.where(gallery_changes.c.change_seq < before)
    for row in rows_of(connection, query):
        yield _capture(connection, row)


def _capture(connection: Connection, row: AnyRow) -> StateRow:
    if row.gallery == Gallery.STAFF:
        return state_row(StaffEnrolled, row.person_id, encounter_id=row.encounter_id)
    if row.merge_id is not None:
        moved = people.PersonsUnmerged if row.undoes else people.PersonsMerged
        return state_row(moved, row.encounter_id, refs=(row.merge_id, row.person_id))
    if row.link_id is not None:
        return state_row(Linked, row.encounter_id, refs=(row.link_id, row.person_id))
    if row.gallery == Gallery.UNSOLVED_MARKS:
        return state_row(_filed_by(connection, row.encounter_id), row.encounter_id)
    return state_row(people.Enrolled, row.encounter_id, person_id=row.person_id)


def _filed_by(connection: Connection, mark: str) -> type[Event]:
    """Return the kind of event that filed an unsolved mark.

    This is a case, or a search without candidates.

    The table of event subjects used here is itself compared with the events.
    """
    query = (
        select(events.c.event_type)
        .join(event_subjects, event_subjects.c.seq == events.c.seq)
        .where(event_subjects.c.subject_ref == mark, events.c.event_type == Searched.event_type)
    )
    is_search = connection.execute(query).first() is not None
    return Searched if is_search else NotLinked


_CAPTURES = (
    select(
        encounters.c.encounter_id,
        encounters.c.gallery,
        persons.c.person_id,
        links.c.link_id,
        person_merges.c.merge_id,
        person_merges.c.undoes,
    )
    .join(gallery_changes, gallery_changes.c.encounter_row == encounters.c.encounter_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .outerjoin(links, links.c.encounter_id == encounters.c.encounter_id)
    .outerjoin(
        encounter_successors, encounter_successors.c.successor_row == encounters.c.encounter_row
    )
    .outerjoin(person_merges, person_merges.c.merge_id == encounter_successors.c.merge_id)
    .where(gallery_changes.c.kind == ENROLLED)
    .order_by(gallery_changes.c.change_seq)
)


def _records(connection: Connection, loaded: set[int]) -> Iterator[StateRow]:
    """Yield record versions stored individually, and those marked live that have a later one."""
    query = (
        select(
            records.c.record_row,
            records.c.record_id,
            records.c.version,
            persons.c.person_id,
            record_amendments.c.log_size,
            record_amendments.c.reason,
            record_amendments.c.source,
            record_amendments.c.amended_by,
            conversion_writings.c.frame_id,
        )
        .join(persons, persons.c.person_row == records.c.person_row)
        .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
        .outerjoin(
            conversion_writings,
            (conversion_writings.c.record_id == records.c.record_id)
            & conversion_writings.c.is_new,
        )
    )
    begun = frozenset(connection.execute(_BEGUN).scalars())
    for row in rows_of(connection, query):
        if row.version > 1 or row.log_size is not None:
            yield _amendment(row)
        elif row.frame_id is not None:
            yield state_row(
                RecordBegun, row.record_id, person_id=row.person_id, frame_id=row.frame_id
            )
        elif row.record_id in begun:
            yield state_row(RecordBegun, row.record_id, refs=(row.person_id,))
        elif row.record_row not in loaded:
            yield state_row(people.Enrolled, row.record_id, refs=(row.person_id,))
    later = records.alias("later")
    outdated = (
        select(records.c.record_id)
        .join(live_records, live_records.c.record_row == records.c.record_row)
        .join(
            later,
            (later.c.record_id == records.c.record_id) & (later.c.version > records.c.version),
        )
    )
    for row in (*rows_of(connection, outdated), *rows_of(connection, _STRAY)):
        yield state_row(people.RecordAmended, row.record_id, refs=(NEVER_SAID,))


_BEGUN = (
    select(event_subjects.c.subject_ref)
    .join(events, events.c.seq == event_subjects.c.seq)
    .where(events.c.event_type == RecordBegun.event_type)
)
"""The ids of records that began without a capture, from a table compared with events."""
_STRAY = (
    select(live_records.c.record_id)
    .outerjoin(records, records.c.record_row == live_records.c.record_row)
    .where(
        records.c.record_row.is_(None)
        | (records.c.record_id != live_records.c.record_id)
        | (records.c.person_row != live_records.c.person_row)
    )
)
"""Live versions that belong to a different record or person than the row states."""


def _amendment(row: AnyRow) -> StateRow:
    if row.log_size is None:
        return state_row(people.RecordAmended, row.record_id, refs=(NEVER_SAID,))
    return state_row(
        people.RecordAmended,
        row.record_id,
        row.amended_by,
        person_id=row.person_id,
        version=row.version,
        log_size=row.log_size,
        reason=row.reason,
        source=row.source,
    )


def _broken_merges(connection: Connection) -> Iterator[StateRow]:
    """Yield merges that were confirmed and not undone, but are no longer in force."""
    undoing = person_merges.alias("undoing")
    undone = (
        select(undoing.c.undoes)
        .join(merge_confirmations, merge_confirmations.c.merge_id == undoing.c.merge_id)
        .where(undoing.c.undoes.is_not(None))
    )
    query = (
        select(person_merges.c.merge_id)
        .join(merge_confirmations, merge_confirmations.c.merge_id == person_merges.c.merge_id)
        .where(
            person_merges.c.undoes.is_(None),
            person_merges.c.merge_id.not_in(undone),
            ~exists().where(merged_persons.c.merge_id == person_merges.c.merge_id),
        )
    )
    for row in rows_of(connection, query):
        yield state_row(people.PersonsUnmerged, row.merge_id, refs=(NEVER_SAID,))


_SURVIVING = persons.alias("surviving")
_ABSORBED = persons.alias("absorbed")


def _merges(connection: Connection) -> Iterator[StateRow]:
    query = (
        select(
            person_merges.c.merge_id,
            person_merges.c.undoes,
            person_merges.c.proposed_by,
            _SURVIVING.c.person_id.label("surviving"),
            _ABSORBED.c.person_id.label("absorbed"),
            merge_confirmations.c.confirmed_by,
        )
        .join(_SURVIVING, _SURVIVING.c.person_row == person_merges.c.surviving_row)
        .join(_ABSORBED, _ABSORBED.c.person_row == person_merges.c.absorbed_row)
        .outerjoin(merge_confirmations, merge_confirmations.c.merge_id == person_merges.c.merge_id)
    )
    for row in rows_of(connection, query):
        proposed, done = (
            (people.UnmergeProposed, people.PersonsUnmerged)
            if row.undoes
            else (people.MergeProposed, people.PersonsMerged)
        )
        said = {"surviving": row.surviving, "absorbed": row.absorbed, "undoes": row.undoes}
        yield state_row(proposed, row.merge_id, row.proposed_by, **said)
        if row.confirmed_by is not None:
            yield state_row(done, row.merge_id, row.confirmed_by, **said)
    merged = (
        select(
            merged_persons.c.merge_id,
            _SURVIVING.c.person_id.label("surviving"),
            _ABSORBED.c.person_id.label("absorbed"),
        )
        .outerjoin(_SURVIVING, _SURVIVING.c.person_row == merged_persons.c.surviving_row)
        .outerjoin(_ABSORBED, _ABSORBED.c.person_row == merged_persons.c.absorbed_row)
    )
    for row in rows_of(connection, merged):
        says = (row.surviving or NEVER_SAID, row.absorbed or NEVER_SAID)
        yield state_row(people.PersonsMerged, row.merge_id, refs=says)
