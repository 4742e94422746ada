"""Taking work from the queue: filters over all of it, the next case, returned cases."""

from __future__ import annotations

import json
import re

import pytest

from domain.events.examination import CaseReleased
from domain.examination.cases import Activity, Priority
from domain.ids import short_name
from service.usecases.examination.desk import QueueFilter, desk
from service.web.examination import desk as pages
from service.web.examination import supervision
from tests.integration.api.prints import mark
from tests.integration.web.clock import stop_clock
from tests.integration.web.driver import Office, Person


def _cases(office: Office, count: int) -> list[str]:
    for person in range(6):
        office.world.enrol(person)
    return [office.world.case_of(office.world.search(number % 6)) for number in range(count)]


def _waiting(office: Office, person: Person, wanted: QueueFilter) -> list[str]:
    return [line.name for line in desk(office.bench, person.caller(office), wanted).waiting]


def _tasks(office: Office, *cases: str) -> list[str]:
    return [office.world.task_of(case_id) for case_id in cases]


def test_a_filter_finds_what_stands_far_back_in_the_queue(either_office: Office) -> None:
    office = either_office
    *urgent, routine = _cases(office, 4)
    for case_id in urgent:
        office.supervisor().post(f"cases/{case_id}/priority", priority="urgent")

    found = _waiting(office, office.examiner(), QueueFilter(priority=Priority.ROUTINE, limit=2))

    assert found == _tasks(office, routine)


def test_overdue_cases_are_found_behind_others(office: Office) -> None:
    clock = stop_clock(office)
    old, *_ = _cases(office, 1)
    fingers = mark(1, 2)
    marked = office.world.case_of(office.world.search(1, impressions=fingers, search_type="LT/TP"))
    clock.move(hours=25)
    examiner = office.examiner()

    overdue = _waiting(office, examiner, QueueFilter(only_overdue=True, limit=1))
    of_marks = QueueFilter(activity=Activity.MARK_COMPARISON, only_overdue=True)
    clock.move(days=5)

    assert overdue == _tasks(office, old)
    assert _waiting(office, examiner, of_marks) == _tasks(office, marked)


def test_more_of_a_filtered_queue_is_filtered_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PAGE", 1)
    cases = _cases(office, 3)
    for case_id in cases[:2]:
        office.supervisor().post(f"cases/{case_id}/priority", priority="high")
    examiner = office.examiner()

    first = examiner.page("queue?priority=high")
    address = re.search(r'href="/workbench/(queue\?after=[^"]*)"', first)
    assert address is not None
    more = examiner.page(address.group(1).replace("&amp;", "&"))
    tasks = _tasks(office, *cases)
    examiner.post(f"queue/{tasks[0]}/claim")
    lost = examiner.get(address.group(1).replace("&amp;", "&"))

    assert [task in first for task in tasks] == [True, False, False]
    assert [task in more for task in tasks] == [False, True, False]
    assert lost.status_code == 400
    assert "start again from the first page" in lost.text


def test_the_next_case_is_that_of_the_highest_priority(either_office: Office) -> None:
    office = either_office
    cases = _cases(office, 3)
    office.supervisor().post(f"cases/{cases[2]}/priority", priority="urgent")
    first, second = office.examiner("examiner-a"), office.examiner("examiner-b")

    at = [
        first.post("queue/next").url.path,
        second.post("queue/next").url.path,
        first.post("queue/next", priority="urgent").url.path,
    ]

    assert at[0] == f"/workbench/cases/{cases[2]}/analysis"
    assert at[1] == f"/workbench/cases/{cases[0]}/analysis"
    assert at[2] == "/workbench/queue"


def test_without_work_the_queue_says_so(office: Office) -> None:
    answer = office.examiner().post("queue/next")

    assert answer.status_code == 200
    assert "You could not take a case" in answer.text


def test_the_sealed_page_leads_to_the_next_case(office: Office) -> None:
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    case_id = office.world.case_of(office.world.search(1))
    following = office.world.case_of(office.world.search(2))
    examiner = office.examiner()

    sealed = office.examine(case_id, examiner, person_id=people[1])
    answer = examiner.post("queue/next")

    assert 'action="/workbench/queue/next"' in sealed.text
    assert answer.url.path == f"/workbench/cases/{following}/analysis"


def test_a_supervisor_gives_a_held_case_back(either_office: Office) -> None:
    office = either_office
    (case_id,) = _cases(office, 1)
    holder, other = office.examiner("examiner-a"), office.examiner("examiner-b")
    holder.post(f"cases/{case_id}/claim")
    holder.follow(f"cases/{case_id}/analysis", value="yes", notes="Kept.")
    held = office.supervisor().page("overview")

    given = office.supervisor().post(f"cases/{case_id}/return")
    again = office.supervisor().post(f"cases/{case_id}/return")
    refused = other.post(f"cases/{case_id}/return")
    claimed = other.post(f"cases/{case_id}/claim")
    lost = holder.post(f"cases/{case_id}/comparison", outcome="excluded", reason="x", label="BCD")

    assert "</span> to the queue</button>" in held
    assert "</span> to the queue</button>" not in given.text
    assert [a.status_code for a in (again, refused, claimed, lost)] == [409, 403, 200, 409]
    with office.bench.services.units.read() as unit:
        (event,) = (
            event
            for event in unit.events.about(case_id)
            if event.event_type == CaseReleased.event_type
        )
        kept = unit.cases.analysis(case_id, holder.user_id)  # type: ignore[arg-type]
    assert json.loads(event.body)["facts"]["held_by"] == holder.user_id
    assert kept is not None
    assert kept.notes == "Kept."


def test_a_closed_case_is_not_given_back(office: Office) -> None:
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    case_id = office.world.case_of(office.world.search(1))
    for name in ("examiner-a", "examiner-b"):
        office.examine(case_id, office.examiner(name), person_id=people[1])

    closed = office.supervisor().post(f"cases/{case_id}/return")
    nothing = office.supervisor().post("cases/nothing/return")

    assert [closed.status_code, nothing.status_code] == [409, 404]


def test_the_overview_says_when_it_does_not_show_everything(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = _cases(office, 2)
    everything = office.supervisor().page("overview")
    monkeypatch.setattr(supervision, "_PAGE", 1)

    oldest = office.supervisor().page("overview")

    assert "This list shows" not in everything
    assert (
        "This list shows 1 of the 2 cases that match the filter. 2 cases are open in all."
        in oldest
    )
    assert short_name(cases[0]) in oldest
    assert short_name(cases[1]) not in oldest
