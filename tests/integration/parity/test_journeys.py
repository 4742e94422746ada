"""The same cases worked by pages and by the API, compared after each step."""

from __future__ import annotations

import pytest

from domain.ids import CaseId, LinkId
from tests.integration.api.prints import mark, tenprint
from tests.integration.parity.beside import (
    Beside,
    begin,
    compare_all,
    decide,
    decision_ids,
    examine,
    order_of,
)
from tests.integration.parity.conftest import SEARCHED_FOR
from tests.integration.parity.traces import Ledger
from tests.integration.web.pictures import grey_png

CAPTURE = tenprint(SEARCHED_FOR, capture=3)
MARK = mark(SEARCHED_FOR, 3)
A, B = "examiner-a", "examiner-b"


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_two_identifications_make_a_link_that_is_told_and_revoked(beside: Beside) -> None:
    beside.submit(CAPTURE, images={"2": grey_png(seed=4), "3": grey_png(seed=5)})
    assert beside.steps() == ["claim", "claim", "claim"]

    for name in (A, B):
        assert set(beside.step(examine(name, "yes", ("identified", "excluded")))) == {200}
        assert beside.step(decide(name, "identified")) == 200
    assert beside.steps() == ["closed", "closed", "404"]
    assert beside.step(lambda at: at.desk.standing(at.search_id)) == "linked"
    assert beside.step(lambda at: _link(at) in at.desk.read(A, at.case_id, what="result")[1])
    assert beside.step(lambda at: at.desk.revoke(_link(at))) == 200
    assert beside.step(lambda at: at.desk.revoke(_link(at))) == 409


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_a_probe_without_value_is_decided_without_an_exemplar(beside: Beside) -> None:
    beside.submit(MARK, "LT/TP")

    assert beside.step(examine(A, "no")) == [200, 200]
    look = beside.pages.desk.look(A, beside.pages.case_id)
    assert (look.step, look.findings) == ("decision", ("insufficient",))
    assert beside.step(_compare_first) == 409
    assert beside.step(lambda at: _exemplar(at, A, 0)) == 404
    for finding in ("excluded", "inconclusive", "identified"):
        assert beside.step(decide(A, finding)) == 409
    assert beside.step(decide(A, "insufficient")) == 200
    beside.step(examine(B, "no"))
    assert beside.step(decide(B, "insufficient")) == 200
    assert beside.step(lambda at: at.desk.standing(at.search_id)) == "not linked"


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_a_difference_is_resolved_by_a_third_person(beside: Beside) -> None:
    for ledger in beside.ledgers:
        ledger.desk.world.review_differences()
    beside.submit(CAPTURE)
    beside.step(examine(A, "yes", ("identified", "excluded")))
    beside.step(decide(A, "identified"))
    beside.step(examine(B, "yes", ("excluded", "excluded")))
    beside.step(decide(B, "excluded"))

    assert beside.steps() == ["sealed", "sealed", "claim"]
    assert beside.step(lambda at: at.case_id in at.desk.differences())
    assert beside.step(lambda at: len(_records(at))) == 2
    assert beside.step(lambda at: _supervised(at, "exemplar-a")) == 200
    assert beside.step(lambda at: _supervised(at, "exemplar-b")) == 404
    assert beside.step(lambda at: _supervised(at, "probe")) == 200
    assert beside.step(lambda at: at.desk.resolve(at.case_id, _records(at)[0])) == 200
    assert beside.step(lambda at: at.desk.resolve(at.case_id, "0" * 32)) == 409
    assert beside.step(lambda at: at.desk.standing(at.search_id)) == "linked"


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_prints_that_allow_no_finding_are_insufficient_after_all_exemplars(
    beside: Beside,
) -> None:
    beside.submit(MARK, "LT/TP", {"0": grey_png(seed=6)})

    for name in (A, B):
        beside.step(begin(name))
        assert beside.step(decide(name, "insufficient")) == 409
        beside.step(compare_all(name, ("insufficient", "insufficient")))
        assert beside.step(decide(name, "insufficient")) == 200
    assert beside.step(lambda at: at.desk.standing(at.search_id)) == "not linked"


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_comparisons_that_differ_from_each_other_are_inconclusive_and_nothing_else(
    beside: Beside,
) -> None:
    beside.submit(MARK, "LT/TP", {"0": grey_png(seed=6)})

    for name in (A, B):
        beside.step(begin(name))
        beside.step(compare_all(name, ("insufficient", "inconclusive")))
        assert beside.step(decide(name, "insufficient")) == 409
        assert beside.step(decide(name, "inconclusive")) == 200
    assert beside.step(lambda at: at.desk.standing(at.search_id)) == "not linked"


def test_an_identification_is_decided_before_the_last_exemplar(beside: Beside) -> None:
    beside.submit(MARK, "LT/TP")
    beside.step(begin(A))

    for at in beside.ledgers:  # whichever exemplar comes first: it is another in each store
        look = at.desk.look(A, at.case_id)
        assert not look.may_decide
        assert at.desk.compare(A, at.case_id, look.label, "identified") == 200
        after = at.desk.look(A, at.case_id)
        assert (after.step, after.may_decide) == ("comparison", True)
        assert at.desk.decide(A, at.case_id, "excluded") == 409
        assert at.desk.decide(A, at.case_id, f"identified:{after.label}") == 409
        assert at.desk.decide(A, at.case_id, f"identified:{look.label}") == 200
    assert beside.steps() == ["sealed", "claim", "claim"]


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_a_case_is_taken_held_given_back_and_prioritised(beside: Beside) -> None:
    beside.submit(CAPTURE)

    assert beside.step(lambda at: at.desk.prioritise(at.case_id, "urgent")) == 200
    assert beside.step(lambda at: at.desk.claim_next(A) == at.case_id)
    assert beside.step(lambda at: at.desk.claim_next(B)) == ""
    assert beside.step(lambda at: at.desk.claim(B, at.case_id)) == 409
    assert beside.step(lambda at: at.desk.analyse(B, at.case_id, "yes")) == 409
    assert beside.step(lambda at: at.desk.release(A, at.case_id)) == 200
    assert beside.step(lambda at: at.desk.release(A, at.case_id)) == 409
    assert beside.step(lambda at: at.desk.claim(B, at.case_id)) == 200
    assert beside.step(lambda at: at.desk.take_back(at.case_id)) == 200
    assert beside.step(lambda at: at.desk.take_back(at.case_id)) == 409
    assert beside.steps() == ["claim", "claim", "claim"]


@pytest.mark.dear("works the same case by pages and by calls, each in a store of its own")
def test_what_is_hidden_is_hidden_on_both_edges(beside: Beside) -> None:
    beside.submit(MARK, "LT/TP", {"0": grey_png(seed=7)})

    assert beside.step(lambda at: at.desk.print_of(A, at.case_id, "probe", 0)) == (404, b"")
    beside.step(lambda at: at.desk.claim(A, at.case_id))
    assert beside.step(lambda at: at.desk.print_of(A, at.case_id, "probe", 0))[0] == 200
    assert beside.step(lambda at: at.desk.print_of(B, at.case_id, "probe", 0)) == (404, b"")
    assert beside.step(lambda at: at.desk.print_of(A, at.case_id, "probe", 1)) == (404, b"")
    assert beside.step(lambda at: _exemplar(at, A, 0)) == 404
    beside.step(lambda at: at.desk.analyse(A, at.case_id, "yes"))
    assert beside.step(lambda at: _exemplar(at, A, 0)) == 200
    assert beside.step(lambda at: _exemplar(at, A, 1)) == 404
    assert beside.step(lambda at: _exemplar(at, B, 0)) == 404
    assert beside.step(lambda at: _exemplar(at, "supervisor-a", 0)) == 404
    assert beside.step(lambda at: at.desk.read(A, at.case_id, what="result")[0]) == 404
    assert beside.step(lambda at: _sealed(at, A)) == 404
    compared = [_compare_first(at) for at in beside.ledgers]
    assert compared == [200, 200]
    assert [_sealed(at, A) for at in beside.ledgers] == [200, 200]
    assert [_sealed(at, B) for at in beside.ledgers] == [404, 404]


def _compare_first(at: Ledger) -> int:
    """Evaluate the exemplar that examiner A is shown, or would be shown, first."""
    return at.desk.compare(A, at.case_id, order_of(at, A)[0][0], "insufficient")


def _exemplar(at: Ledger, name: str, number: int) -> int:
    """Return the status of a picture of an exemplar, in the order of examiner A."""
    return at.desk.print_of(name, at.case_id, order_of(at, A)[number][0], 0)[0]


def _sealed(at: Ledger, name: str) -> int:
    """Return the status of the first comparison of examiner A."""
    label = order_of(at, A)[0][0]
    return at.desk.read(name, at.case_id, what=f"comparisons/{label}")[0]


def _supervised(at: Ledger, label: str) -> int:
    return at.desk.print_of("supervisor-a", at.case_id, label, 0)[0]


def _records(at: Ledger) -> list[str]:
    """Return the ids of the sealed records that a supervisor reads of a difference."""
    return decision_ids(at.desk.difference(at.case_id), at.desk, at.case_id)


def _link(at: Ledger) -> LinkId:
    with at.desk.world.services.units.read() as unit:
        link_id = unit.queue.link_of_case(CaseId(at.case_id))
    assert link_id is not None
    return link_id
