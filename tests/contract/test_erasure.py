"""The contract of erasing a person: all rows about them are removed, all others kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import NotFoundError
from domain.examination.cases import Case
from domain.ids import (
    CandidateId,
    CaseId,
    EncounterId,
    ErasureId,
    LinkId,
    PersonId,
    RecordId,
    SearchId,
    UserId,
)
from domain.retention.erasures import Erasure, ErasureBasis, ErasureEnd
from indexing.codes.batches import Gallery
from service.storage.database import UnitsOfWork
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import (
    NOON,
    analysis,
    candidate,
    case,
    comparison,
    decide_by_two,
    decision,
    encounter,
    enrol,
    evidence,
    link,
    open_case,
    probe,
    record,
    search,
)

ONE = PersonId("person-1")


def test_person_record_and_captures_are_gone(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        stored = enrol(unit, 1)
        enrol(unit, 2)
        unit.people.put_record(record())
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        assert unit.people.person_row(ONE) is None
        assert unit.people.person_ids([stored.person_row]) == {}
        assert unit.people.record(RecordId("record-1")) is None
        assert unit.people.records_of([stored.person_row]) == {}
        assert unit.encounters.get(EncounterId("encounter-1")) is None
        assert (unit.people.count(), unit.encounters.count()) == (1, 1)


def test_other_people_stay_whole(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        assert unit.people.record(RecordId("record-2")) == record("person-2", "record-2")
        assert unit.encounters.get(EncounterId("encounter-2")) is not None


def test_every_capture_of_the_person_leaves_the_gallery(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        first = enrol(unit, 1)
        again = encounter("encounter-1b")
        second = unit.encounters.add(again, Placement(first.person_row, Gallery.TENPRINTS, 0))
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        changes = unit.gallery_feed.changes_after(2, 10)

    assert changes.erased_rows.tolist() == [first.encounter_row, second]


def test_erasing_twice_or_nobody_does_nothing(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        unit.commit()
    _erase(units_of_work)
    _erase(units_of_work)
    _erase(units_of_work, PersonId("nobody"))

    with units_of_work.read() as unit:
        assert unit.gallery_feed.last_change() == 2


def test_what_is_queued_is_counted_out_before_the_commit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        unit.people.erase_person(ONE)
        assert unit.encounters.count() == 0


def test_an_erased_person_gets_neither_record_nor_capture(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        row = enrol(unit, 1).person_row
        unit.people.erase_person(ONE)
        with pytest.raises(NotFoundError):
            unit.people.put_record(record())
        with pytest.raises(NotFoundError):
            unit.encounters.add(encounter("new"), Placement(row, Gallery.TENPRINTS, 0))


def test_the_probe_of_an_enrolled_capture_goes_with_its_case(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        own = search(encounter_id=EncounterId("encounter-1"))
        other = candidate(person_id="person-2", encounter_id=None)
        unit.searches.add(own, probe(), [other])
        unit.cases.add(case())
        _examine(unit)
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        assert unit.searches.probe(SearchId("search-1")) is None
        assert unit.searches.candidates(SearchId("search-1"))[0].evidence.rows == ()
        assert unit.searches.get(SearchId("search-1")) is not None
        _assert_no_words(unit)


def test_a_search_that_was_linked_to_the_person_is_theirs(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        assert unit.searches.probe(SearchId("search-1")) is None
        assert unit.links.get(LinkId("link-1")) == link()
        _assert_no_words(unit)


def test_a_probe_whose_link_was_revoked_is_not_theirs(units_of_work: UnitsOfWork) -> None:
    revoked = link(revoked_at=NOON, revoked_by=UserId("sue"), revocation_reason="not him")
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.links.revoke(revoked)
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        found = unit.links.get(LinkId("link-1"))
        assert unit.searches.probe(SearchId("search-1")) is not None
        assert found is not None
        assert found.revocation_reason == ""
        assert found.revoked_by == "sue"


def test_what_others_searches_say_of_them_as_a_candidate_goes(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        beside = candidate("candidate-2", "person-2", rank=2)
        unit.searches.add(search(), probe(), [candidate(), beside])
        unit.cases.add(case())
        unit.cases.seal_comparison(comparison())
        unit.cases.seal_comparison(
            comparison(label="OTH", candidate_id=CandidateId("candidate-2"))
        )
        unit.cases.seal_decision(decision("ann"))
        unit.commit()
    _erase(units_of_work)

    with units_of_work.read() as unit:
        first, second = unit.searches.candidates(SearchId("search-1"))
        of_them, of_other = unit.cases.comparisons(CaseId("case-1"), UserId("ann"))
        assert unit.searches.probe(SearchId("search-1")) is not None
        assert (first.evidence.rows, first.evidence.flags) == ((), ())
        assert first.evidence.posterior == evidence().posterior
        assert second.evidence == evidence()
        assert (of_them.reason, of_them.points) == ("", ())
        assert of_other.reason == comparison().reason
        assert _case(unit).decisions[0].reason == ""


def _examine(unit: UnitOfWork) -> None:
    unit.cases.seal_analysis(analysis())
    unit.cases.seal_comparison(comparison())
    unit.cases.seal_decision(decision())


def _assert_no_words(unit: UnitOfWork) -> None:
    found = unit.cases.analysis(CaseId("case-1"), UserId("ann"))
    assert found is None or found.notes == ""
    evaluated = unit.cases.comparisons(CaseId("case-1"), UserId("ann"))
    assert all((c.reason, c.points) == ("", ()) for c in evaluated)
    assert all(d.reason == "" for d in _case(unit).decisions)


def _case(unit: UnitOfWork) -> Case:
    found = unit.cases.get(CaseId("case-1"))
    assert found is not None
    return found


def _erase(units_of_work: UnitsOfWork, person_id: PersonId = ONE) -> None:
    with units_of_work.write() as unit:
        unit.people.erase_person(person_id)
        unit.commit()


def test_the_gallery_of_the_past_holds_no_person_while_they_were_hidden(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        rows = {enrol(unit, number).encounter_row for number in (1, 2)}
        unit.commit()
    asked = Erasure(
        ErasureId("erasure-1"), ONE, ErasureBasis.COURT_ORDER, "ORDER-1", "", UserId("sue"), NOON
    )
    with units_of_work.write() as unit:
        unit.erasures.ask(asked)
        confirmed = replace(asked, confirmed_by=UserId("tom"), confirmed_at=NOON, due_at=NOON)
        unit.erasures.confirm(confirmed, [ONE])
        unit.commit()
    with units_of_work.write() as unit:
        unit.erasures.end(
            replace(asked, outcome=ErasureEnd.CALLED_BACK, ended_by=UserId("sue"), ended_at=NOON)
        )
        unit.erasures.show_people(asked.erasure_id)
        unit.commit()

    with units_of_work.read() as unit:
        at = [
            unit.past_gallery.captures_at(change, Gallery.TENPRINTS, after=0, limit=10)
            for change in (2, 3, 4)
        ]
        last = unit.gallery_feed.changes_after(0, 10)
    assert [{*each.held.encounter_ids} for each in at] == [rows, {max(rows)}, rows]
    assert ({*last.enrolled.encounter_rows.tolist()}, last.erased_rows.tolist()) == (rows, [])
