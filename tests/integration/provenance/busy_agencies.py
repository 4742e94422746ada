"""Agencies in a store in which everything has happened once: agreed, asked, a number followed."""

from __future__ import annotations

from tests.court_messages import Told
from tests.integration.agencies.agreeing import agreed, creation
from tests.integration.agencies.test_court_results import (
    OTHER_ASN,
    foreign,
    laid,
    sent,
    step,
    summonsed,
)
from tests.integration.api.driver import World
from tests.integration.requests.working import Worked


def serve_agencies(world: World) -> None:
    """Issue a number for a record that an agency asks for and watches; take the court's result."""
    agency, officer = agreed(world), world.officer()
    answer = agency.post("/v1/agency/requests", creation(93))
    assert answer.status_code == 201, answer.text
    request = Worked(world, answer.json()["request_id"])
    request.search_by_details()
    request.identify()
    request.release()
    asn = officer.post(f"{request.at}/asn").json()["asn"]
    result = {"asn": asn, "result_on": "2026-02-02", "words": "Fined."}
    assert officer.post("/v1/asn-results", result).json() == {"fate": "matched"}
    watch = f"/v1/agency/requests/{request.at.rpartition('/')[2]}/watch"
    for act, status in (("", 201), ("/confirmation", 200)):
        assert agency.post(watch + act).status_code == status
    assert request.step("close") == "closed"
    told = world.court_feed().send(
        "/v1/court-results", Told().delivered(), Content_Type="application/xml"
    )
    assert told.json()["state"] == "nobody"
    path = f"/v1/matters/{told.json()['matter_id']}/return"
    back = officer.post(path, {"expected_step": 1, "words": "The number is not ours."})
    assert back.json()["state"] == "return proposed"
    _attach_a_result(world)
    _end_a_keeping(world)


def _end_a_keeping(world: World) -> None:
    """Have two officers attach a conviction told through Interpol, and remove it: its day is over.

    Nobody else of the store is like its person.
    """
    name = {"forename": "Ottoline", "surname": "Brackenbury"}
    record_id = summonsed(world, **name, born="1961-02-03", asn="")
    over = {"retention_end": "2025-12-31"}
    told = foreign(name=name, born_on="1961-02-03", limits=over)
    matter_id = world.officer().post("/v1/matters", told).json()["matter_id"]
    on = laid(record_id, laid=[])
    assert step(world, matter_id, "attachment", **on).status_code == 200
    off = {"expected_step": 3, "words": "Its day is over."}
    for number, state in ((2, "attached"), (4, "no longer kept")):
        answer = {"expected_step": number, "agrees": True}
        done = step(world, matter_id, "answer", "officer-b", **answer)
        assert done.json().get("state") == state, done.text
        if number == 2:
            assert step(world, matter_id, "withdrawal", **off).status_code == 200


def _attach_a_result(world: World) -> None:
    """Have two officers put the result of a court on the record of somebody under a summons."""
    record_id = summonsed(world, asn=OTHER_ASN)
    told = sent(world, Told(asn=OTHER_ASN, forename="Osvin", reference="LEEDS-9-1"))
    assert told["state"] == "doubtful"
    matter_id = told["matter_id"]
    assert step(world, matter_id, "attachment", **laid(record_id)).status_code == 200
    answer = {"expected_step": 2, "agrees": True}
    agreed = step(world, matter_id, "answer", "officer-b", **answer)
    assert agreed.json()["state"] == "attached"
    _dispute(world, record_id)


def _dispute(world: World, record_id: str) -> None:
    """Have an officer doubt whose conviction it is, and propose that it is theirs."""
    body = {"record_id": record_id, "item_id": "conviction-1", "words": "A brother, perhaps."}
    opened = world.officer().post("/v1/disputes", body)
    assert opened.status_code == 201, opened.text
    path = f"/v1/disputes/{opened.json()['dispute_id']}/proposal"
    said = {"expected_step": 0, "is_theirs": True, "words": "By the charge sheet."}
    assert world.officer().post(path, said).status_code == 200
