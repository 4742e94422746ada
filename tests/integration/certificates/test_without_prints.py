"""A person without prints: put on record, found, certified, printed later, hidden and erased."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events.conversion import RecordBegun
from domain.ids import EventType
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import User, World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import encounter, record
from tests.integration.certificates.applying import issued, released
from tests.integration.disclosure.restricting import restricted
from tests.integration.requests.working import FINE, add_convictions

pytestmark = pytest.mark.promise("records")

PERSON = 7


def begun(by: User, body: dict[str, Any] | None = None, **headers: str) -> dict[str, str]:
    """Put a person on record without prints, and return the ids."""
    answer = by.post("/v1/records", body or record(PERSON), **headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/records/{answer.json()['record_id']}"
    return dict(answer.json())


def enquired(world: World, force: str = "01") -> dict[str, Any]:
    """Return the answer to a names enquiry about the person."""
    said = {name: record(PERSON)[name] for name in ("names", "dates_of_birth")}
    answer = world.force(force).post("/v1/names-enquiries", {"details": said})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.journey
def test_a_summonsed_person_is_found_certified_joined_by_prints_hidden_and_erased(
    world: World,
) -> None:
    assert enquired(world)["candidates"] == []

    made = begun(world.force())
    (found,) = enquired(world)["candidates"]
    assert found["record_id"] == made["record_id"]
    assert issued(released(world, PERSON))["outcome"] != "No Trace"
    add_convictions(world, made["record_id"], FINE | {"asn": "2001010000000000001X"})
    assert issued(released(world, PERSON))["outcome"] == "Trace"

    joined = world.force().post(
        "/v1/encounters", encounter(PERSON) | {"record": None, "person_id": made["person_id"]}
    )
    assert joined.status_code == 201, joined.text
    assert joined.json()["person_id"] == made["person_id"]
    search = world.search(PERSON)
    with world.services.units.read() as unit:
        candidates = unit.searches.candidates(search)  # type: ignore[arg-type]
    assert made["person_id"] in {one.person_id for one in candidates}

    restricted(world, made["person_id"])
    assert enquired(world)["candidates"] == []


def test_a_person_without_prints_is_erased_and_the_log_verifies(world: World) -> None:
    made = begun(world.officer(), record(PERSON, force="89"))
    (found,) = enquired(world)["candidates"]
    assert found["owner"]["force"] == "89"

    erased(world, made["person_id"])

    assert enquired(world)["candidates"] == []
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_people_alike_are_met_first_and_excluded_one_by_one(world: World) -> None:
    first = begun(world.force("47"))
    unmet = world.force().post("/v1/records", record(PERSON))
    met = enquired(world)
    (candidate,) = met["candidates"]
    named = record(PERSON) | {"enquiry_id": met["search_id"]}
    not_said = world.force().post("/v1/records", named)
    of_others = world.force("47").post("/v1/records", named)
    strange = world.force().post("/v1/records", named | {"excluded": ["nobody"]})

    second = begun(world.force(), named | {"excluded": [candidate["candidate_id"]]})

    assert [
        (one.status_code, one.json()["errors"][0]["pointer"])
        for one in (unmet, not_said, of_others, strange)
    ] == [(409, "/enquiry_id"), (409, "/excluded"), (404, "/enquiry_id"), (400, "/excluded")]
    assert second["person_id"] != first["person_id"]
    assert len(enquired(world)["candidates"]) == 2
    with world.services.units.read() as unit:
        event = unit.events.latest(EventType(RecordBegun.event_type))
    assert event is not None
    assert b'"excluded":1' in event.body


def test_the_same_call_twice_begins_one_record(world: World) -> None:
    first = begun(world.force(), Idempotency_Key="k-1")
    again = begun(world.force(), Idempotency_Key="k-1")

    assert again == first
    assert len(enquired(world)["candidates"]) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"names": []}, "/names"),
        ({"names": [{"forename": " "}]}, "/names"),
        ({"dates_of_birth": []}, "/dates_of_birth"),
        ({"dates_of_birth": ["XXXX-03-04"]}, "/dates_of_birth"),
        ({"arrest_reports": []}, "/arrest_reports"),
        ({"offences": []}, "/arrest_reports/0/offences"),
        ({"on": "2999-01-01"}, "/arrest_reports/0/on"),
        ({"on": "1930-01-01"}, "/arrest_reports/0/on"),
        ({"committed_on": "2999-01-01"}, "/arrest_reports/0/offences/0/committed_on"),
        ({"disposed_on": "2999-01-01"}, "/arrest_reports/0/offences/0/disposals/0/on"),
    ],
)
def test_bad_input_is_refused_at_its_place(
    sqlite_world: World, changes: dict[str, Any], pointer: str
) -> None:
    body = record(PERSON)
    entry = body["arrest_reports"][0]
    offence = entry["offences"][0]
    for name, value in changes.items():
        if name == "disposed_on":
            offence["disposals"][0]["on"] = value
        else:
            next(part for part in (body, entry, offence) if name in part)[name] = value

    answer = sqlite_world.force().post("/v1/records", body)

    assert answer.status_code in {400, 422}, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert enquired(sqlite_world)["candidates"] == []
