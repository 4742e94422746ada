"""Requests in a store in which everything has happened once: worked, answered and followed up."""

from __future__ import annotations

from domain.ids import PersonId
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.requests.working import FINE, Worked, add_convictions, amend, opened


def work_requests(world: World) -> None:
    """Answer requests about two people and tell the recipients of what changed afterwards."""
    known = [enrolled_with_record(world, person) for person in (81, 82)]
    for _, record_id in known:
        add_convictions(world, record_id, FINE, FINE | {"reference": "8/24"})
    by_details, by_prints = _on_details(world), _on_prints(world, known[1][0])
    _differ_over(world, by_details)
    for _, record_id in known:
        item = {"kind": "conviction", "conviction": FINE | {"reference": "7/24"}}
        amend(world, record_id, {"change": "correct", "item_id": "conviction-1", "item": item})
    assert give_owed_notices(world.services, lambda: False) == 2
    (notice,) = by_details.read()["notices"]
    path = f"/v1/disclosure-notices/{notice['notice_id']}/acknowledgement"
    assert by_details.officer.post(path).status_code == 204
    by_prints.step("close")


def enrolled_with_record(world: World, person: int) -> tuple[PersonId, str]:
    """Enrol a person and return them with their record."""
    person_id = PersonId(world.enrol(person)["person_id"])
    with world.services.units.read() as unit:
        row = unit.people.person_row(person_id)
        assert row is not None
        return person_id, unit.people.records_of([row])[row].record_id


def _on_details(world: World) -> Worked:
    """Have a State answered about a person whom details name, and hear that it has the answer."""
    request = opened(world, person=81)
    request.step("ask", words="Which of them?", on="2026-03-03")
    request.step("answer", on="2026-03-05")
    assert request.post("search").status_code == 201
    request.identify_first()
    path = f"/v1/disclosures/{request.release()['disclosure_id']}/acknowledgement"
    assert request.officer.post(path).status_code == 204
    return request


def _on_prints(world: World, person_id: PersonId) -> Worked:
    """Have another State answered about a person whose prints two examiners confirmed."""
    request = opened(world, person=82, asker={"kind": "state", "code": "DEU"})
    case_id = world.case_of(request.search_by_prints(82))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)
    assert request.identify()["outcome"] == "identified"
    request.release()
    return request


def _differ_over(world: World, earlier: Worked) -> None:
    """Follow a request up by another, over whose answer two officers differ."""
    about = earlier.at.rpartition("/")[2]
    request = opened(world, person=99, reference="", about=about)
    request.search_by_details()
    request.identify()
    assert request.post("decision", decision="release").status_code == 200
    other = world.officer("officer-b")
    answer = request.post("second-reading", by=other, agrees=False, words="Ask for prints.")
    assert answer.json()["state"] == "deciding"
