"""Lists that are sorted over all their rows: pages of every order join to the whole list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.events.links import Linked
from domain.events.people import Enrolled
from domain.examination.cases import Activity, CaseState, Priority
from domain.forces import force_name
from domain.ids import CandidateId, CaseId, DecisionId, ForceCode, LinkId, SearchId, UserId
from domain.list_pages import EventFilter, ListOrder, OpenWanted
from domain.people.amendments import Add
from domain.people.items import ItemKind
from domain.people.people import PersonName
from domain.searches.searches import SearchType
from service.storage.database import UnitsOfWork
from service.storage.examination.open_work import OpenCase
from service.storage.searches.search_bodies import SearchOrder
from service.storage.unit_of_work import UnitOfWork
from service.usecases.workbench import TARGETS
from tests.contract.builders import (
    FORCE,
    NOON,
    caller,
    candidate,
    case,
    decision,
    enrol,
    event,
    link,
    probe,
    record,
    search,
)
from tests.contract.test_records import amend

FORCES = ("63", "01", "47", "13")
HOUR = timedelta(hours=1)
TYPES = (SearchType.TP_TP, SearchType.LT_TP, SearchType.TP_LT)

Page = Callable[[ListOrder | None, str | None, int], Sequence[Any]]
"""Returns so many rows of an order, behind the row of an id."""


def check_orders(
    page: Page, id_of: Callable[[Any], str], keys: dict[str, Callable[[Any], Any]]
) -> None:
    """Check that each order, both ways, sorts the whole list, and that its pages join to it."""
    whole = page(None, None, 100)
    assert len(whole) > 5
    for name, key in keys.items():
        orders = [ListOrder(name, is_descending) for is_descending in (False, True)]
        lists = [page(order, None, 100) for order in orders]
        assert {id_of(row) for row in lists[0]} == {id_of(row) for row in whole}
        assert [id_of(row) for row in lists[0]] == [id_of(row) for row in reversed(lists[1])]
        assert all(key(one) <= key(other) for one, other in pairwise(lists[0])), name
        assert key(lists[0][0]) < key(lists[0][-1]), f"nothing is sorted by {name}"
        for order, expected in zip(orders, lists, strict=True):
            walked = _walked(lambda after, o=order: page(o, after, 2), id_of)
            assert walked == [id_of(row) for row in expected], order
    assert [id_of(row) for row in page(ListOrder("no such column"), None, 100)] == [
        id_of(row) for row in whole
    ]


def _walked(page: Callable[[str | None], Sequence[Any]], id_of: Callable[[Any], str]) -> list[str]:
    found: list[str] = []
    while rows := page(found[-1] if found else None):
        found += [id_of(row) for row in rows]
    return found


def work(unit: UnitOfWork, n: int, *, is_linked: bool = False, **changes: Any) -> None:
    """Store search `n` of a force with its case, open or linked."""
    kind, force = TYPES[n % 3], changes.pop("force", FORCE)
    enrol(unit, n)
    proposed = candidate(f"candidate-{n}", f"person-{n}")
    unit.searches.add(search(f"search-{n}", search_type=kind, force=force), probe(), [proposed])
    activity = list(Activity)[n % 2]
    made = case(f"case-{n}", f"search-{n}", force=force, activity=activity, **changes)
    unit.cases.add(made)
    if is_linked:
        _link(unit, n, force)


def _link(unit: UnitOfWork, n: int, force: ForceCode) -> None:
    ids = [DecisionId(f"decision-{n}-{who}") for who in ("ann", "bob")]
    case_id, candidate_id = CaseId(f"case-{n}"), CandidateId(f"candidate-{n}")
    for decision_id, who in zip(ids, ("ann", "bob"), strict=True):
        sealed = decision(who, decision_id=decision_id, case_id=case_id, candidate_id=candidate_id)
        unit.cases.seal_decision(sealed)
    found = unit.cases.get(case_id)
    assert found is not None
    unit.links.add(
        link(
            link_id=LinkId(f"link-{n}"),
            case_id=case_id,
            search_id=SearchId(f"search-{n}"),
            candidate_id=candidate_id,
            person_id=proposed_person(n),
            encounter_id=None,
            record_id=None,
            force=force,
            decision_ids=tuple(ids),
            linked_at=NOON + n % 4 * HOUR,
        )
    )
    told = event(f"linked-{n}", event_type=Linked.event_type, subject_refs=(f"link-{n}",))
    unit.events.append(told)


def proposed_person(n: int) -> Any:
    return candidate(f"candidate-{n}", f"person-{n}").person_id


def test_searches(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for n in range(1, 8):
            state = CaseState.LINKED if n % 2 else CaseState.WAITING
            work(unit, n, is_linked=bool(n % 2), state=state)
        work(unit, 8, state=CaseState.NOT_LINKED)
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            wanted = SearchOrder(order)
            return unit.searches.page(FORCE, before=before, limit=limit, order=wanted).items

        check_orders(
            page,
            lambda one: str(one.search_id),
            {
                "type": lambda one: one.search_type.value,
                "submitted": lambda one: int(one.search_id.removeprefix("search-")),
                "state": lambda one: one.state.value,
                "outcome": lambda one: one.outcome.value if one.outcome else "~",
            },
        )


@pytest.mark.parametrize("told", [0, 2, None])
def test_a_link_that_may_not_be_told_leaves_its_search_among_the_open_ones(
    units_of_work: UnitsOfWork, told: int | None
) -> None:
    with units_of_work.write() as unit:
        for n in range(1, 7):
            work(unit, n, is_linked=n < 5, state=CaseState.LINKED if n < 5 else CaseState.WAITING)
        unit.commit()

    with units_of_work.read() as unit:
        order = SearchOrder(ListOrder("state", is_descending=True), told)
        found = unit.searches.page(FORCE, before=None, limit=10, order=order).items

    told_open = {5, 6} | {n for n in range(1, 5) if told is not None and n > told}
    shown = [int(one.search_id.removeprefix("search-")) for one in found]
    assert set(shown[: len(told_open)]) == told_open
    assert len(shown) == 6


def test_links(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for n in range(1, 8):
            force = ForceCode(FORCES[n % 4])
            work(unit, n, is_linked=True, force=force, state=CaseState.LINKED)
        for n in (2, 5):
            revoked = unit.links.get(LinkId(f"link-{n}"))
            assert revoked is not None
            unit.links.revoke(link_revoked(revoked))
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            ids = unit.queue.recent_links(None, limit=limit, before=before, order=order).items
            return [unit.links.get(link_id) for link_id in ids]

        check_orders(
            page,
            lambda one: str(one.link_id),
            {
                "force": lambda one: force_name(one.force).casefold(),
                "linked": lambda one: one.linked_at,
                "stands": lambda one: one.revoked_at is not None,
            },
        )


def link_revoked(found: Any) -> Any:
    return link(
        **{name: getattr(found, name) for name in ("link_id", "case_id", "search_id", "force")},
        revoked_at=NOON,
        revoked_by=UserId("sue"),
        revocation_reason="twins",
    )


def test_records(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for n in range(1, 8):
            person_id = f"person-{n}"
            unit.people.add_person(proposed_person(n))
            force = ForceCode(FORCES[n % 4])
            unit.people.put_record(record(person_id, f"record-{n}", force=force))
        ids = {n: record("x", f"record-{n}").record_id for n in range(1, 8)}
        for n in (1, 3, 3, 4):
            married = Add(ItemKind.NAME, PersonName(f"Name{len(unit.records.versions(ids[n]))}"))
            amend(unit, married, record_id=ids[n])
        unit.commit()
    long_ago = datetime(1, 1, 1, tzinfo=UTC)

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            return unit.records.page(None, before=before, limit=limit, order=order).records

        check_orders(
            page,
            lambda one: str(one.record_id),
            {
                "force": lambda one: force_name(one.force).casefold(),
                "version": lambda one: one.version,
                "amended": lambda one: one.amended_at or long_ago,
                "reason": lambda one: one.reason.value if one.reason else "~",
            },
        )


def test_events(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for n in range(9):
            kind = (Linked, Enrolled)[n % 2].event_type
            force = ForceCode(FORCES[n % 4])
            who = caller(("zoe", "ann", "bob")[n % 3])
            unit.events.append(event(f"e{n}", event_type=kind, force=force, caller=who))
        unit.commit()

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, before: str | None, limit: int) -> Sequence[Any]:
            number = None if before is None else int(before)
            return unit.events.search(EventFilter(), before=number, limit=limit, order=order)

        check_orders(
            page,
            lambda one: str(one.seq),
            {
                "entry": lambda one: one.seq,
                "event": lambda one: one.event_type,
                "by": lambda one: ("zoe", "ann", "bob")[one.seq % 3],
                "force": lambda one: FORCES[one.seq % 4],
            },
        )


def _open_cases(units_of_work: UnitsOfWork, priorities: list[Priority]) -> None:
    """Open eight cases in every state, two of them held, and close a ninth."""
    with units_of_work.write() as unit:
        for n in range(1, 9):
            state = (CaseState.WAITING, CaseState.VERIFYING, CaseState.DIFFERING)[n % 3]
            work(unit, n, state=state, opened_at=NOON + n % 5 * HOUR)
            unit.queue.set_priority(CaseId(f"case-{n}"), priorities[n % len(priorities)])
        for n in (2, 4):
            held = unit.cases.get(CaseId(f"case-{n}"))
            assert held is not None
            unit.cases.save(
                case(
                    f"case-{n}",
                    f"search-{n}",
                    activity=held.activity,
                    state=held.state,
                    opened_at=held.opened_at,
                    claimed_by=UserId("zoe" if n == 2 else "Bob"),
                    revision="revision-2",
                ),
                expected_revision="revision-1",
            )
        work(unit, 9, state=CaseState.NOT_LINKED)
        unit.commit()


def _waits_for(one: OpenCase) -> str:
    steps = {"waiting": "a first examiner", "verifying": "another", "differing": "a supervisor"}
    return one.claimed_by.lower() if one.claimed_by else steps[one.state.value]


def _target(one: OpenCase) -> datetime:
    return one.opened_at + TARGETS[one.activity, one.priority]


def test_open_work(units_of_work: UnitsOfWork) -> None:
    priorities = list(Priority)
    _open_cases(units_of_work, priorities)

    keys: dict[str, Callable[[Any], Any]] = {
        "case": lambda one: int(one.case_id.removeprefix("case-")),
        "activity": lambda one: one.activity.value,
        "waits-for": _waits_for,
        "since": lambda one: one.opened_at,
        "target": _target,
        "priority": lambda one: priorities.index(one.priority),
    }
    filters = {
        OpenWanted(state=CaseState.DIFFERING): lambda one: one.state is CaseState.DIFFERING,
        OpenWanted(is_held=True): lambda one: one.claimed_by is not None,
        OpenWanted(is_held=False): lambda one: one.claimed_by is None,
        OpenWanted(activity=Activity.MARK_COMPARISON): lambda one: (
            one.activity is Activity.MARK_COMPARISON
        ),
        OpenWanted(priority=Priority.URGENT): lambda one: one.priority is Priority.URGENT,
        OpenWanted(is_overdue=True): lambda one: _target(one) < NOON + 12 * HOUR,
    }
    now = NOON + 12 * HOUR

    with units_of_work.read() as unit:

        def page(order: ListOrder | None, after: str | None, limit: int) -> Sequence[OpenCase]:
            return unit.open_work.page(
                OpenWanted(), TARGETS, now, limit=limit, order=order, after=after
            ).items

        check_orders(page, lambda one: str(one.case_id), keys)
        every = page(None, None, 100)
        for wanted, holds in filters.items():
            found = unit.open_work.page(wanted, TARGETS, now, limit=100).items
            assert found == tuple(filter(holds, every))
            assert 0 < len(found) < len(every)
            assert unit.open_work.count(wanted, TARGETS, now) == len(found)
        behind_closed = unit.open_work.page(
            OpenWanted(), TARGETS, now, limit=9, after="case-9"
        ).items
        assert behind_closed == ()
        assert unit.open_work.page(OpenWanted(), TARGETS, now, limit=9, after="none").items == ()
