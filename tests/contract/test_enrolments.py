"""People enrolled for the first time, on both databases."""

from __future__ import annotations

import pytest

from domain.errors import ConflictError
from service.storage.database import UnitsOfWork
from tests.contract.builders import NOON, encounter, enrol, record


def test_a_new_person_is_read_back_as_enrolled(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.enrolments.add(encounter(), 1980, record(), is_whole=True)
        unit.commit()

    with units_of_work.read() as unit:
        held = unit.encounters.get(encounter().encounter_id)
        enrolled = unit.gallery_feed.changes_after(0, 10).enrolled
        assert unit.people.record(record().record_id) == record()
        assert held is not None
        assert (held.person_id, held.captured_at) == (record().person_id, NOON)
        assert enrolled.years_of_birth.tolist() == [1980]
        assert enrolled.person_rows.tolist() == [unit.people.person_row(record().person_id)]


def test_a_new_person_may_have_no_record(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.enrolments.add(encounter(), 0, None, is_whole=True)
        unit.commit()

    with units_of_work.read() as unit:
        row = unit.people.person_row(encounter().person_id)
        assert row is not None
        assert not unit.people.records_of([row])
        assert unit.encounters.has_enrolled(encounter().force, row)


def test_a_person_is_enrolled_for_the_first_time_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.commit()

    with pytest.raises(ConflictError), units_of_work.write() as unit:
        unit.enrolments.add(encounter("encounter-2"), 0, None, is_whole=True)
