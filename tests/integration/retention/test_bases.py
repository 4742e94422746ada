"""Each kind of data goes by its own basis: one ends, exactly its data goes, the rest answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.retention.releasing import destroy_prints
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.merging import merged
from tests.integration.api.prints import encounter, record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import issued
from tests.integration.certificates.applying import released as applied
from tests.integration.disclosure.asking import document_of, identified, own_request, prepared
from tests.integration.disclosure.restricting import lifted, restricted
from tests.integration.retention.working import (
    DROPPED,
    enrol,
    offence,
    planned,
    released,
    shown,
    step,
    waited,
)

pytestmark = pytest.mark.promise("records")

PERSON = 1
YOUTH = {"names": record(PERSON)["names"], "dates_of_birth": ["2005-01-11"]}
CAUTIONED = offence("TH68001", ("cautioned", "2020-06-01"))
"""Of a minor offence at 15: prints for five years, the entry by its own rule."""


def youth(world: World) -> str:
    """Enrol a person whose prints have had their time, while the entry is kept."""
    body = encounter(PERSON) | {"captured_at": "2020-03-04T07:08:09Z"}
    report = body["record"]["arrest_reports"][0] | {"offences": [CAUTIONED]}
    body["record"] |= YOUTH | {"arrest_reports": [report]}
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person_id"])


def found_by_name(world: World) -> list[str]:
    """Return the records that a names enquiry finds."""
    answer = world.force().post("/v1/names-enquiries", {"details": YOUTH})
    assert answer.status_code == 201, answer.text
    return [one["record_id"] for one in answer.json()["candidates"]]


def found_by_prints(world: World, person_id: str) -> bool:
    """Whether a search by prints finds the person."""
    evidence = world.auditor().get(f"/v1/searches/{world.search(PERSON)}/evidence").json()
    return person_id in {one["person_id"] for one in evidence["candidates"]}


def items_of(world: World, record_id: str) -> Any:
    """Return the items of a record as the force reads them."""
    answer = world.force().get(f"/v1/records/{record_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def verified(world: World) -> bool:
    """Whether log and tables agree."""
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    return not verify_store(world.services, keys).log.findings


@pytest.mark.journey
def test_prints_go_and_whatever_else_is_held_stays(world: World) -> None:
    person_id = youth(world)
    (record_id,) = found_by_name(world)
    before = items_of(world, record_id)

    (line,) = shown(world, planned(world))["lines"]
    plan = released(world)
    at_once = found_by_prints(world, person_id)
    assert destroy_prints(world.services) == 0
    assert destroy_prints(waited(world)) == 1

    assert (line["person_id"], line["last_day"]) == (person_id, "2025-03-03")
    assert (at_once, found_by_prints(world, person_id)) == (False, False)
    with world.services.units.read() as unit:
        bases = world.officer().get(f"/v1/retention/people/{person_id}").json()
        held = [unit.encounters.get(one) for one in bases["captures"]]
    assert held == []
    assert (bases["fate"], bases["provision"]) == ("kept", "no prints are held")
    assert found_by_name(world) == [record_id]
    assert items_of(world, record_id) == before
    assert issued(applied(world, PERSON, subject=YOUTH))["outcome"] != "No Trace"
    request = identified(own_request(world, subject=YOUTH))
    prepared(request)
    request.release()
    assert "1 June 2020" in json.dumps(document_of(request))
    (settled,) = shown(world, plan)["settlements"]
    assert (settled["outcome"], settled["ended"]) == ("hidden", "destroyed")
    assert planned(world)["figures"]["due"] == 0
    assert verified(world)


def test_the_entry_goes_and_prints_stay(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, PERSON, DROPPED)
    with sqlite_world.services.units.read() as unit:
        row = unit.people.person_row(person_id)  # type: ignore[arg-type]
        record_id = unit.people.records_of([row])[row].record_id  # type: ignore[list-item,index]
    body = {
        "expected_version": 1,
        "changes": [{"change": "withdraw", "item_id": "arrest-report-1"}],
        "reason": "mistaken identity",
        "reason_text": "Another person's.",
        "source": "force report",
        "source_reference": "R 7",
    }
    answer = sqlite_world.force().post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text

    assert found_by_prints(sqlite_world, person_id)
    assert "arrest-report" not in json.dumps(items_of(sqlite_world, record_id))


def test_prints_that_are_called_back_are_found_as_before(world: World) -> None:
    person_id = youth(world)
    plan = released(world)
    assert not found_by_prints(world, person_id)

    back = step(world, plan, "call-back", by="supervisor-b")
    again = step(world, plan, "call-back")

    assert back.status_code == 200, back.text
    assert_problem(again, 409, "conflict")
    assert found_by_prints(world, person_id)
    assert destroy_prints(waited(world)) == 0
    (settled,) = shown(world, plan)["settlements"]
    assert settled["ended"] == "called back"
    assert [one["person_id"] for one in shown(world, planned(world))["lines"]] == [person_id]
    assert verified(world)


def test_a_person_who_was_restricted_keeps_prints_that_waited(world: World) -> None:
    person_id = youth(world)
    released(world)
    restriction_id = restricted(world, person_id)

    assert destroy_prints(waited(world)) == 0
    assert verified(world)
    lifted(world, restriction_id)
    assert not found_by_prints(world, person_id)
    assert destroy_prints(waited(world)) == 1
    assert verified(world)


def test_a_person_who_is_erased_meanwhile_leaves_nothing_to_a_purge(world: World) -> None:
    person_id = youth(world)
    plan = released(world)
    erased(world, person_id)

    assert_problem(step(world, plan, "call-back"), 409, "conflict")
    assert destroy_prints(waited(world)) == 1
    assert found_by_name(world) == []
    assert verified(world)


def test_nobody_is_merged_while_prints_are_purged(sqlite_world: World) -> None:
    person_id = youth(sqlite_world)
    kept = enrol(sqlite_world, 2, offence("TH68001", ("convicted", "2020-06-01")))
    released(sqlite_world)

    body = {"surviving": kept, "absorbed": person_id, "reason": "One person."}
    merge_id = sqlite_world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    answer = sqlite_world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    assert_problem(answer, 409, "conflict")
    assert destroy_prints(waited(sqlite_world)) == 1
    assert merged(sqlite_world, kept, person_id)
