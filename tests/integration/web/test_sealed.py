"""A sealed comparison: its content, its readers, and the event of each reading."""

from __future__ import annotations

import json
import re
import sys

import pytest

from domain.access.access import Role
from domain.events.examination import ExemplarShown
from domain.ids import PersonId
from tests.integration.web.driver import Office, Person, label_of

pytestmark = pytest.mark.promise("blinding")

POINTS = json.dumps(
    [
        [2, 10, 20, 11, 21, "clicked", "moved"],
        [2, 30, 40, 31, 41, "snapped", "clicked"],
        [3, 5, 6, 7, 8, "moved", "moved"],
    ]
)


def _sealed(office: Office, person: Person, people: int = 6) -> tuple[str, str]:
    """Seal one comparison with points and return (case, label)."""
    for number in range(people):
        office.world.enrol(number)
    case_id = office.world.case_of(office.world.search(2))
    person.post(f"cases/{case_id}/claim")
    person.follow(f"cases/{case_id}/analysis", value="yes")
    page = person.page(f"cases/{case_id}/comparison")
    label = label_of(page)
    for finger in (2, 3):
        person.look(person.page(f"cases/{case_id}/comparison?finger={finger}"))
    person.post(
        f"cases/{case_id}/comparison",
        label=label,
        outcome="inconclusive",
        reason="Three points & the core.",
        points=POINTS,
    )
    return case_id, label


def test_a_sealed_comparison_shows_points_in_both_prints(either_office: Office) -> None:
    office = either_office
    examiner = office.examiner()
    case_id, label = _sealed(office, examiner)

    page = examiner.page(f"cases/{case_id}/comparisons/{label}")

    assert "Three points &amp; the core." in page
    assert f'<code class="wb-id">{case_id}</code>' in page
    assert "3 marked pairs" in page
    places = re.findall(r"translate\((\d+) (\d+)\)", page)
    assert places == [
        ("10", "20"), ("30", "40"), ("11", "21"), ("31", "41"), ("5", "6"), ("7", "8"),
    ]  # fmt: skip
    assert re.findall(r"<figcaption[^>]*>([^<]+)<", page) == ["Right index", "Right middle"]
    assert f"/workbench/cases/{case_id}/prints/{label}/1.png" in page
    assert "Points in the right index: 2 of 2 are counted" in page
    assert re.findall(r">(clicked|moved|snapped)<", page) == [
        "clicked", "moved", "snapped", "clicked", "moved", "moved",
    ]  # fmt: skip


def test_one_finger_can_be_seen_alone(office: Office) -> None:
    examiner = office.examiner()
    case_id, label = _sealed(office, examiner)

    page = examiner.page(f"cases/{case_id}/comparisons/{label}?finger=7")

    assert re.findall(r"<figcaption[^>]*>([^<]+)<", page) == ["Left index"]
    assert "translate(" not in page


def test_looking_at_a_sealed_comparison_is_an_event(office: Office) -> None:
    examiner = office.examiner()
    case_id, label = _sealed(office, examiner)
    before = _shown(office, case_id)

    examiner.page(f"cases/{case_id}/comparisons/{label}")

    assert _shown(office, case_id) == before + 1


def _shown(office: Office, case_id: str) -> int:
    with office.bench.services.units.read() as unit:
        events = unit.events.about(case_id)
    return sum(event.event_type == ExemplarShown.event_type for event in events)


def test_nobody_else_sees_it_and_nothing_unsealed_is_shown(office: Office) -> None:
    examiner, other = office.examiner("examiner-a"), office.examiner("examiner-b")
    case_id, label = _sealed(office, examiner)
    at = f"cases/{case_id}/comparisons"
    examiner.post(f"cases/{case_id}/release")
    released = examiner.get(f"{at}/{label}")
    other.post(f"cases/{case_id}/claim")
    other.follow(f"cases/{case_id}/analysis", value="yes")
    current = label_of(other.page(f"cases/{case_id}/comparison"))

    answers = [
        other.get(f"{at}/{label}"),
        other.get(f"{at}/{current}"),
        other.get(f"{at}/probe"),
        office.supervisor().get(f"{at}/{label}"),
        other.get(f"cases/nothing/comparisons/{label}"),
    ]

    assert released.status_code == 404
    assert [a.status_code for a in answers] == [404, 404, 404, 403, 404]


def test_it_says_so_when_the_prints_have_been_erased(office: Office) -> None:
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    case_id = office.world.case_of(office.world.search(2))
    for name in ("examiner-a", "examiner-b"):
        office.examine(case_id, office.examiner(name), person_id=people[2])
    examiner = office.examiner("examiner-a")
    label = re.search(r"/comparisons/(\w+)", examiner.page(f"cases/{case_id}/result"))
    assert label is not None
    with office.bench.services.units.write() as unit:
        unit.people.erase_person(PersonId(people[2]))
        unit.commit()

    page = examiner.page(f"cases/{case_id}/comparisons/{label.group(1)}")

    assert "have been erased" in page
    assert "Seen side by side." not in page


def test_a_chart_is_one_pdf_with_both_prints_and_the_points(office: Office) -> None:
    examiner = office.examiner()
    case_id, label = _sealed(office, examiner)
    path = f"cases/{case_id}/comparisons/{label}"
    caller = office.world.user(Role.EXAMINER, examiner.user_id)

    page = examiner.page(path)
    chart = examiner.get(f"{path}/chart.pdf?finger=2")
    by_call = caller.get(f"/v1/{path}/chart?finger=2")
    other = examiner.get(f"{path}/chart.pdf?finger=3")
    nobody = office.examiner("examiner-b").get(f"{path}/chart.pdf")

    assert f"/workbench/{path}/chart.pdf?finger=2" in page
    assert chart.status_code == 200, office.world.log.getvalue()[-3000:]
    assert chart.headers["Content-Type"] == "application/pdf"
    assert chart.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in chart.content
    assert b"pdfuaid" in chart.content
    assert chart.content == by_call.content != other.content
    assert nobody.status_code == 404


def test_without_the_package_a_chart_says_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    examiner = office.examiner()
    case_id, label = _sealed(office, examiner)

    answer = examiner.get(f"cases/{case_id}/comparisons/{label}/chart.pdf")

    assert answer.status_code == 501
    assert "install identlink[documents]" in answer.text
