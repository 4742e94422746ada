"""The contract of the search repository."""

from __future__ import annotations

import pytest

from domain.examination.cases import CaseState
from domain.ids import CandidateId, EncounterId, ForceCode, PersonId, SearchId
from domain.people.people import Details
from domain.searches.evidence import Evidence
from domain.searches.searches import Probe, SearchOutcome, SearchState, SearchType
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import (
    NOON,
    candidate,
    case,
    decide_by_two,
    enrol,
    evidence,
    link,
    mark,
    open_case,
    probe,
    search,
)
from tests.contract.comparing import are_identical

WITHOUT_CASE = {"state": SearchState.CONCLUDED, "outcome": SearchOutcome.NOT_LINKED}


def test_a_search_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.searches.add(search(encounter_id=EncounterId("encounter-1")), probe(), [])
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.searches.get(SearchId("search-1"))

    assert found == search(encounter_id=EncounterId("encounter-1"), **WITHOUT_CASE)


def test_a_probe_keeps_every_bit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.searches.add(search(), probe(), [])
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.searches.probe(SearchId("search-1"))

    assert found is not None
    assert are_identical(found.impressions, probe().impressions)
    assert found.details == probe().details


@pytest.mark.parametrize("kept", [Probe((mark(),), Details()), Probe((), probe().details)])
def test_a_probe_may_be_a_mark_or_details_alone(units_of_work: UnitsOfWork, kept: Probe) -> None:
    with units_of_work.write() as unit:
        unit.searches.add(search(), kept, [])
        found = unit.searches.probe(SearchId("search-1"))

    assert found is not None
    assert are_identical(found.impressions, kept.impressions)
    assert found.details == kept.details


def test_candidates_read_back_equal_by_rank(units_of_work: UnitsOfWork) -> None:
    first = candidate("candidate-a", "person-2", rank=1, record_id=None, encounter_id=None)
    second = candidate("candidate-b", "person-1", rank=2)
    with units_of_work.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        unit.searches.add(search(), probe(), [second, first])
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.searches.candidates(SearchId("search-1")) == (first, second)
        assert unit.searches.candidate(CandidateId("candidate-b")) == second


def test_evidence_keeps_every_bit_of_its_numbers(units_of_work: UnitsOfWork) -> None:
    bare = evidence()._replace(flags=())
    with units_of_work.write() as unit:
        enrol(unit)
        unit.searches.add(search(), probe(), [candidate(evidence=bare)])
        found = unit.searches.candidate(CandidateId("candidate-1"))

    assert found is not None
    assert found.evidence == bare
    assert found.evidence.total_bits == bare.total_bits


def test_unknown_searches_are_none(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.searches.get(SearchId("search-1")) is None
        assert unit.searches.probe(SearchId("search-1")) is None
        assert unit.searches.candidates(SearchId("search-1")) == ()
        assert unit.searches.candidate(CandidateId("candidate-1")) is None


@pytest.mark.parametrize("state", [CaseState.WAITING, CaseState.VERIFYING, CaseState.DIFFERING])
def test_a_search_is_examined_while_its_case_is_open(
    units_of_work: UnitsOfWork, state: CaseState
) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.save(case(state=state, revision="2"), expected_revision="revision-1")
        found = unit.searches.get(SearchId("search-1"))

    assert found == search(case_id=case().case_id)


def test_a_search_follows_its_case_to_not_linked(units_of_work: UnitsOfWork) -> None:
    closed = case(state=CaseState.NOT_LINKED, revision="2")
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.save(closed, expected_revision="revision-1")
        found = unit.searches.get(SearchId("search-1"))

    assert found == search(case_id=case().case_id, **WITHOUT_CASE)


def test_a_search_follows_its_link(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        _link(unit)
        found = unit.searches.get(SearchId("search-1"))

    assert found is not None
    assert found.outcome is SearchOutcome.LINKED
    assert found.link_id == "link-1"


def test_a_search_is_not_linked_once_its_link_is_revoked(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        _link(unit)
        unit.links.revoke(link(revoked_at=NOON, revoked_by="sue", revocation_reason="twins"))
        found = unit.searches.get(SearchId("search-1"))

    assert found is not None
    assert found.outcome is SearchOutcome.NOT_LINKED
    assert found.link_id == "link-1"


def test_a_names_enquiry_has_no_outcome(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.searches.add(search(search_type=SearchType.NAMES), Probe((), probe().details), [])
        found = unit.searches.get(SearchId("search-1"))

    assert found is not None
    assert (found.state, found.outcome) == (SearchState.CONCLUDED, None)


def test_pages_run_from_the_newest_to_the_oldest(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for i in range(5):
            unit.searches.add(search(f"search-{i}"), probe(), [])
        unit.searches.add(search("foreign", force=ForceCode("02")), probe(), [])
        unit.commit()

    with units_of_work.read() as unit:
        first = unit.searches.page(ForceCode("01"), before=None, limit=2)
        second = unit.searches.page(ForceCode("01"), before=first.next_key, limit=2)
        third = unit.searches.page(ForceCode("01"), before=second.next_key, limit=2)

    ids = [[s.search_id for s in page.items] for page in (first, second, third)]
    assert ids == [["search-4", "search-3"], ["search-2", "search-1"], ["search-0"]]
    assert third.next_key is None


def test_a_page_that_fits_exactly_is_the_last(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.searches.add(search(), probe(), [])
        page = unit.searches.page(ForceCode("01"), before=None, limit=1)

    assert page.next_key is None


@pytest.mark.parametrize("before", ["unknown", "foreign"])
def test_a_page_before_a_search_that_is_not_the_forces_is_empty(
    units_of_work: UnitsOfWork, before: str
) -> None:
    with units_of_work.write() as unit:
        unit.searches.add(search(), probe(), [])
        unit.searches.add(search("foreign", force=ForceCode("02")), probe(), [])
        page = unit.searches.page(ForceCode("01"), before=before, limit=5)

    assert page.items == ()
    assert page.next_key is None


def test_nothing_is_kept_of_a_candidate_who_was_erased_during_the_search(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        unit.people.erase_person(PersonId("person-1"))
        two = candidate("candidate-2", "person-2", rank=2)
        unit.searches.add(search(), probe(), [candidate(), two])
        found = unit.searches.candidates(SearchId("search-1"))

    kept = evidence()
    assert found[0].evidence == Evidence((), kept.posterior, kept.band)
    assert found[1].evidence == kept


def test_nothing_is_kept_of_a_probe_whose_capture_was_erased_during_the_search(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.people.erase_person(PersonId("person-1"))
        unit.searches.add(search(encounter_id=EncounterId("encounter-1")), probe(), [])
        found = unit.searches.probe(SearchId("search-1"))

    assert found is None


def _link(unit: UnitOfWork) -> None:
    open_case(unit)
    decide_by_two(unit)
    unit.links.add(link())
    unit.cases.save(case(state=CaseState.LINKED, revision="2"), expected_revision="revision-1")
