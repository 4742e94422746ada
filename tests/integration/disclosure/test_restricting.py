"""A restricted person leaves by no way, and is as before once the restriction is lifted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from domain.access.access import Role
from domain.ids import PersonId
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.erasing import asked as have_asked
from tests.integration.api.prints import record as record_of
from tests.integration.disclosure.conftest import SeenBefore
from tests.integration.disclosure.restricting import BODY, lifted, restricted
from tests.integration.looks.walking import Walk
from tests.integration.requests.working import FINE, add_convictions, opened
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("restriction")

HIS = re.compile(r"Forename1\b|Surname1\b|York Magistrates")
"""Words of the record of the person, and of no other person here."""

HOLDER = {
    "/v1/restrictions/{restriction_id}/evidence",
    "/workbench/restrictions/{restriction_id}/evidence",
}
"""Where the holder of the evidence reads it."""


@pytest.mark.parametrize("walked", ["sqlite"], indirect=True)
@pytest.mark.dear("asks for every address that shows something, as every role")
def test_nothing_of_a_restricted_person_is_shown_at_any_address(
    restricting: Office, seen_before: SeenBefore
) -> None:
    ids, before, after = seen_before.ids, seen_before.walk, Walk(restricting)

    restriction_id = restricted(restricting.world, ids["person_id"], holder="47")
    after.again(before, ids | {"restriction_id": restriction_id}, new="restriction")

    showed = {seen.route for seen in before.seen if HIS.search(seen.text)}
    shows = {(seen.route, seen.role) for seen in after.seen if HIS.search(seen.text)}
    assert len(showed) >= 5, showed
    assert shows == {(route, Role.FORCE) for route in HOLDER}
    assert not [
        seen.route
        for seen in after.seen
        if "{record_id}" in seen.route or "{encounter_id}" in seen.route
    ]


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """Return a person with a conviction."""
    enrolled = world.enrol(1)
    add_convictions(world, enrolled["record_id"], FINE)
    return enrolled


def _ways_out(world: World) -> dict[str, Any]:
    """Ask for the person in every way that could find them; return the findings of each."""
    body = {"details": {"names": record_of(1)["names"]}}
    enquiry = world.force("47").post("/v1/names-enquiries", body).json()
    request, prints = opened(world), opened(world, reference="II K 13/26")
    named = request.search_by_details()
    search_id = prints.search_by_prints(1)
    with world.services.units.read() as unit:
        found = unit.searches.candidates(search_id)  # type: ignore[arg-type]
    figures = world.auditor().get("/v1/statistics").json()
    return {
        "named by an enquiry": len(enquiry["candidates"]),
        "named by a request": len(named),
        "found by prints": len(found),
        "people in the gallery": world.services.gallery.persons,
        "people counted": figures.get("people"),
        "listed records": len(world.force().get("/v1/records").json()["records"]),
    }


def test_no_search_enquiry_request_or_figure_finds_a_restricted_person_until_it_is_lifted(
    world: World, known: dict[str, Any]
) -> None:
    before = _ways_out(world)
    restriction_id = restricted(world, known["person_id"])
    hidden = _ways_out(world)
    lifted(world, restriction_id)
    again = _ways_out(world)

    assert before["named by an enquiry"] == before["named by a request"] == 1
    assert before["found by prints"] == before["listed records"] == 1
    assert {name: count for name, count in hidden.items() if count and "found" in name} == {}
    assert hidden["named by an enquiry"] == hidden["named by a request"] == 0
    assert hidden["listed records"] == 0
    assert again == before


def test_a_request_that_identified_a_person_gives_nothing_once_the_person_is_restricted(
    world: World, known: dict[str, Any]
) -> None:
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    assert request.post("decision", decision="release").status_code == 200

    restricted(world, known["person_id"])

    other = world.officer("officer-b")
    answer = request.post("second-reading", by=other, agrees=True)
    assert answer.status_code == 409, answer.text
    assert request.read()["convictions"] == []


def test_recipients_of_what_was_told_hear_of_the_restriction(
    world: World, known: dict[str, Any]
) -> None:
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    request.release()
    restricted(world, known["person_id"])

    assert give_owed_notices(world.services, lambda: False) == 1
    assert give_owed_notices(world.services, lambda: False) == 0

    (notice,) = request.read()["notices"]
    assert notice["kind"] == "restricted"


def test_the_record_can_be_amended_again_once_the_restriction_is_lifted(
    world: World, known: dict[str, Any]
) -> None:
    before = world.force().get(f"/v1/records/{known['record_id']}").json()
    restriction_id = restricted(world, known["person_id"])
    refused = world.force().get(f"/v1/records/{known['record_id']}")
    lifted(world, restriction_id)

    assert refused.status_code == 410
    assert world.force().get(f"/v1/records/{known['record_id']}").json() == before
    assert add_convictions(world, known["record_id"], FINE | {"reference": "8/24"}) == 3


def test_the_holder_of_the_evidence_reads_it_on_record_and_no_other_force_does(
    world: World, known: dict[str, Any]
) -> None:
    path = f"/v1/restrictions/{restricted(world, known['person_id'])}"

    read = world.force("01").get(f"{path}/evidence")
    entries = world.auditor().get("/v1/log/search?type=restricted-evidence-read").json()["entries"]

    assert read.status_code == 200, read.text
    assert "Surname1" in read.text
    assert read.json()["captures"] == [known["encounter_id"]]
    assert len(entries) == 1
    assert known["person_id"] in str(entries[0]["body"])
    assert world.force("47").get(f"{path}/evidence").status_code == 404
    assert world.force("47").get(path).status_code == 404
    assert world.supervisor().get(f"{path}/evidence").status_code == 403
    assert world.force("47").get("/v1/restrictions").json()["restrictions"] == []


def test_a_person_is_told_before_the_restriction_is_lifted(
    world: World, known: dict[str, Any]
) -> None:
    path = f"/v1/restrictions/{restricted(world, known['person_id'])}/lifting"
    today = world.services.today()
    days = {
        "2026-02-30": (400, "invalid-date"),
        (today + timedelta(days=1)).isoformat(): (400, "invalid-input"),
        (today - timedelta(days=1)).isoformat(): (409, "conflict"),
    }

    for day, (status, code) in days.items():
        answer = world.supervisor().post(path, {"told_on": day, "reasons": "Over."})
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    body = {"told_on": today.isoformat(), "reasons": "Over."}
    assert world.supervisor().post(path, body).status_code == 200
    assert world.supervisor().post(path, body).status_code == 409


def test_a_person_is_restricted_once_and_never_beside_an_erasure(
    world: World, known: dict[str, Any]
) -> None:
    supervisor, erased = world.supervisor(), world.enrol(2)["person_id"]
    have_asked(world, erased)
    restricted(world, known["person_id"])

    def sent(person_id: str, **other: str) -> int:
        return supervisor.post(f"/v1/people/{person_id}/restriction", BODY | other).status_code

    assert sent(known["person_id"]) == 404
    assert sent(erased) == 409
    assert sent("nobody") == 404
    assert sent(erased, holder="ZZ") == 400
    assert sent(erased, reasons=" ") == 422
    order = {"basis": "court order", "authority": "ORDER-9"}
    path = f"/v1/people/{known['person_id']}/erasure"
    assert supervisor.post(path, order).status_code == 404


def test_everyone_merged_with_a_person_is_restricted_with_them(world: World) -> None:
    kept, double = world.enrol(1)["person_id"], world.enrol(2)["person_id"]
    body = {"surviving": kept, "absorbed": double, "reason": "One set of prints."}
    merge_id = world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    restriction_id = restricted(world, double)

    with world.services.units.read() as unit:
        hidden = unit.restrictions.hidden_by(restriction_id)  # type: ignore[arg-type]
        assert unit.people.person_row(PersonId(kept)) is None
    assert set(hidden) == {kept, double}
    lifted(world, restriction_id)
    with world.services.units.read() as unit:
        assert unit.people.person_row(PersonId(kept)) is not None
