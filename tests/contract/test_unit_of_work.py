"""The contract of a unit of work: one transaction, one commit, and a snapshot to read from."""

from __future__ import annotations

import pytest

from domain.errors import AlreadyDecidedError, ConflictError
from domain.ids import DecisionId, PersonId
from service.storage.database import UnitsOfWork
from tests.contract.builders import case, decision, enrol, event, open_case


def test_an_error_inside_rolls_everything_back(units_of_work: UnitsOfWork) -> None:
    def fail_at_the_end() -> None:
        with units_of_work.write() as unit:
            enrol(unit)
            unit.events.append(event())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()

    with units_of_work.read() as unit:
        assert unit.people.count() == unit.encounters.count() == unit.events.size() == 0
        assert unit.gallery_feed.last_change() == 0


def test_a_begun_unit_commits_at_its_end_or_at_a_return_but_not_after_an_error(
    units_of_work: UnitsOfWork,
) -> None:
    def enrol_and_return() -> int:
        with units_of_work.begin() as unit:
            enrol(unit)
            return unit.people.count()

    def fail() -> None:
        with units_of_work.begin() as unit:
            enrol(unit, 2)
            raise ZeroDivisionError

    assert enrol_and_return() == 1
    with pytest.raises(ZeroDivisionError):
        fail()

    with units_of_work.read() as unit:
        assert unit.people.person_row(PersonId("person-1")) is not None
        assert unit.people.count() == 1


def test_a_domain_refusal_leaves_the_rest_of_the_work_whole(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.seal_decision(decision())
        with pytest.raises(AlreadyDecidedError):
            unit.cases.seal_decision(decision(decision_id=DecisionId("again")))
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.people.count() == 1


def test_a_reader_keeps_its_snapshot_while_others_commit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as reader:
        before = reader.people.count()
        with units_of_work.write() as writer:
            enrol(writer)
            writer.events.append(event())
            writer.commit()
        during = (reader.people.count(), reader.gallery_feed.last_change(), reader.events.size())
    with units_of_work.read() as reader:
        after = reader.people.count()

    assert (before, during, after) == (0, (0, 0, 0), 1)


def test_what_was_committed_can_be_read_on_inside_the_block(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.commit()
        assert unit.people.person_row(PersonId("person-1")) is not None


def test_a_second_commit_repeats_nothing(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.events.append(event())
        unit.commit()
        unit.commit()

    with units_of_work.read() as unit:
        assert (unit.events.size(), unit.gallery_feed.last_change()) == (1, 1)


def test_work_after_a_commit_does_not_take_the_numbers_of_others(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as first:
        enrol(first, 1)
        first.commit()
        with units_of_work.write() as second:
            enrol(second, 2)
            second.commit()
        enrol(first, 3)
        first.commit()

    with units_of_work.read() as unit:
        assert (unit.people.count(), unit.gallery_feed.last_change()) == (3, 3)


def test_a_reading_unit_refuses_to_commit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit, pytest.raises(RuntimeError):
        unit.commit()


def test_a_unit_of_work_is_used_inside_its_block(units_of_work: UnitsOfWork) -> None:
    unit = units_of_work.read()

    with pytest.raises(RuntimeError):
        unit.people.count()


def test_a_refusal_of_the_database_does_not_tell_what_was_stored(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.commit()

    with pytest.raises(ConflictError) as refused, units_of_work.write() as unit:
        unit.cases.add(case("case-2", revision="a-secret"))

    assert "a-secret" not in f"{refused.value} {refused.value.__cause__}"
