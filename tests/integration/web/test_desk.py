"""The desk around the cases: queue, priorities, stuck work, figures, control items, the log."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from domain.errors import ConflictError
from domain.examination.cases import CaseState, Outcome
from domain.ids import CaseId, short_name
from service.usecases.examination.competence import due_control_items
from tests.integration.api.prints import mark, tenprint
from tests.integration.web.driver import Office, label_of
from tests.integration.web.pictures import grey_png, search_with_images


def _cases(office: Office, count: int) -> list[str]:
    for person in range(6):
        office.world.enrol(person)
    return [office.world.case_of(office.world.search(number % 6)) for number in range(count)]


def _order(office: Office, page: str, case_ids: list[str]) -> list[str]:
    tasks = {case_id: office.world.task_of(case_id) for case_id in case_ids}
    places = {case_id: page.find(f"/queue/{task}/claim") for case_id, task in tasks.items()}
    return sorted((c for c in case_ids if places[c] >= 0), key=lambda c: places[c])


def test_the_queue_shows_priority_age_and_target(either_office: Office) -> None:
    office = either_office
    cases = _cases(office, 3)

    office.supervisor().post(f"cases/{cases[2]}/priority", priority="urgent")
    office.supervisor().post(f"cases/{cases[1]}/priority", priority="high")
    page = office.examiner().page("queue")

    assert _order(office, page, cases) == [cases[2], cases[1], cases[0]]
    assert "Urgent" in page
    # Times are to the quarter hour, so that they tell nothing of who came before.
    assert re.search(r"in (4[5-9]|5\d) min|in 1 h ([0-9]|1[0-5]) min", page)
    assert "tenprint check" in page


def test_a_priority_taken_back_is_routine_again(either_office: Office) -> None:
    office = either_office
    cases = _cases(office, 2)

    for priority in ("urgent", "routine"):
        office.supervisor().post(f"cases/{cases[1]}/priority", priority=priority)
    page = office.examiner().page("queue")

    assert _order(office, page, cases) == cases
    assert "Urgent</strong>" not in page


def test_filters_narrow_the_queue(office: Office) -> None:
    cases = _cases(office, 2)
    fingers = mark(1, 2)
    marked = office.world.case_of(office.world.search(1, impressions=fingers, search_type="LT/TP"))
    office.supervisor().post(f"cases/{cases[0]}/priority", priority="high")
    examiner = office.examiner()
    everything = [*cases, marked]

    assert _order(office, examiner.page("queue?activity=mark+comparison"), everything) == [marked]
    assert _order(office, examiner.page("queue?priority=high"), everything) == [cases[0]]
    assert _order(office, examiner.page("queue?overdue=yes"), everything) == []
    assert len(_order(office, examiner.page("queue?activity=nonsense"), everything)) == 3


def test_my_cases_are_apart_and_can_be_released(either_office: Office) -> None:
    office = either_office
    cases = _cases(office, 2)
    examiner, other = office.examiner("examiner-a"), office.examiner("examiner-b")

    examiner.post(f"cases/{cases[0]}/claim")
    mine = examiner.page("queue")
    theirs = other.page("queue")
    taken = other.post(f"cases/{cases[0]}/claim")
    examiner.post(f"cases/{cases[0]}/release")
    after = other.page("queue")

    assert "My cases" in mine
    assert cases[0] in mine
    assert office.world.task_of(cases[1]) in theirs
    assert cases[0] not in theirs
    assert taken.status_code == 409
    assert office.world.task_of(cases[0]) in after


@pytest.mark.dear("fills a desk with work of each kind that is stuck")
def test_stuck_work_says_what_it_waits_for(either_office: Office) -> None:
    office = either_office
    office.world.review_differences()
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    held, verifying, differing, waiting = (
        office.world.case_of(office.world.search(person)) for person in range(4)
    )
    examiner, other = office.examiner("examiner-a"), office.examiner("examiner-b")
    examiner.post(f"cases/{held}/claim")
    office.examine(verifying, examiner, person_id=people[1])
    office.examine(differing, examiner, person_id=people[2])
    other.post(f"cases/{differing}/claim")
    other.examine(differing, identify=set())

    page = office.supervisor().page("overview")

    assert "examiner-a, who holds the case" in page
    assert "another examiner" in page
    assert "a supervisor, to resolve a difference of opinion" in page
    assert "a first examiner" in page
    assert f"/workbench/differences/{differing}" in page
    assert short_name(waiting) in page


@pytest.mark.dear("works whole cases through pages")
def test_statistics_keep_activities_apart(either_office: Office) -> None:
    office = either_office
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    agreed = office.world.case_of(office.world.search(0))
    for name in ("examiner-a", "examiner-b"):
        office.examine(agreed, office.examiner(name), person_id=people[0])
    differed = office.world.case_of(office.world.search(1))
    office.examine(differed, office.examiner("examiner-a"), person_id=people[1])
    office.examiner("examiner-b").post(f"cases/{differed}/claim")
    office.examiner("examiner-b").examine(differed, identify=set())

    page = " ".join(office.supervisor().page("statistics").split())

    assert "50.0 %" in page
    assert "100.0 %" in page
    assert "Metropolitan (01)" in page
    assert "mark comparison" in page
    assert "<svg" in page


def _linked(office: Office) -> Response:
    """Enrol people and link a capture of one; return what inserting control items said before."""
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    linked = office.world.case_of(office.world.search(0))
    early = office.supervisor().post("control-items")
    for name in ("examiner-b", "examiner-c"):
        office.world.examine(linked, name, person_id=people[0])
    return early


@pytest.mark.dear("works whole cases through pages")
def test_a_control_item_is_worked_like_any_case_and_makes_no_link(
    either_office: Office,
) -> None:
    office = either_office
    early = _linked(office)
    office.bench = replace(office.bench, desk=replace(office.bench.desk, control_share=0.34))
    office.app.state.workbench = office.bench
    cases = [office.world.case_of(office.world.search(1))]
    due = due_control_items(office.bench)

    inserted = office.supervisor().post("control-items")
    examiner = office.examiner()
    page = examiner.page("queue")
    tasks = {office.world.task_of(case_id) for case_id in cases}
    task = next(name for name in _claimable(page) if name not in tasks)
    control = examiner.post(f"queue/{task}/claim").url.path.split("/")[3]
    comparison = examiner.follow(f"cases/{control}/analysis", value="yes")
    sealed = examiner.examine_from(control, identify={label_of(comparison.text)})
    result = examiner.page(f"cases/{control}/result")
    statistics = office.supervisor().page("statistics")
    with office.world.services.units.read() as unit:
        case = unit.cases.get(CaseId(control))
        linked = unit.queue.link_of_case(CaseId(control))

    assert "Control items added: 0" in early.text
    assert due == 1
    assert "Control items added: 1" in inserted.text
    assert sealed.status_code == 200
    assert case is not None
    assert case.state is CaseState.NOT_LINKED
    assert case.decisions[0].outcome is Outcome.IDENTIFIED
    assert linked is None
    assert "This was a control item" in result
    assert "False identifications" in statistics
    assert due_control_items(office.bench) == 0


def _claimable(page: str) -> list[str]:
    return re.findall(r'action="/workbench/queue/(\w+)/claim"', page)


def test_the_database_itself_refuses_a_link_of_a_control_item(either_office: Office) -> None:
    office = either_office
    insert = text(
        "INSERT INTO links (link_id, case_id, search_id, candidate_id, person_id, force,"
        " linked_at, first_decision_id, first_decided_by, second_decision_id, second_decided_by)"
        " VALUES ('l', 'c', 's', 'x', 'p', '00', '2026-01-01 00:00:00', 'd', 'a', 'e', 'b')"
    )
    unit = office.bench.services.units.write()

    with pytest.raises((DatabaseError, ConflictError)) as refusal, unit:
        unit.transaction.connection.execute(insert)

    told = f"{refusal.value} {refusal.value.__cause__}"
    assert "append-only" in told


def test_figures_have_no_use_for_control_items_without_a_share(office: Office) -> None:
    office.bench = replace(office.bench, desk=replace(office.bench.desk, control_share=0.0))
    _cases(office, 2)

    assert due_control_items(office.bench) == 0


def test_the_log_is_read_page_by_page(office: Office) -> None:
    case_id = _cases(office, 1)[0]
    examiner = office.examiner()
    for _ in range(25):
        examiner.post(f"cases/{case_id}/claim")
        examiner.post(f"cases/{case_id}/release")
    auditor = office.auditor()

    newest = auditor.page("log")
    oldest = auditor.page("log?start=0")
    beyond = auditor.page("log?start=99999999")
    nonsense = auditor.page("log?start=abc")

    assert "Older" in newest
    assert "Newer" not in newest
    assert "Newer" in oldest
    assert "enrolled" in oldest
    assert "newest first" in beyond
    assert "Older" in nonsense


def test_a_target_is_overdue_when_it_has_passed(office: Office) -> None:
    targets = dict.fromkeys(office.bench.desk.targets, timedelta(0))
    office.bench = replace(office.bench, desk=replace(office.bench.desk, targets=targets))
    office.app.state.workbench = office.bench
    cases = _cases(office, 1)

    page = office.examiner().page("queue?overdue=yes")

    assert "overdue by" in page
    assert _order(office, page, cases) == cases


def test_a_difference_that_is_resolved_is_no_longer_there(office: Office) -> None:
    cases = _cases(office, 1)

    answer = office.supervisor().get(f"differences/{cases[0]}")
    refused = office.supervisor().post(f"differences/{cases[0]}", upheld="x", reason="y")
    wrong = office.supervisor().post(f"cases/{cases[0]}/priority", priority="soon")
    nobody = office.supervisor().post("cases/nothing/priority", priority="high")

    assert [a.status_code for a in (answer, refused, wrong, nobody)] == [404, 409, 400, 404]


def test_a_search_with_a_picture_shows_that_picture(office: Office) -> None:
    for person in range(6):
        office.world.enrol(person)
    png = grey_png(seed=4)
    search_id = search_with_images(office.force(), tenprint(2, capture=3), {"2": png})
    case_id = office.world.case_of(search_id)
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")

    index = next(i for i, finger in enumerate(tenprint(2, capture=3)) if finger["position"] == 2)
    shown = examiner.get(f"cases/{case_id}/prints/probe/{index}.json").json()
    other = examiner.get(f"cases/{case_id}/prints/probe/{index + 1}.json").json()

    assert shown["origin"] == "captured"
    assert (shown["width_px"], shown["height_px"]) == (60, 80)
    assert other["origin"] == "none"
