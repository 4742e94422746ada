"""The contract of the link repository: no link without two persons."""

from __future__ import annotations

import pytest

from domain.errors import (
    AlreadyRevokedError,
    ConflictError,
    InvalidInputError,
    SelfVerificationError,
)
from domain.examination.cases import Outcome
from domain.ids import CandidateId, DecisionId, LinkId, UserId
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import (
    NOON,
    candidate,
    case,
    decide_by_two,
    decision,
    enrol,
    link,
    open_case,
    probe,
    search,
)

REVOKED = link(revoked_at=NOON, revoked_by=UserId("sue"), revocation_reason="twin of the other")


def test_a_link_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.links.get(LinkId("link-1")) == link()
        assert unit.links.count() == 1


def test_a_link_without_record_and_encounter_reads_back_equal(
    units_of_work: UnitsOfWork,
) -> None:
    bare = link(record_id=None, encounter_id=None)
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(bare)
        found = unit.links.get(LinkId("link-1"))

    assert found == bare


def test_unknown_links_are_none(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.links.get(LinkId("link-1")) is None
        assert unit.links.count() == 0


@pytest.mark.parametrize(
    "decision_ids",
    [
        (),
        ("decision-ann",),
        ("decision-ann", "decision-ann"),
        ("decision-ann", "unknown"),
        ("decision-ann", "decision-zoe"),
    ],
)
def test_a_link_needs_two_persons_who_identified_the_candidate(
    units_of_work: UnitsOfWork, decision_ids: tuple[str, ...]
) -> None:
    excluded = decision("zoe", outcome=Outcome.EXCLUDED, candidate_id=None)
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.cases.seal_decision(excluded)
        ids = tuple(DecisionId(i) for i in decision_ids)
        with pytest.raises(SelfVerificationError):
            unit.links.add(link(decision_ids=ids))
        assert unit.links.count() == 0


def test_two_who_identified_different_people_make_no_link(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        _open_with_two_candidates(unit)
        unit.cases.seal_decision(decision("ann"))
        unit.cases.seal_decision(decision("bob", candidate_id=CandidateId("candidate-2")))
        with pytest.raises(SelfVerificationError):
            unit.links.add(link())


def test_a_link_names_the_dissenter_too(units_of_work: UnitsOfWork) -> None:
    ids = (DecisionId("decision-zoe"), DecisionId("decision-ann"), DecisionId("decision-bob"))
    with units_of_work.write() as unit:
        open_case(unit)
        unit.cases.seal_decision(decision("zoe", outcome=Outcome.EXCLUDED, candidate_id=None))
        decide_by_two(unit)
        unit.links.add(link(decision_ids=ids))
        found = unit.links.get(LinkId("link-1"))

    assert found is not None
    assert found.decision_ids == ids


def test_a_case_makes_one_link(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.commit()

    with pytest.raises(ConflictError), units_of_work.write() as unit:
        unit.links.add(link(link_id=LinkId("link-2")))


def test_a_revocation_stands_beside_the_link(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.links.revoke(REVOKED)
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.links.get(LinkId("link-1")) == REVOKED
        assert unit.links.count() == 0


def test_a_link_is_revoked_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        unit.links.revoke(REVOKED)
        with pytest.raises(AlreadyRevokedError):
            unit.links.revoke(REVOKED)


def test_a_revocation_without_time_and_person_is_refused(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit, pytest.raises(InvalidInputError):
        unit.links.revoke(link())


def _open_with_two_candidates(unit: UnitOfWork) -> None:
    enrol(unit, 1)
    enrol(unit, 2)
    second = candidate("candidate-2", "person-2", rank=2)
    unit.searches.add(search(), probe(), [candidate(), second])
    unit.cases.add(case())
