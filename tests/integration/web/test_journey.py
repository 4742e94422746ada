"""From a force's search to a link, a difference and its resolution, all of it through pages."""

from __future__ import annotations

import json
import re

import pytest

from tests.integration.api.prints import tenprint
from tests.integration.web.driver import Office, Person

TRUE = 2


def _enrolled(office: Office) -> str:
    """Enrol six people and return the id of the one searched for."""
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    return str(people[TRUE])


def _submit(person: Person) -> str:
    """Search through the form, with a file, and return the id of the search."""
    capture = json.dumps({"impressions": tenprint(TRUE, capture=3)}).encode()
    answer = person.post(
        "searches/new",
        files={"capture": ("capture.json", capture, "application/json")},
        search_type="TP/TP",
        purpose="arrest",
        forename="Ann",
        surname="Null",
        date_of_birth="1984-XX-03",
    )
    assert answer.status_code == 200, answer.text
    return answer.url.path.rsplit("/", 1)[1]


@pytest.mark.journey
@pytest.mark.dear("works a search from its call to its link")
def test_a_search_becomes_a_link_that_is_told_and_revoked(either_office: Office) -> None:
    office = either_office
    person_id = _enrolled(office)
    search_id = _submit(office.force())
    case_id = office.world.case_of(search_id)
    waiting = office.force().page(f"searches/{search_id}")
    for name in ("examiner-a", "examiner-b"):
        answer = office.examine(case_id, office.examiner(name), person_id=person_id)
        assert answer.status_code == 200, answer.text

    told = office.force().page(f"searches/{search_id}")
    result = office.examiner("examiner-a").page(f"cases/{case_id}/result")
    link_id = re.search(r"/workbench/links/(\w+)", told).group(1)  # type: ignore[union-attr]
    link = office.supervisor().page(f"links/{link_id}")
    audited = office.auditor().page(f"links/{link_id}")
    entry, number = re.findall(r'/workbench/(log/entries/\w+)">entry (\d+)', audited)[0]
    office.supervisor().follow(
        f"links/{link_id}", to=f"links/{link_id}/revocation", reason="Wrong.", confirm="yes"
    )
    revoked = office.supervisor().page(f"links/{link_id}")

    assert "Waiting for the examiners" in waiting
    assert "Tenprint against tenprints (TP/TP)" in told
    assert "Linked" in told
    assert "Candidates by rank" in result
    assert "Ann Null" in result
    assert "Evidence in bits" in result
    assert "examiner-a" in link
    assert "Decision sealed" in link
    assert "/log/entries/" not in link
    assert f"Entry {number}" in (searched := office.auditor().page(entry))
    assert search_id in searched
    assert "revoked" in revoked
    assert "Un-link" not in revoked


def test_a_search_without_a_link_says_what_a_force_can_do_next(office: Office) -> None:
    _enrolled(office)
    search_id = _submit(office.force())
    case_id = office.world.case_of(search_id)
    for name in ("examiner-a", "examiner-b"):
        office.examiner(name).examine(case_id, identify=set())

    told = office.force().page(f"searches/{search_id}")

    assert "Not linked. This does not mean that there is no record." in told
    assert "search again with better prints" in told
    assert 'href="/workbench/names"' in told


@pytest.mark.dear("works whole cases through pages")
def test_a_difference_is_resolved_by_a_third_person(either_office: Office) -> None:
    office = either_office
    office.world.review_differences()
    person_id = _enrolled(office)
    case_id = office.world.case_of(_submit(office.force()))
    office.examine(case_id, office.examiner("examiner-a"), person_id=person_id)
    office.examiner("examiner-b").examine(case_id, identify=set())
    supervisor = office.supervisor()

    listed = supervisor.page("differences")
    page = supervisor.page(f"differences/{case_id}")
    decisions = re.findall(r'name="upheld" type="radio" value="(\w+)"', page)
    picture = supervisor.get(f"cases/{case_id}/prints/exemplar-a/0.png")
    resolution = {"upheld": decisions[0], "reason": "The points agree."}
    unseen = supervisor.follow(f"differences/{case_id}", **resolution)
    for address in re.findall(r'data-image="/workbench/([^"]+)"', page):
        assert supervisor.get(address).status_code == 200
    answer = supervisor.follow(f"differences/{case_id}", **resolution)

    assert case_id in listed
    assert decisions[2:] == ["inconclusive"]
    assert picture.status_code == 200
    assert unseen.status_code == 409
    assert "Open both the probe and the exemplar first" in unseen.text
    assert answer.status_code == 200
    assert "stands" in supervisor.page("links") or "yes" in supervisor.page("links")


def test_the_points_marked_are_sealed_with_the_comparison(either_office: Office) -> None:
    office = either_office
    _enrolled(office)
    case_id = office.world.case_of(_submit(office.force()))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    examiner.follow(f"cases/{case_id}/analysis", value="yes")
    (box,) = examiner.look(examiner.page(f"cases/{case_id}/comparison"))
    finger = box.removeprefix("finger-")

    answer = examiner.follow(
        f"cases/{case_id}/comparison",
        outcome="excluded",
        reason="Another pattern.",
        points=f'[[{finger},100,120,98,131,"clicked","moved"],'
        f'[{finger},140,90,139,101,"moved","snapped"]]',
    )
    with office.world.services.units.read() as unit:
        sealed = unit.cases.comparisons(case_id, examiner.user_id)  # type: ignore[arg-type]

    assert answer.status_code == 200
    assert [p.exemplar_y_px for p in sealed[0].points] == [131, 101]


def test_a_probe_without_value_is_decided_without_an_exemplar(office: Office) -> None:
    _enrolled(office)
    case_id = office.world.case_of(_submit(office.force()))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")

    page = examiner.follow(f"cases/{case_id}/analysis", value="no", notes="Smudged.")
    answer = examiner.follow(
        f"cases/{case_id}/decision", finding="insufficient", reason="No ridge is clear."
    )

    assert page.url.path.endswith("/decision")
    assert "Your decision is sealed" in answer.text
