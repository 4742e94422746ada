"""A supervisor's lists, sorted over all their rows: doubts, erasures, differences of opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.examination.cases import CaseState, Outcome
from domain.ids import CandidateId, CaseId, DecisionId, ErasureId, GalleryCaseId, PersonId, UserId
from domain.list_pages import ListOrder
from domain.people.disputes import GalleryOutcome
from domain.retention.erasures import Erasure, ErasureBasis, ErasureEnd
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import NOON, decision
from tests.contract.test_gallery_cases import conclusion, duplicate, enrolled, swap
from tests.contract.test_sorted_lists import HOUR, check_orders, work

PEOPLE = ("zoe", "Ann", "bob")


def _settle_doubts(unit: UnitOfWork) -> None:
    enrolled(unit)
    for n in range(1, 8):
        name, at = f"gallery-case-{n}", NOON + n % 4 * HOUR
        made = swap(name, (2, n + 2)) if n % 2 else duplicate(name, prints=str(n) * 64)
        assert unit.gallery_cases.open(replace(made, opened_at=at))
        settled = conclusion(
            name,
            outcome=list(GalleryOutcome)[n % 3],
            concluded_by=UserId(PEOPLE[n % 3]),
            concluded_at=NOON + n % 5 * HOUR,
        )
        unit.gallery_cases.conclude(settled)


def test_settled_doubts(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        _settle_doubts(unit)
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            start = None if before is None else GalleryCaseId(before)
            return unit.gallery_cases.page(
                is_open=False, before=start, limit=limit, order=order
            ).items

        check_orders(
            page,
            lambda one: str(one.case_id),
            {
                "doubt": lambda one: one.doubt.value,
                "since": lambda one: one.opened_at,
                "finding": lambda one: one.conclusion.outcome.value,
                "by": lambda one: one.conclusion.concluded_by.lower(),
                "when": lambda one: one.conclusion.concluded_at,
            },
        )


def test_doubts_that_wait(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrolled(unit)
        opened = [unit.gallery_cases.open(duplicate("gallery-case-9"))]
        for n in range(1, 8):
            made = swap(f"gallery-case-{n}", (2, n + 2))
            opened.append(unit.gallery_cases.open(replace(made, opened_at=NOON + n % 4 * HOUR)))
        assert all(opened)
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            start = None if before is None else GalleryCaseId(before)
            return unit.gallery_cases.page(
                is_open=True, before=start, limit=limit, order=order
            ).items

        check_orders(
            page,
            lambda one: str(one.case_id),
            {"doubt": lambda one: one.doubt.value, "since": lambda one: one.opened_at},
        )


def _erasure(n: int) -> Erasure:
    return Erasure(
        ErasureId(f"erasure-{n}"),
        PersonId(f"person-{n}"),
        list(ErasureBasis)[n % 3],
        ("order-b", "Order-A", "order-c")[n % 3] + str(n % 2),
        "",
        UserId(PEOPLE[n % 3]),
        NOON + n % 4 * HOUR,
    )


def _erasures(unit: UnitOfWork, *, are_ended: bool) -> None:
    for n in range(1, 8):
        unit.people.add_person(PersonId(f"person-{n}"))
        asked = _erasure(n)
        unit.erasures.ask(asked)
        if n % 2:
            confirmed = replace(
                asked, confirmed_by=UserId("eve"), confirmed_at=NOON + 5 * HOUR, due_at=NOON
            )
            unit.erasures.confirm(confirmed, [])
        if are_ended:
            end = list(ErasureEnd)[n % 2]
            unit.erasures.end(
                replace(asked, outcome=end, ended_by=UserId("eve"), ended_at=NOON + 6 * HOUR)
            )


def _check_erasures(units_of_work: UnitsOfWork, *, is_open: bool) -> None:
    with units_of_work.write() as unit:
        _erasures(unit, are_ended=not is_open)
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            start = None if before is None else ErasureId(before)
            return unit.erasures.page(
                is_open=is_open, before=start, limit=limit, order=order
            ).items

        check_orders(
            page,
            lambda one: str(one.erasure_id),
            {
                "authority": lambda one: one.authority.lower(),
                "basis": lambda one: one.basis.value,
                "by": lambda one: one.asked_by.lower(),
                "since": lambda one: one.asked_at,
                "state": lambda one: one.state.value,
            },
        )
        assert page(ListOrder("since"), "unknown", 9) == ()


def test_erasures_that_have_not_ended(units_of_work: UnitsOfWork) -> None:
    _check_erasures(units_of_work, is_open=True)


def test_erasures_that_have_ended(units_of_work: UnitsOfWork) -> None:
    _check_erasures(units_of_work, is_open=False)


def test_differences(units_of_work: UnitsOfWork) -> None:
    outcomes = (Outcome.INCONCLUSIVE, Outcome.EXCLUDED, Outcome.INSUFFICIENT)
    with units_of_work.write() as unit:
        for n in range(1, 8):
            work(unit, n, state=CaseState.DIFFERING, opened_at=NOON)
            for at, who in enumerate(("ann", "bob")):
                is_first = at == n % 2
                sealed = decision(
                    who,
                    decision_id=DecisionId(f"decision-{n}-{who}"),
                    case_id=CaseId(f"case-{n}"),
                    outcome=Outcome.IDENTIFIED if is_first else outcomes[n % 3],
                    candidate_id=CandidateId(f"candidate-{n}") if is_first else None,
                    sealed_at=NOON + (n % 4 + at) * HOUR,
                )
                unit.cases.seal_decision(sealed)
        work(unit, 8, state=CaseState.WAITING)
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, after: str | None, limit: int) -> Sequence[Any]:
            start = None if after is None else CaseId(after)
            return unit.cases.in_state(
                CaseState.DIFFERING, limit=limit, order=order, after=start
            ).items

        check_orders(
            page,
            lambda one: str(one.case_id),
            {
                "case": lambda one: int(one.case_id.removeprefix("case-")),
                "activity": lambda one: one.activity.value,
                "findings": lambda one: [each.outcome.value for each in one.decisions],
                "since": lambda one: one.decisions[-1].sealed_at,
            },
        )
