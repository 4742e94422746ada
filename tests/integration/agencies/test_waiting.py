"""Nobody is certified as unknown for what merely waits: agencies' cases, results, old records."""

from __future__ import annotations

from typing import Any

import pytest

from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from tests.integration.agencies.agreeing import agreed, asked_about, creation
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import record
from tests.integration.certificates.applying import applied, issued
from tests.integration.conversion.working import TEXTS, Roll
from tests.integration.requests.working import Worked, opened

pytestmark = pytest.mark.promise("records")

DISPOSED = "2026-02-02"
OFFENCE = {
    "code": "TH68010",
    "title": "Theft of a boat",
    "is_recordable": True,
    "committed_on": "2025-12-24",
}


def numbered(world: World, person: int = 1) -> str:
    """Have an agency's record agreed to, and return the number that was issued."""
    agency = agreed(world)
    answer = agency.post("/v1/agency/requests", creation(person))
    assert answer.status_code == 201, answer.text
    request = Worked(world, answer.json()["request_id"])
    request.search_by_details()
    request.identify()
    request.release()
    return str(world.officer().post(f"{request.at}/asn").json()["asn"])


def told(world: World, asn: str) -> None:
    """Have a court tell its result."""
    body = {"asn": asn, "result_on": DISPOSED, "words": "Fined 100 pounds."}
    answer = world.officer("officer-b").post("/v1/asn-results", body)
    assert answer.json() == {"fate": "matched"}


def enquired(world: World, **said: Any) -> tuple[int, int]:
    """Return how many people, and how many waiting items, a names enquiry tells."""
    details = said or {name: record(1)[name] for name in ("names", "dates_of_birth")}
    answer = world.force().post("/v1/names-enquiries", {"details": details})
    assert answer.status_code == 201, answer.text
    return len(answer.json()["candidates"]), answer.json()["waiting"]


def begun(world: World, asn: str) -> dict[str, str]:
    """Have the office put the person on record, with the entry of the number."""
    body = record(1)
    offence = {**OFFENCE, "disposals": []}
    body["arrest_reports"] = [
        {"asn": asn, "force": "89", "on": "2026-01-05", "offences": [offence]}
    ]
    answer = world.officer().post("/v1/records", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def attached(world: World, asn: str, record_id: str, **other: Any) -> Any:
    body = {"record_id": record_id, "expected_version": 1, "disposal": "convicted"}
    return world.officer().post(
        f"/v1/asns/{asn}/attachment", {**body, "offence": OFFENCE, **other}
    )


@pytest.mark.journey
def test_a_result_that_waits_is_met_and_then_stands_on_a_record(world: World) -> None:
    assert enquired(world) == (0, 0)
    asn = numbered(world)
    assert enquired(world) == (0, 1)
    told(world, asn)
    assert enquired(world) == (0, 1)

    request = applied(world)
    assert request.search_by_details() == []
    (item,) = request.officer.get(f"{request.at}/candidates").json()["waiting"]
    assert item["kind"] == "result of a court"
    assert request.identify()["outcome"] == "in doubt"
    request.release()
    assert issued(request)["outcome"] == "cannot be certified"

    record_id = begun(world, asn)["record_id"]
    assert enquired(world) == (1, 1)
    assert attached(world, asn, record_id).json() == {"record_id": record_id, "version": 2}
    assert enquired(world) == (1, 0)
    with world.services.units.read() as unit:
        held = unit.people.record(record_id)  # type: ignore[arg-type]
    assert held is not None
    (disposal,) = held.arrest_reports[0].offences[0].disposals
    assert (str(disposal.on), disposal.sentence) == (DISPOSED, "Fined 100 pounds.")
    again = attached(world, asn, record_id, expected_version=2)
    assert again.status_code == 409
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_a_release_is_refused_when_a_case_came_in_after_the_search(sqlite_world: World) -> None:
    world = sqlite_world
    request = applied(world)
    request.search_by_details()
    assert request.identify()["outcome"] == "not held"
    assert request.post("decision", decision="release").status_code == 200
    asn = numbered(world)

    other = world.officer("officer-b")
    refused = request.post("second-reading", by=other, agrees=True)

    assert refused.status_code == 409
    assert "search again" in refused.json()["detail"]
    assert enquired(world) == (0, 1)
    assert attached(world, asn, begun(world, asn)["record_id"]).status_code == 404, "no result yet"


def test_the_record_of_another_force_is_amended_by_that_force_first(sqlite_world: World) -> None:
    world = sqlite_world
    asn = numbered(world)
    told(world, asn)
    record_id = world.enrol(1)["record_id"]

    refused = attached(world, asn, record_id)
    stale = attached(world, asn, record_id, expected_version=7)
    unknown = attached(world, "X1", record_id)
    report = {
        "kind": "arrest-report",
        "asn": asn,
        "force": "01",
        "on": "2026-01-05",
        "offences": [{**OFFENCE, "disposals": [{"disposal": "convicted", "on": DISPOSED}]}],
    }
    amendment = {
        "expected_version": 1,
        "changes": [{"change": "add", "item": report}],
        "reason": "court result",
        "reason_text": "Told by the office.",
        "source": "court",
        "source_reference": asn,
    }
    path = f"/v1/records/{record_id}/amendments"
    assert world.force().post(path, amendment).status_code == 201
    marked = attached(world, asn, record_id, expected_version=2)

    assert [one.status_code for one in (refused, stale, unknown)] == [409, 409, 404]
    assert marked.json() == {"record_id": record_id, "version": 2}
    assert enquired(world) == (1, 0)


def test_an_old_record_is_met_from_its_settlement_until_it_is_written(sqlite_world: World) -> None:
    said = {"names": [{"forename": "Arthur", "surname": "Grey"}], "dates_of_birth": ["1931-03-12"]}
    roll = Roll(sqlite_world)
    before = enquired(sqlite_world, **said)

    roll.key_twice(roll.scan(1))
    settled = enquired(sqlite_world, **said)
    roll.convert(2)
    written = enquired(sqlite_world, **said)

    assert TEXTS["surname"] == "Grey"
    assert (before, settled) == ((0, 0), (0, 1))
    assert written == (1, 1), "the first frame still waits"


def test_enquiries_and_searches_alone_have_nothing_read_again(sqlite_world: World) -> None:
    enquired(sqlite_world)
    read = sqlite_world.services.waiting.generation

    enquired(sqlite_world)
    sqlite_world.enrol(1)
    sqlite_world.search(1)
    enquired(sqlite_world)

    assert sqlite_world.services.waiting.generation == read


def test_what_waits_of_an_erased_person_is_met_no_more(sqlite_world: World) -> None:
    world = sqlite_world
    person_id = world.enrol(1)["person_id"]
    agency = agreed(world)
    answer = agency.post("/v1/agency/requests", creation(1))
    request = Worked(world, answer.json()["request_id"])
    request.search_by_details()
    request.identify_first()
    request.release()
    assert world.officer().post(f"{request.at}/asn").status_code == 201
    assert enquired(world) == (1, 1)

    erased(world, person_id)

    assert enquired(world) == (0, 0)


@pytest.mark.parametrize("is_on_record", [False, True])
@pytest.mark.parametrize("kind", ["conviction-information", "agency-names-enquiry"])
def test_no_answer_leaves_out_what_came_in_after_the_search(
    sqlite_world: World, kind: str, is_on_record: bool
) -> None:
    world = sqlite_world
    if is_on_record:
        begun(world, "")
    request = _asked(world, kind)
    assert len(request.search_by_details()) == int(is_on_record)
    found = request.identify_first() if is_on_record else request.identify()
    assert found["outcome"] == ("identified" if is_on_record else "not held")
    assert request.post("decision", decision="release").status_code == 200
    told(world, numbered(world))

    refused = request.post("second-reading", by=world.officer("officer-b"), agrees=True)

    assert refused.status_code == 409
    assert "is waiting in the inbox" in refused.json()["detail"]
    assert request.read()["state"] == "second reading"


def test_one_officer_does_not_say_that_nobody_is_held_who_waits(sqlite_world: World) -> None:
    request = opened(sqlite_world, kind="names-enquiry-answer", legal_basis="")
    request.search_by_details()
    assert request.identify()["outcome"] == "not held"
    told(sqlite_world, numbered(sqlite_world))

    refused = request.post("decision", decision="release")

    assert refused.status_code == 409
    assert "is waiting in the inbox" in refused.json()["detail"]


def _asked(world: World, kind: str) -> Worked:
    if kind == "conviction-information":
        return opened(world)
    answer = agreed(world, "PORT").post("/v1/agency/requests", asked_about())
    assert answer.status_code == 201, answer.text
    return Worked(world, answer.json()["request_id"])
