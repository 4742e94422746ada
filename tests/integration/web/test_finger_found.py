"""An exemplar of a mark opens on the finger by which the search found it; the others follow."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from httpx2 import Response

from domain.ids import CaseId, SearchId
from domain.prints.prints import FingerPosition
from service.usecases.searches.recorded import finger_found
from tests.integration.api.prints import mark, tenprint
from tests.integration.web.driver import Office, Person, label_of

PEOPLE = 8
DONOR, FINGER = 2, 7
SHOWN = re.compile(r'data-finger="(\d+)" data-position="(\d+)"[^>]*aria-current="true"')
TABS = re.compile(r'<a class="wb-finger"[^>]*data-position="(\d+)"')


@pytest.fixture
def case_id(office: Office) -> str:
    """Return a case of a mark of the donor's left index."""
    for person in range(PEOPLE):
        office.world.enrol(person)
    impressions = mark(DONOR, FINGER)
    return office.world.case_of(
        office.world.search(0, impressions=impressions, search_type="LT/TP")
    )


@pytest.mark.dear("works whole cases through pages")
def test_the_donors_finger_is_shown_first_and_all_others_can_be_reached(
    office: Office, case_id: str
) -> None:
    examiner = office.examiner()
    true = _true_label(office, case_id, examiner)

    pages = _walk(examiner, case_id)

    assert _first(pages[true]) == FINGER
    assert {len(TABS.findall(page)) for page in pages.values()} == {10}
    assert TABS.findall(pages[true]) == ["7", "1", "2", "3", "4", "5", "6", "8", "9", "10"]
    again = examiner.page(f"cases/{case_id}/comparisons/{true}/revision?finger=3")
    assert _first(again) == 3
    assert _first(examiner.page(f"cases/{case_id}/comparisons/{true}/revision")) == FINGER


@pytest.mark.dear("works whole cases through pages")
def test_every_exemplar_has_one_finger_found_whoever_it_is_of(
    office: Office, case_id: str
) -> None:
    first = _walk(office.examiner("examiner-a"), case_id)

    assert len(first) > 1
    for page in first.values():
        assert page.count('<span class="wb-finger__about">found</span>') == 1
        assert page.count("others:") == 1
        assert TABS.findall(page)[0] == str(_first(page))


@pytest.mark.dear("works whole cases through pages")
def test_a_verifier_is_led_to_the_same_fingers_in_an_order_of_their_own(
    office: Office, case_id: str
) -> None:
    first, second = office.examiner("examiner-a"), office.examiner("examiner-b")

    one = _found_by_person(office, case_id, first)
    first.post(f"cases/{case_id}/release")
    two = _found_by_person(office, case_id, second)

    assert one == two
    assert len(one) > 4
    assert list(one) != list(two)


@pytest.mark.dear("works whole cases through pages")
def test_a_verification_of_a_mark_looks_like_its_first_examination(
    office: Office, case_id: str
) -> None:
    """Bytes, headers and addresses: the pages of an exemplar differ by labels alone."""
    first, second = office.examiner("examiner-a"), office.examiner("examiner-b")
    one = _pages_by_person(office, case_id, first)
    first.follow(f"cases/{case_id}/decision", finding="excluded", reason="None agrees.")
    two = _pages_by_person(office, case_id, second)

    assert one.keys() == two.keys()
    for person, answer in one.items():
        again = two[person]
        assert sorted(answer.headers) == sorted(again.headers)
        assert _neutral(answer.text) == _neutral(again.text)
        names = [re.findall(r"prints/[A-Zp]\w+/(\d+)", page.text) for page in (answer, again)]
        assert names[0] == names[1]


def _neutral(page: str) -> str:
    """Return a page without what is the examiner's own: name, labels, tokens, what they sealed."""
    text = " ".join(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL).split())
    text = re.sub(r"examiner-[ab]|[0-9a-f]{32,64}", "OWN", text)
    return re.sub(r"\b[BCDFGHJKLMNPQRSTVWXZ]{3}\b", "LABEL", text)


def _pages_by_person(office: Office, case_id: str, examiner: Person) -> dict[str, Response]:
    """Walk a case; return the comparison page of each exemplar before anything else is sealed."""
    pages: dict[str, Response] = {}
    at = f"cases/{case_id}"
    examiner.post(f"{at}/claim")
    examiner.follow(f"{at}/analysis", value="yes")
    people = _people(office, case_id, examiner)
    while (answer := examiner.get(at)).url.path.endswith("/comparison"):
        pages[people[label_of(answer.text)]] = answer
        examiner.look(answer.text)
        examiner.follow(f"{at}/comparison", outcome="excluded", reason="Another pattern.")
    return pages


def test_the_api_names_the_finger_found_of_a_mark_alone(office: Office, case_id: str) -> None:
    world = office.world
    other = world.case_of(world.search(1))
    caller = world.examiner()
    answers = {}
    for case in (case_id, other):
        caller.post(f"/v1/cases/{case}/claim")
        world.analyse(case, "examiner-a")
        answers[case] = caller.get(f"/v1/cases/{case}/exemplar").json()

    assert answers[case_id]["finger_found"] in range(1, 11)
    assert answers[other]["finger_found"] is None


def test_the_finger_found_tells_nothing_of_the_rank(office: Office) -> None:
    for person in range(PEOPLE):
        office.world.enrol(person)
    ranks, fingers = [], []
    for turn in range(20):
        drawn = turn % 10 + 1
        search_id = _search(office, mark(turn % PEOPLE, drawn, capture=7 + turn), "LT/TP")
        found = _found(office, search_id)
        assert found[1] == drawn
        ranks += found.keys()
        fingers += found.values()

    # Without correlation the standard deviation is one over the root of their number.
    assert len(ranks) > 100
    assert abs(np.corrcoef(ranks, fingers)[0, 1]) < 4 / np.sqrt(len(ranks) - 1)


def test_marks_on_file_are_found_by_the_finger_of_the_tenprint(office: Office) -> None:
    # With nobody to compare it with, a mark is filed at once.
    _search(office, mark(DONOR, FINGER), "LT/TP")

    by_tenprint = _found(office, _search(office, tenprint(DONOR, capture=3), "TP/LT"))
    by_mark = _found(office, _search(office, mark(DONOR, FINGER, capture=9), "LT/LT"))

    assert by_tenprint == {1: FINGER}
    assert by_mark.keys() == {1}


def _walk(examiner: Person, case_id: str) -> dict[str, str]:
    """Claim and analyse a case, exclude each exemplar; return the pages by label, in order."""
    at, pages = f"cases/{case_id}", {}
    examiner.post(f"{at}/claim")
    examiner.follow(f"{at}/analysis", value="yes")
    while (answer := examiner.get(at)).url.path.endswith("/comparison"):
        pages[label_of(answer.text)] = answer.text
        examiner.look(answer.text)
        examiner.follow(f"{at}/comparison", outcome="excluded", reason="Another pattern.")
    return pages


def _first(page: str) -> int:
    (key, position), *rest = SHOWN.findall(page)
    assert not rest
    assert key == position
    return int(position)


def _found_by_person(office: Office, case_id: str, examiner: Person) -> dict[str, int]:
    pages = _walk(examiner, case_id)
    people = _people(office, case_id, examiner)
    return {people[label]: _first(page) for label, page in pages.items()}


def _people(office: Office, case_id: str, examiner: Person) -> dict[str, str]:
    """Return the person behind each label of an examiner."""
    with office.world.services.units.read() as unit:
        seen = unit.cases.examination(CaseId(case_id), examiner.user_id)
        assert seen is not None
        found = {label: unit.searches.candidate(one) for label, one in seen.order}
    return {label: one.person_id for label, one in found.items() if one is not None}


def _search(office: Office, impressions: list[dict[str, Any]], kind: str) -> SearchId:
    return SearchId(office.world.search(0, impressions=impressions, search_type=kind))


def _found(office: Office, search_id: SearchId) -> dict[int, FingerPosition | None]:
    """Return the finger found of each candidate, by rank."""
    services = office.world.services
    with services.units.read() as unit:
        search = unit.searches.get(search_id)
        assert search is not None
        return {
            one.rank: finger_found(unit, services.print_format, search, one)
            for one in unit.searches.candidates(search_id)
        }


def _true_label(office: Office, case_id: str, examiner: Person) -> str:
    examiner.post(f"cases/{case_id}/claim")
    with office.world.services.units.read() as unit:
        seen = unit.cases.examination(CaseId(case_id), examiner.user_id)
        assert seen is not None
        found = {label: unit.searches.candidate(one) for label, one in seen.order}
    return next(label for label, one in found.items() if one is not None and one.rank == 1)
