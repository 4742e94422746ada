"""The contract of the bulk writer: the same as one by one, once, and all or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import create_engine, text

from domain.errors import ConflictError, InvalidInputError, InvalidTemplateError, NotFoundError
from domain.ids import EncounterId, EncounterRow, EventId, ForceCode, PersonId, RecordId
from indexing.codes.batches import Gallery
from service.storage.database import Database
from service.storage.loading.bulk import LoadedChunk
from tests.contract.batches import batch
from tests.contract.builders import NOON, enrol, event, record
from tests.formats import FORMAT

_VACUUMED = text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
FIRST, SECOND = LoadedChunk("source", 0), LoadedChunk("source", 1)


def test_a_batch_is_stored_with_one_event(database: Database) -> None:
    stored = database.bulk_writer().add_many(batch(), event(), chunk=FIRST)

    with database.units_of_work().read() as unit:
        assert stored
        assert (unit.people.count(), unit.encounters.count(), unit.events.size()) == (3, 6, 1)
        assert unit.people.record(RecordId("record-2")) == record("person-2", "record-2")


def test_the_feed_of_a_batch_holds_its_columns(database: Database) -> None:
    loaded = batch()
    database.bulk_writer().add_many(loaded, event(), chunk=FIRST)

    with database.units_of_work().read() as unit:
        changes = unit.gallery_feed.changes_after(0, 100)
        rows = [unit.people.person_row(person_id) for person_id in loaded.person_ids]
        ids = unit.encounters.ids([EncounterRow(int(r)) for r in changes.enrolled.encounter_rows])

    found = changes.enrolled
    assert [ids[EncounterRow(int(r))] for r in found.encounter_rows] == loaded.encounter_ids
    assert found.person_rows.tolist() == [rows[i] for i in loaded.person_indices]
    assert np.array_equal(found.captures.presence, loaded.captures.presence)
    assert np.array_equal(
        found.captures.qualities, loaded.captures.qualities * loaded.captures.presence
    )
    assert np.array_equal(
        found.captures.impression_codes,
        loaded.captures.impression_codes * loaded.captures.presence,
    )
    assert np.array_equal(found.years_of_birth, loaded.years_of_birth)
    expected = (
        loaded.captures.vectors.astype(np.float32) * loaded.captures.presence[:, :, np.newaxis]
    )
    np.testing.assert_allclose(found.captures.vectors, expected, atol=1e-3)


def test_a_loaded_capture_reads_back_like_an_enrolled_one(database: Database) -> None:
    loaded = batch()
    database.bulk_writer().add_many(loaded, event(), chunk=FIRST)

    with database.units_of_work().read() as unit:
        found = unit.encounters.get(EncounterId("e-1-0"))

    assert found is not None
    assert (found.person_id, found.captured_at) == ("person-1", NOON)
    assert [i.position - 1 for i in found.impressions] == np.flatnonzero(
        loaded.captures.presence[0]
    ).tolist()


def test_a_chunk_is_loaded_once(database: Database) -> None:
    writer = database.bulk_writer()
    writer.add_many(batch(), event(), chunk=FIRST)

    again = writer.add_many(batch(first=50), event("event-2"), chunk=FIRST)

    with database.units_of_work().read() as unit:
        assert not again
        assert (unit.people.count(), unit.events.size()) == (3, 1)


def test_taking_stock_leaves_everything_as_it_is(database: Database) -> None:
    writer = database.bulk_writer()
    writer.add_many(batch(), event(), chunk=FIRST)
    with database.units_of_work().read() as unit:
        before = unit.gallery_feed.changes_after(0, 100)

    writer.take_stock()

    with database.units_of_work().read() as unit:
        after = unit.gallery_feed.changes_after(0, 100)
        assert unit.people.count() == 3
    assert np.array_equal(before.enrolled.captures.vectors, after.enrolled.captures.vectors)
    assert writer.done_chunks("source") == {0}


def test_postgresql_takes_stock_of_all_that_a_load_fills(postgres_url: str) -> None:
    loaded = Database(postgres_url, codec=FORMAT.codec)
    loaded.bulk_writer().add_many(batch(), event(), chunk=FIRST)

    loaded.bulk_writer().take_stock()

    loaded.close()
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        vacuumed = set(connection.execute(_VACUUMED).scalars())
    engine.dispose()
    assert vacuumed >= {
        "persons",
        "records",
        "live_records",
        "encounters",
        "gallery_changes",
        "payloads",
    }


def test_done_chunks_belong_to_their_source(database: Database) -> None:
    writer = database.bulk_writer()
    writer.add_many(batch(), event(), chunk=FIRST)
    writer.add_many(batch(first=10), event("event-2"), chunk=SECOND)

    assert writer.done_chunks("source") == {0, 1}
    assert writer.done_chunks("other") == frozenset()


@pytest.mark.parametrize("first", [1, 3])
def test_a_batch_with_somebody_known_changes_nothing(database: Database, first: int) -> None:
    writer = database.bulk_writer()
    writer.add_many(batch(), event(), chunk=FIRST)

    with pytest.raises(ConflictError):
        writer.add_many(batch(first=first), event("event-2"), chunk=SECOND)

    with database.units_of_work().read() as unit:
        assert (unit.people.count(), unit.encounters.count(), unit.events.size()) == (3, 6, 1)
    assert writer.done_chunks("source") == {0}


def test_a_record_of_somebody_else_is_refused(database: Database) -> None:
    foreign = batch(records=[record("stranger")])

    with pytest.raises(NotFoundError):
        database.bulk_writer().add_many(foreign, event(), chunk=FIRST)


def test_bulk_and_single_enrolments_share_one_numbering(database: Database) -> None:
    units = database.units_of_work()
    with units.write() as unit:
        enrol(unit, 90)
        unit.events.append(event("before"))
        unit.commit()
    database.bulk_writer().add_many(batch(), event(), chunk=FIRST)
    with units.write() as unit:
        enrol(unit, 91)
        unit.events.append(event("after"))
        unit.commit()

    with units.read() as unit:
        changes = unit.gallery_feed.changes_after(0, 100)
        entries = list(unit.events.every())

    assert changes.cursor == 8
    assert changes.enrolled.encounter_rows.tolist() == sorted(
        set(changes.enrolled.encounter_rows.tolist())
    )
    assert [e.seq for e in entries] == [0, 1, 2]


def test_a_loaded_person_can_be_erased(database: Database) -> None:
    database.bulk_writer().add_many(batch(), event(), chunk=FIRST)
    units = database.units_of_work()
    with units.write() as unit:
        unit.people.erase_person(PersonId("person-2"))
        unit.commit()

    with units.read() as unit:
        assert unit.encounters.count() == 4
        assert unit.encounters.get(EncounterId("e-2-0")) is None


def test_people_without_captures_and_records_can_be_loaded(database: Database) -> None:
    empty = batch(captures=0, records=[])
    database.bulk_writer().add_many(empty, event(), chunk=FIRST)

    with database.units_of_work().read() as unit:
        assert (unit.people.count(), unit.encounters.count()) == (3, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"forces": [ForceCode("01")]},
        {"captured_at": []},
        {"vectors": np.zeros((6, 10, 5), np.float32)},
        {"vectors": np.zeros((6, 10, 192), np.float64)},
        {"presence": np.zeros((6, 9), np.bool_)},
        {"qualities": np.zeros((6, 10), np.int64)},
        {"person_indices": np.full(6, 3, np.int64)},
        {"person_indices": np.full(6, -1, np.int64)},
        {"galleries": np.full(6, Gallery.UNSOLVED_MARKS, np.uint8)},
        {"qualities": np.full((6, 10), 101, np.uint8)},
        {"impression_codes": np.full((6, 10), 9, np.uint8)},
        {"encounter_ids": [EncounterId("only-one")]},
    ],
)
def test_columns_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        batch(**changes)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1.0])
def test_a_vector_that_is_not_of_unit_length_is_refused(value: float) -> None:
    vectors = batch().captures.vectors.copy()
    vectors[batch().captures.presence] = value

    with pytest.raises(InvalidTemplateError):
        batch(vectors=vectors)


def test_what_stands_in_place_of_a_missing_finger_is_not_read(database: Database) -> None:
    vectors = batch().captures.vectors.copy()
    vectors[~batch().captures.presence] = 9.0
    database.bulk_writer().add_many(batch(vectors=vectors), event(), chunk=FIRST)

    with database.units_of_work().read() as unit:
        found = unit.gallery_feed.changes_after(0, 100).enrolled

    assert not found.captures.vectors[~batch().captures.presence].any()


def test_event_ids_are_unique_over_loads(database: Database) -> None:
    writer = database.bulk_writer()
    writer.add_many(batch(), event(), chunk=FIRST)

    with pytest.raises(ConflictError):
        writer.add_many(batch(first=10), event(EventId("event-1")), chunk=SECOND)
