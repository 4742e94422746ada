"""The contract of the case repository: seals are final."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import (
    AlreadyDecidedError,
    ConflictError,
    StaleCaseError,
    StepOutOfOrderError,
)
from domain.examination.cases import CaseState, DecisionKind, Outcome, Priority
from domain.ids import CandidateId, CaseId, DecisionId, SearchId, UserId
from service.storage.database import UnitsOfWork
from service.storage.examination.queue import QueueWanted
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import (
    NOON,
    analysis,
    candidate,
    case,
    comparison,
    decide_by_two,
    decision,
    enrol,
    examination,
    open_case,
    probe,
    search,
)

ANN, BOB = UserId("ann"), UserId("bob")
CASE = CaseId("case-1")


def test_a_case_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.cases.get(CASE) == case()
        assert unit.cases.of_search(SearchId("search-1")) == case()


def test_unknown_cases_are_none(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.cases.get(CASE) is None
        assert unit.cases.of_search(SearchId("search-1")) is None
        assert unit.cases.examination(CASE, ANN) is None
        assert unit.cases.analysis(CASE, ANN) is None
        assert unit.cases.comparisons(CASE, ANN) == ()


def test_a_search_has_one_case(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.commit()

    with pytest.raises(ConflictError), units_of_work.write() as unit:
        unit.cases.add(case("case-2"))


def test_a_case_is_moved_from_the_revision_that_was_read(units_of_work: UnitsOfWork) -> None:
    moved = case(state=CaseState.VERIFYING, claimed_by=ANN, revision="revision-2")
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.save(moved, expected_revision="revision-1")
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.cases.get(CASE) == moved


def test_a_stale_case_is_refused_and_unchanged(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        with pytest.raises(StaleCaseError):
            unit.cases.save(case(claimed_by=ANN), expected_revision="revision-0")
        found = unit.cases.get(CASE)

    assert found == case()


def test_an_examination_reads_back_in_its_order(units_of_work: UnitsOfWork) -> None:
    order = (("XQZ", CandidateId("candidate-2")), ("BBB", CandidateId("candidate-1")))
    begun = examination(order=order)
    with units_of_work.write() as unit:
        _open_with_two_candidates(unit)
        unit.cases.begin(begun)
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.cases.examination(CASE, ANN) == begun
        assert unit.cases.examination(CASE, BOB) is None


def test_an_examination_is_begun_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.begin(examination())
        with pytest.raises(StaleCaseError):
            unit.cases.begin(examination(shuffle_seed=1))
        unit.cases.begin(examination("bob", order=()))
        found = unit.cases.examination(CASE, ANN)

    assert found == examination()


def test_an_analysis_is_sealed_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.seal_analysis(analysis())
        with pytest.raises(StepOutOfOrderError):
            unit.cases.seal_analysis(analysis(is_of_value=False, notes=""))
        unit.cases.seal_analysis(analysis("bob", notes=""))
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.cases.analysis(CASE, ANN) == analysis()
        assert unit.cases.analysis(CASE, BOB) == analysis("bob", notes="")


def test_comparisons_read_back_in_the_order_they_were_sealed(
    units_of_work: UnitsOfWork,
) -> None:
    first = comparison(label="ZZZ", candidate_id=CandidateId("candidate-2"), reason="", points=())
    with units_of_work.write() as unit:
        _open_with_two_candidates(unit)
        unit.cases.seal_comparison(first)
        unit.cases.seal_comparison(comparison())
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.cases.comparisons(CASE, ANN) == (first, comparison())
        assert unit.cases.comparisons(CASE, BOB) == ()


@pytest.mark.parametrize("changes", [{"candidate_id": "candidate-2"}, {"label": "OTHER"}])
def test_neither_a_label_nor_its_exemplar_is_evaluated_twice(
    units_of_work: UnitsOfWork, changes: dict[str, Any]
) -> None:
    with units_of_work.write() as unit:
        _open_with_two_candidates(unit)
        unit.cases.seal_comparison(comparison())
        with pytest.raises(StepOutOfOrderError):
            unit.cases.seal_comparison(replace(comparison(), **changes))
        unit.cases.seal_comparison(comparison("bob"))


def test_decisions_come_with_the_case_oldest_first(units_of_work: UnitsOfWork) -> None:
    none = decision("zoe", outcome=Outcome.INCONCLUSIVE, candidate_id=None, reason="")
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.seal_decision(none)
        unit.cases.seal_decision(decision("ann", kind=DecisionKind.RESOLUTION))
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.cases.get(CASE)

    assert found == case(decisions=(none, decision("ann", kind=DecisionKind.RESOLUTION)))


def test_a_person_decides_a_case_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.seal_decision(decision())
        with pytest.raises(AlreadyDecidedError):
            unit.cases.seal_decision(decision(decision_id=DecisionId("second")))
        unit.cases.seal_decision(decision("bob"))
        found = unit.cases.get(CASE)

    assert found is not None
    assert [d.decided_by for d in found.decisions] == ["ann", "bob"]


@pytest.mark.parametrize(
    "changes", [{"candidate_id": None}, {"outcome": Outcome.EXCLUDED}, {"case_id": "unknown"}]
)
def test_a_decision_that_contradicts_itself_is_refused(
    units_of_work: UnitsOfWork, changes: dict[str, Any]
) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        unit.commit()

    with pytest.raises(ConflictError), units_of_work.write() as unit:
        unit.cases.seal_decision(decision(**changes))


def test_an_examiner_is_offered_what_they_can_work_on(units_of_work: UnitsOfWork) -> None:
    everything = QueueWanted()
    with units_of_work.write() as unit:
        enrol(unit)
        for i in range(1, 6):
            unit.searches.add(search(f"search-{i}"), probe(), [candidate(f"candidate-{i}")])
        unit.cases.add(case("case-1", "search-1", revision="one"))
        unit.cases.add(case("case-2", "search-2", claimed_by=ANN))
        unit.cases.add(case("case-3", "search-3", claimed_by=BOB))
        unit.cases.add(case("case-4", "search-4", state=CaseState.DIFFERING))
        unit.cases.add(case("case-5", "search-5", state=CaseState.VERIFYING, revision="five"))
        unit.cases.seal_decision(
            decision(case_id=CaseId("case-5"), candidate_id=CandidateId("candidate-5"))
        )
        mine = [c.case_id for c in unit.queue.queue(ANN, everything, limit=10)]
        theirs = [c.case_id for c in unit.queue.queue(BOB, everything, limit=10)]
        first = [c.case_id for c in unit.queue.queue(BOB, everything, limit=1)]
        held = [c.case_id for c in unit.queue.held_by(BOB)]
        named = [unit.queue.task(who, "five") for who in (ANN, BOB)]
        differing = unit.cases.in_state(CaseState.DIFFERING, limit=10).items

    assert mine == ["case-1"]
    assert theirs == ["case-1", "case-5"]
    assert first == ["case-1"]
    assert held == ["case-3"]
    assert named == [None, "case-5"]
    assert [c.case_id for c in differing] == ["case-4"]


def test_a_queue_is_read_page_by_page_in_the_order_of_coming(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        for i, minutes in enumerate((30, 10, 20, 40), 1):
            unit.searches.add(search(f"search-{i}"), probe(), [candidate(f"candidate-{i}")])
            ready_at = NOON + timedelta(minutes=minutes)
            unit.cases.add(
                case(f"case-{i}", f"search-{i}", revision=f"task-{i}", ready_at=ready_at)
            )
        unit.queue.set_priority(CaseId("case-4"), Priority.HIGH)

        seen, after = [], None
        while page := unit.queue.queue(BOB, QueueWanted(after=after), limit=1):
            seen.append(page[0].case_id)
            after = unit.queue.place(BOB, page[0].revision)

    assert seen == ["case-4", "case-2", "case-3", "case-1"]


def test_decisions_of_several_cases_stay_with_their_case(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.searches.add(search("search-2"), probe(), [])
        unit.cases.add(case("case-2", "search-2"))
        found = unit.cases.in_state(CaseState.WAITING, limit=10).items

    assert [len(c.decisions) for c in found] == [2, 0]


def _open_with_two_candidates(unit: UnitOfWork) -> None:
    enrol(unit, 1)
    enrol(unit, 2)
    second = candidate("candidate-2", "person-2", rank=2)
    unit.searches.add(search(), probe(), [candidate(), second])
    unit.cases.add(case())
