"""Journeys of a record, by calls and pages on both databases: who is told what, before and after.

Further steps are in `exchange`, `requests`, `agencies` and `applications`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.ids import ForceCode
from domain.people.identifiers import make_asn
from matching.scorer import Scorer
from service.usecases.retention.releasing import destroy_prints
from tests.court_messages import Told
from tests.integration.agencies.agreeing import agreed, creation
from tests.integration.agencies.test_court_results import enquired, held, sent, summonsed
from tests.integration.api.merging import merged, parted
from tests.integration.api.prints import encounter, record
from tests.integration.certificates.applying import checked, issued
from tests.integration.certificates.applying import released as certified
from tests.integration.exchange.offices import GBR, Clock, Wire
from tests.integration.exchange.offices import Office as Country
from tests.integration.exchange.offices import office as country
from tests.integration.exchange.test_duties import told
from tests.integration.requests.test_disputes import attached, decided, printed, put, raised
from tests.integration.requests.working import FINE, Worked, add_convictions, amend
from tests.integration.retention.test_bases import (
    found_by_name,
    found_by_prints,
    verified,
    youth,
)
from tests.integration.retention.working import planned, released, waited
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office, Person, hidden_fields
from tests.integration.web.test_requests import officer

pytestmark = [pytest.mark.promise("records"), pytest.mark.journey]


@pytest.fixture
def office(database_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return the office of a State, over an empty database of either kind."""
    yield from open_office(database_url, scorer, tmp_path, exchange_state="GBR")


def exchange_of(office: Office) -> Country:
    """Return the exchange of the office, whose messages go nowhere."""
    services = office.world.services
    return country(services.units, GBR, Wire(), Clock(services.surroundings.clock()))


def _said(person: int, **other: Any) -> Told:
    """Return what a court says of a person."""
    who = record(person)
    (name,) = who["names"]
    born = who["dates_of_birth"][0]
    return Told(forename=name["forename"], surname=name["surname"], born=born, **other)


def _who(told: Told) -> dict[str, str]:
    return {"forename": told.forename, "surname": told.surname, "born": told.born}


def _sent(person: Person, path: str, to: str, **fields: str) -> str:
    answer = person.client.post(
        f"/workbench/{path}/{to}", data={**hidden_fields(person.page(path)), **fields}
    )
    assert answer.status_code == 200, answer.text[-800:]
    return answer.text


def _attached_on_pages(office: Office, matter_id: str) -> str:
    """Have two officers attach the offence of a matter to the charge that its page offers."""
    path, first = f"matters/{matter_id}", officer(office)
    (charge,) = set(re.findall(r'<option value="(offence-\d+)"', first.page(path)))
    _sent(first, path, "attachment", words="By the summons.", **{"offence-0": charge})
    return _sent(officer(office, "officer-b"), path, "answer", agrees="yes")


def test_a_summons_without_prints(office: Office) -> None:
    world, told = office.world, _said(1)
    waits, again = sent(world, told), sent(world, told)
    inbox = officer(office).page("matters")
    record_id = summonsed(world, **_who(told))
    done = _attached_on_pages(office, waits["matter_id"])

    assert (waits["state"], again["matter_id"]) == ("nobody", waits["matter_id"])
    assert f"{told.forename} {told.surname}" in inbox
    assert ">attached<" in done
    assert enquired(world, told) == (1, 0)
    assert "Theft from a shop" in office.force("89").page(f"records/{record_id}")
    certificate = issued(certified(world))
    assert certificate["outcome"] == "Trace"
    assert planned(world)["figures"]["due"] == 0
    person_id = held(world, record_id).person_id
    arrest = encounter(1) | {"record": None, "person_id": person_id}
    joined = world.force("89").post("/v1/encounters", arrest)
    assert joined.json()["person_id"] == person_id, joined.text
    assert found_by_prints(world, person_id)
    assert verified(world)


def test_prints_go_and_the_record_stays(office: Office) -> None:
    world = office.world
    person_id = youth(world)
    (record_id,) = found_by_name(world)
    amend(
        world, record_id, {"change": "add", "item": {"kind": "nationality", "nationality": "POL"}}
    )
    plan = released(world)
    assert destroy_prints(waited(world)) == 1

    shown = officer(office).page(f"retention/people/{person_id}")
    planning = office.supervisor().page(f"retention/plans/{plan['plan_id']}")
    add_convictions(world, record_id, FINE)
    ours = exchange_of(office)
    ours.survey()

    assert "destroyed" in planning
    assert "No prints" in shown or "no prints" in shown
    assert not found_by_prints(world, person_id)
    assert found_by_name(world) == [record_id]
    assert [one[:2] for one in told(ours)] == [("notification", "POL")]
    assert verified(world)


def test_a_result_with_a_dummy_number_answers_the_number_of_an_agency(office: Office) -> None:
    world, agency = office.world, agreed(office.world)
    asked = agency.post("/v1/agency/requests", creation())
    request = Worked(world, asked.json()["request_id"])
    request.search_by_details()
    request.identify()
    request.release()
    asn = world.officer().post(f"{request.at}/asn").json()["asn"]
    who = _who(_said(1))
    record_id = summonsed(world, asn=asn, **who)
    before = world.officer().get("/v1/asns").json()["issued"]

    dummy = make_asn(2026, ForceCode("00"), unit="NP", system="00", sequence=1)
    waits = sent(world, _said(1, asn=dummy))
    done = _attached_on_pages(office, waits["matter_id"])

    assert [one["result_on"] for one in before] == [None]
    assert [one["doubt"] for one in waits["reasons"]] == ["asn-dummy", "asn-unknown"]
    assert ">attached<" in done
    (conviction,) = held(world, record_id).convictions
    assert conviction.asn == asn
    (issued_number,) = world.officer().get("/v1/asns").json()["issued"]
    assert (issued_number["asn"], issued_number["result_on"]) == (asn, "2026-06-01")
    assert enquired(world, _said(1)) == (1, 0)
    assert verified(world)


def test_two_are_one_and_two_again(office: Office) -> None:
    world, ours = office.world, exchange_of(office)
    first, here = put(world, 1)
    second, there = printed(world, 2)
    item = {"kind": "nationality", "nationality": "ROU"}
    amend(world, there, {"change": "add", "item": item})
    add_convictions(world, here, FINE, force="89")

    merge = merged(world, first, second)
    ours.survey()
    one = told(ours)
    joined = office.force("89").page(f"records/{here}")
    parted(world, merge)
    ours.survey()

    assert [each[:2] for each in one] == [("notification", "ROU")]
    assert "Romania" in joined
    assert [each[:2] for each in told(ours)] == [("notification", "ROU"), ("deletion", "ROU")]
    assert "another record of the same person" in joined
    assert verified(world)


def test_a_fine_of_a_namesake(office: Office) -> None:
    world = office.world
    _, here = put(world, 1)
    matter_id = attached(world, here, 1)
    certificate = issued(certified(world))
    dispute = raised(world, here, "conviction-1").json()
    listed = officer(office).page("disputes")

    assert certificate["outcome"] == "Trace"
    assert dispute["dispute_id"] in listed
    assert decided(world, dispute["dispute_id"], theirs=False) == "it is not theirs"
    assert checked(world, certificate["number"], certificate["code"]) == "superseded"
    assert "doubtful" in officer(office).page(f"matters/{matter_id}")
    assert verified(world)
