"""The names of all people: built in the background or at the first enquiry, then kept current."""

from __future__ import annotations

import threading

import pytest

from domain.errors import GalleryError, IndexNotReadyError
from domain.ids import PersonId, PersonRow
from domain.people.people import Details, PersonName
from service.background.search_keepers import NamesBuilder
from service.live.names import LiveNames
from service.storage.database import UnitsOfWork
from tests.contract.builders import enrol, record

SAID = Details(names=(PersonName("Siân", "O'Neill-Łukasz"),))


def enrolled(units: UnitsOfWork, *numbers: int) -> list[PersonRow]:
    with units.write() as unit:
        rows = [PersonRow(enrol(unit, number).person_row) for number in numbers]
        unit.commit()
    return rows


def test_an_enquiry_finds_those_read_at_the_build_and_those_committed_since(
    units_of_work: UnitsOfWork,
) -> None:
    early = enrolled(units_of_work, 1, 2)
    names = LiveNames(units_of_work)
    names.build()
    late = enrolled(units_of_work, 3)

    found = names.candidates(SAID, 10)

    assert set(found) == {*early, *late}
    assert len(names) == 3


def test_details_are_read_in_pages_in_the_order_of_rows(units_of_work: UnitsOfWork) -> None:
    rows = enrolled(units_of_work, 1, 2, 3)

    with units_of_work.read() as unit:
        first = unit.people.details_after(PersonRow(0), 2)
        rest = unit.people.details_after(max(first), 2)
        end = unit.people.details_after(max(rest), 2)

    assert (list(first), list(rest), end) == (rows[:2], rows[2:], {})
    assert first[rows[0]] == record("person-1", "record-1").details


def test_whoever_is_erased_after_the_build_is_not_found(units_of_work: UnitsOfWork) -> None:
    _, kept = enrolled(units_of_work, 1, 2)
    names = LiveNames(units_of_work)
    names.build()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()

    assert names.candidates(SAID, 10) == (kept,)


def test_an_enquiry_during_a_build_is_asked_to_come_back(units_of_work: UnitsOfWork) -> None:
    rows = enrolled(units_of_work, 1)
    names = LiveNames(units_of_work, patience_s=0.01)
    names.expect()

    with pytest.raises(IndexNotReadyError, match="try again"):
        names.candidates(SAID, 10)
    names.build()

    assert names.candidates(SAID, 10) == tuple(rows)


def test_a_server_builds_in_the_background(units_of_work: UnitsOfWork) -> None:
    rows = enrolled(units_of_work, 1)
    names = LiveNames(units_of_work, patience_s=30)
    heard: list[Exception] = []

    with NamesBuilder(names).running(heard.append):
        found = names.candidates(SAID, 10)

    assert found == tuple(rows)
    assert not heard


def test_a_build_that_fails_is_told_and_the_next_enquiry_builds(
    units_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = enrolled(units_of_work, 1)
    names = LiveNames(units_of_work, patience_s=30)
    told = threading.Event()

    def failing(*_: object) -> None:
        raise GalleryError

    with monkeypatch.context() as patched:
        patched.setattr(LiveNames, "build", failing)
        with NamesBuilder(names).running(lambda _: told.set()):
            assert told.wait(30)

    assert names.candidates(SAID, 10) == tuple(rows)


def test_a_build_that_is_stopped_leaves_nothing_half_read(units_of_work: UnitsOfWork) -> None:
    rows = enrolled(units_of_work, 1, 2)
    names = LiveNames(units_of_work)

    names.build(lambda: True)

    assert len(names) == 0
    assert names.candidates(SAID, 10) == tuple(rows)
