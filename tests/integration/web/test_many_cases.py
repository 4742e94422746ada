"""People who work with many cases: priorities in bulk, and the log by what is asked for."""

from __future__ import annotations

import re

import pytest

from domain.errors import ClosedCaseError
from domain.examination.cases import Priority
from domain.ids import CaseId
from service.usecases.examination.desk import set_priorities
from tests.integration.web.driver import Office


@pytest.fixture
def cases(either_office: Office) -> list[str]:
    """Return three open cases."""
    people = [either_office.world.enrol(person)["person_id"] for person in range(4)]
    del people
    return [either_office.world.case_of(either_office.world.search(n)) for n in range(3)]


def _priorities(office: Office, cases: list[str]) -> list[str]:
    told = office.world.supervisor().get("/v1/overview").json()["oldest"]
    found = {line["case_id"]: line["priority"] for line in told}
    return [found[case_id] for case_id in cases]


def test_ticked_cases_get_one_priority(either_office: Office, cases: list[str]) -> None:
    office = either_office
    supervisor = office.supervisor()

    by_page = supervisor.post(
        "priorities", priority="urgent", **{f"case-{case_id}": "yes" for case_id in cases[:2]}
    )
    none = supervisor.post("priorities", priority="urgent")
    by_call = office.world.supervisor().post(
        "/v1/priorities", {"cases": cases[1:], "priority": "high"}
    )

    assert [by_page.status_code, none.status_code, by_call.status_code] == [200, 400, 204]
    assert _priorities(office, cases) == ["urgent", "high", "high"]


def test_of_several_cases_all_or_none_change(either_office: Office, cases: list[str]) -> None:
    office = either_office
    office.examiner("examiner-a").post(f"cases/{cases[2]}/claim")
    person = office.examiner("examiner-a")
    for name in ("examiner-a", "examiner-b"):
        person = office.examiner(name)
        person.post(f"cases/{cases[2]}/claim")
        person.follow(f"cases/{cases[2]}/analysis", value="no")
        person.follow(f"cases/{cases[2]}/decision", finding="insufficient", reason="No ridges.")
    caller = office.supervisor().caller(office)

    with pytest.raises(ClosedCaseError):
        set_priorities(office.bench, caller, tuple(map(CaseId, cases)), Priority.HIGH)

    assert _priorities(office, cases[:2]) == ["routine", "routine"]


def test_the_log_is_searched_by_event_and_name(either_office: Office, cases: list[str]) -> None:
    office = either_office
    office.examiner("examiner-a").post(f"cases/{cases[0]}/claim")
    office.examiner("examiner-b").post(f"cases/{cases[1]}/claim")
    auditor = office.auditor()

    found = auditor.page("log?type=case-claimed&actor=examiner-a")
    about = auditor.page(f"log?type=case-claimed&about={cases[1]}")
    nothing = auditor.page("log?type=case-claimed&until=2001-01-01")
    wrong = auditor.get("log?since=yesterday")

    assert _events(found) == ["case-claimed"]
    assert ">examiner-a<" in found
    assert ">examiner-b<" not in found
    assert ">examiner-b<" in about
    assert "No entry matches this search." in nothing
    assert (wrong.status_code, "Enter a real date, such as 27 3 2026." in wrong.text) == (
        422,
        True,
    )
    assert "log-searched" in auditor.page("log")


def test_a_search_of_the_log_goes_on_page_by_page(
    either_office: Office, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = either_office
    monkeypatch.setattr("service.web.log._PAGE", 1)
    for case_id in cases[:2]:
        office.examiner("examiner-a").post(f"cases/{case_id}/claim")
    auditor = office.auditor()

    first = auditor.page("log?type=case-claimed")
    older = re.search(r'href="(\?type=case-claimed&amp;before=\d+)"', first)
    assert older is not None
    last = auditor.page(f"log{older[1].replace('&amp;', '&')}")

    assert _events(first) == _events(last) == ["case-claimed"]
    assert cases[1][:8] in first
    assert cases[0][:8] in last


def _events(page: str) -> list[str]:
    return re.findall(r'<span class="wb-small">([a-z-]+)</span></td>', page)
