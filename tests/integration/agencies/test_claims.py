"""What a court calls somebody becomes a claim of their record, found, shown, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from domain.access.access import Role
from service.usecases.requests.own_data import own_sections
from tests.court_messages import ASN, Line, Said, Told
from tests.integration.agencies.test_court_results import laid, sent, step, summonsed
from tests.integration.api.driver import World
from tests.integration.retention.test_bases import verified
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("records")

OSVIN = Told(forename="Osvin", surname="Tremayne", offences=(Said(lines=(Line(),)),))


def _claims(world: World, record_id: str) -> dict[str, dict[str, Any]]:
    """Return the names on a record with their sources, by the surname and the end."""
    answer = world.force("89").get(f"/v1/records/{record_id}/claims")
    assert answer.status_code == 200, answer.text
    told = [one for one in answer.json()["claims"] if one["item"]["item"]["kind"] == "name"]
    return {one["item"]["item"]["surname"]: one for one in told}


def _found(world: World, told: Told) -> list[str]:
    details = {
        "names": [{"forename": told.forename, "surname": told.surname}],
        "dates_of_birth": [told.born],
    }
    answer = world.force("89").post("/v1/names-enquiries", {"details": details})
    return [one["record_id"] for one in answer.json()["candidates"]]


@pytest.mark.journey
def test_a_name_that_a_court_gave_is_a_claim_until_the_matter_comes_off(world: World) -> None:
    record_id = summonsed(world)
    matter_id = sent(world, OSVIN)["matter_id"]
    step(world, matter_id, "attachment", **laid(record_id))
    agreed = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)
    assert agreed.json()["state"] == "attached", agreed.text

    claims = _claims(world, record_id)
    assert list(claims) == ["Trelawney", "Tremayne"]
    assert claims["Trelawney"]["source"] == "force 89"
    assert claims["Tremayne"]["source"] == "court"
    assert matter_id in claims["Tremayne"]["reference"]
    assert _found(world, OSVIN) == [record_id]
    assert _found(world, Told()) == [record_id]

    step(world, matter_id, "withdrawal", expected_step=3, words="A brother.")
    off = step(world, matter_id, "answer", "officer-b", expected_step=4, agrees=True)
    assert off.json()["state"] == "doubtful"
    gone = _claims(world, record_id)["Tremayne"]
    assert gone["end"] == "withdrawn"
    assert "withdrawn from this record" in gone["reason"]
    assert verified(world)


def test_the_person_is_told_every_claim_and_the_page_shows_its_source(office: Office) -> None:
    world = office.world
    record_id = summonsed(world)
    told = sent(world, Told(forename="Oswin", asn=ASN))
    assert told["state"] == "attached"
    second = sent(world, Told(forename="Osvin", surname="Tremayne", reference="LEEDS-8"))
    step(
        world,
        second["matter_id"],
        "attachment",
        **laid(record_id, version=2, laid=[{"offence": 0}]),
    )
    step(world, second["matter_id"], "answer", "officer-b", expected_step=2, agrees=True)
    with world.services.units.read() as unit:
        held = unit.people.record(record_id)  # type: ignore[arg-type]
        assert held is not None
        file: Any = type("File", (), {"person_id": held.person_id})
        fields = [one for part in own_sections(unit, file, frozenset()) for one in part.fields]
    names = [one.text for one in fields if one.label == "Name"]
    assert [one.partition(".")[0] for one in names] == ["Oswin Trelawney", "Osvin Tremayne"]
    assert ["Source: court" in one for one in names] == [False, True]

    page = office.person("clerk-89", Role.FORCE, force="89").page(f"records/{record_id}")
    table = page.partition("Where each detail comes from")[2].partition("</table>")[0]
    assert "Osvin Tremayne" in table
    assert f"court: matter {second['matter_id']}" in table
