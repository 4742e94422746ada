"""Many writers at once: numbers without gaps, and no additions to a person being erased."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from domain.errors import (
    IdempotencyConflictError,
    LinkingError,
    NotFoundError,
    StaleCaseError,
    StoreUnavailableError,
)
from domain.ids import PersonId, PersonRow, UserId
from indexing.codes.batches import Gallery
from service.provenance.log.merkle import EMPTY, append_many, leaf_hash
from service.storage.access.sessions import RememberedRequest
from service.storage.database import Database, UnitsOfWork
from service.storage.engine.settings import DatabaseSettings
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import NOON, case, encounter, enrol, event, open_case
from tests.formats import FORMAT

pytestmark = pytest.mark.databases

WRITERS = 4
UNITS_EACH = 8


def test_writers_get_contiguous_numbers(units_of_work: UnitsOfWork) -> None:
    start = Barrier(WRITERS, timeout=60)

    def work(writer: int) -> None:
        start.wait()
        for i in range(UNITS_EACH):
            with units_of_work.write() as unit:
                enrol(unit, 100 * writer + i)
                unit.events.append(event(f"event-{writer}-{i}"))
                unit.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))

    total = WRITERS * UNITS_EACH
    with units_of_work.read() as unit:
        entries = list(unit.events.every())
        changes = unit.gallery_feed.changes_after(0, 10 * total)
        root = unit.events.root()
    expected, _ = append_many(EMPTY, [leaf_hash(entry.body) for entry in entries])
    assert [entry.seq for entry in entries] == list(range(total))
    assert root == expected.root
    assert (changes.cursor, len(changes.enrolled)) == (total, total)


def test_each_writers_events_keep_their_order(units_of_work: UnitsOfWork) -> None:
    def work(writer: int) -> None:
        for i in range(UNITS_EACH):
            with units_of_work.write() as unit:
                unit.events.append(event(f"{writer}-{i}"))
                unit.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))

    with units_of_work.read() as unit:
        ids = [entry.event_id for entry in unit.events.every()]
    for writer in range(WRITERS):
        mine = [event_id for event_id in ids if event_id.startswith(f"{writer}-")]
        assert mine == [f"{writer}-{i}" for i in range(UNITS_EACH)]


def test_an_erasure_waits_for_a_capture_that_is_being_added(units_of_work: UnitsOfWork) -> None:
    row = _enrolled(units_of_work)
    added, erasing = Event(), Event()

    def add() -> None:
        with units_of_work.write() as unit:
            unit.encounters.add(encounter("late"), Placement(row, Gallery.TENPRINTS, 0))
            added.set()
            erasing.wait(0.3)
            unit.commit()

    def erase() -> None:
        added.wait()
        with units_of_work.write() as unit:
            unit.people.erase_person(PersonId("person-1"))
            unit.commit()
        erasing.set()

    _both(add, erase)

    with units_of_work.read() as unit:
        assert unit.encounters.count() == 0


def test_a_capture_waits_for_an_erasure_and_is_refused(units_of_work: UnitsOfWork) -> None:
    row = _enrolled(units_of_work)
    erased, adding = Event(), Event()

    def erase() -> None:
        with units_of_work.write() as unit:
            unit.people.erase_person(PersonId("person-1"))
            erased.set()
            adding.wait(0.3)
            unit.commit()

    def add() -> None:
        erased.wait()
        with pytest.raises(NotFoundError):
            _add_late(units_of_work, row)
        adding.set()

    _both(erase, add)

    with units_of_work.read() as unit:
        assert unit.encounters.count() == 0


def test_one_key_is_remembered_once(units_of_work: UnitsOfWork) -> None:
    start = Barrier(WRITERS, timeout=60)

    def work(writer: int) -> str:
        request = RememberedRequest(UserId("u"), "key", "digest", f"made-{writer}", NOON)
        start.wait()
        return _outcome(units_of_work, lambda unit: unit.idempotency_keys.remember(request))

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(work, range(WRITERS)))

    assert outcomes == sorted([IdempotencyConflictError.code] * (WRITERS - 1) + ["done"])


def test_one_of_those_who_move_a_case_at_once_succeeds(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.commit()
    start = Barrier(WRITERS, timeout=60)

    def work(writer: int) -> str:
        moved = case(claimed_by=UserId(f"examiner-{writer}"), revision=f"by-{writer}")
        start.wait()
        return _outcome(
            units_of_work,
            lambda unit: unit.cases.save(moved, expected_revision="revision-1"),
        )

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(work, range(WRITERS)))

    assert outcomes == sorted([StaleCaseError.code] * (WRITERS - 1) + ["done"])


def _enrolled(units_of_work: UnitsOfWork) -> PersonRow:
    with units_of_work.write() as unit:
        row = enrol(unit).person_row
        unit.commit()
    return row


def _add_late(units_of_work: UnitsOfWork, row: PersonRow) -> None:
    with units_of_work.write() as unit:
        unit.encounters.add(encounter("late"), Placement(row, Gallery.TENPRINTS, 0))
        unit.commit()


def _outcome(units_of_work: UnitsOfWork, act: Callable[[UnitOfWork], None]) -> str:
    try:
        with units_of_work.write() as unit:
            act(unit)
            unit.commit()
    except LinkingError as error:
        return error.code
    return "done"


def _both(*acts: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(act) for act in acts]:
            future.result(timeout=20)


def test_a_writer_that_waits_too_long_gives_its_connection_back(sqlite_url: str) -> None:
    impatient = DatabaseSettings(lock_timeout_ms=10, pool_size=2, pool_overflow=0)
    database = Database(sqlite_url, codec=FORMAT.codec, settings=impatient)
    units = database.units_of_work()
    with units.write():
        for _ in range(3):
            with pytest.raises(StoreUnavailableError):
                _enrolled(units)

    _enrolled(units)

    with units.read() as unit:
        assert unit.people.count() == 1
    database.close()
