"""The contract of the people repository."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.errors import ConflictError, NotFoundError
from domain.ids import EncounterRow, PersonId, PersonRow, RecordId
from domain.people.people import Details, PersonName
from indexing.codes.batches import Gallery
from matching.prepared import prepare
from service.storage.database import UnitsOfWork
from service.storage.people.encounters import Placement
from service.storage.people.people import HeldPerson
from tests.contract.builders import encounter, enrol, mark, record


def test_a_person_is_found_by_id_after_the_commit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        row = unit.people.add_person(PersonId("person-1"))
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.people.person_row(PersonId("person-1")) == row
        assert unit.people.person_ids([row, PersonRow(99)]) == {row: "person-1"}
        assert unit.people.count() == 1


def test_leaving_without_commit_stores_nothing(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-1"))

    with units_of_work.read() as unit:
        assert unit.people.person_row(PersonId("person-1")) is None
        assert unit.people.count() == 0


def test_rows_are_distinct_and_ascend(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        rows = [unit.people.add_person(PersonId(f"person-{i}")) for i in range(5)]
        unit.commit()
    with units_of_work.write() as unit:
        rows.append(unit.people.add_person(PersonId("person-9")))

    assert rows == sorted(set(rows))


def test_a_second_person_of_one_id_is_a_conflict(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-1"))
        unit.commit()

    with pytest.raises(ConflictError), units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-1"))


def test_a_record_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    stored = record()
    with units_of_work.write() as unit:
        row = unit.people.add_person(PersonId("person-1"))
        version = unit.people.put_record(stored)
        unit.commit()

    with units_of_work.read() as unit:
        assert version == 1
        assert unit.people.record(RecordId("record-1")) == stored
        assert unit.people.records_of([row, PersonRow(77)]) == {row: stored}


def test_a_record_without_details_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    stored = record(details=Details(), arrest_reports=())
    with units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-1"))
        unit.people.put_record(stored)
        assert unit.people.record(RecordId("record-1")) == stored


def test_a_new_version_supersedes_the_live_one(units_of_work: UnitsOfWork) -> None:
    newer = record(details=Details(names=(PersonName("Ada", "Byron"),)))
    with units_of_work.write() as unit:
        enrol(unit)
        unit.commit()
    with units_of_work.write() as unit:
        version = unit.people.put_record(newer)
        unit.commit()

    with units_of_work.read() as unit:
        assert version == 2
        assert unit.people.record(RecordId("record-1")) == newer


def test_a_person_has_one_record(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        with pytest.raises(ConflictError):
            unit.people.put_record(record("person-1", "record-other"))


def test_a_record_stays_with_its_person(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        unit.people.add_person(PersonId("person-2"))
        with pytest.raises(ConflictError):
            unit.people.put_record(record("person-2", "record-1"))


def test_a_record_of_nobody_is_refused(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit, pytest.raises(NotFoundError):
        unit.people.put_record(record("nobody"))


def test_unknown_records_are_none(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.people.record(RecordId("record-1")) is None
        assert unit.people.records_of([]) == {}


def test_captures_are_found_with_their_people(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        known = enrol(unit)
        bare = unit.people.add_person(PersonId("person-8"))
        left = encounter("encounter-8", "person-8", impressions=(mark(),))
        unsolved = unit.encounters.add(left, Placement(bare, Gallery.UNSOLVED_MARKS, 0))
        gone = enrol(unit, 9)
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-9"))
        unit.commit()

    stored = (known.encounter_row, unsolved, gone.encounter_row, 99)
    rows = [EncounterRow(row) for row in stored]
    with units_of_work.read() as unit:
        found = unit.found_captures.of(rows)
        held = unit.people.held([known.person_row, bare])
        templates = unit.encounters.templates(rows)

    assert found.persons == {row: replace(one, details=None) for row, one in held.items()}
    assert set(found.persons) == {known.person_row, bare}
    assert found.held.encounter_ids == templates.encounter_ids
    assert np.array_equal(
        found.held.tenprints.captures.vectors, templates.tenprints.captures.vectors
    )


def test_what_a_search_has_to_know_of_persons_is_read_at_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        known = enrol(unit).person_row
        bare = unit.people.add_person(PersonId("person-8"))
        erased = unit.people.add_person(PersonId("person-9"))
        unit.people.erase_person(PersonId("person-9"))
        unit.commit()

    with units_of_work.read() as unit:
        held = unit.people.held([known, bare, erased, PersonRow(99)])
        whole = unit.people.records_of([known])[known]

    assert held == {
        known: HeldPerson(PersonId("person-1"), whole.record_id, 1, prepare(whole.details)),
        bare: HeldPerson(PersonId("person-8")),
    }
