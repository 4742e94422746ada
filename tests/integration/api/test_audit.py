"""The auditors' view: evidence as computed, and the log in its current state."""

from __future__ import annotations

import json
from math import fsum

import pytest

from service.provenance.canonical import read_event
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.test_journey import linked


def test_the_evidence_of_a_search_sums_to_its_total_and_reading_it_is_recorded(
    world: World,
) -> None:
    world.enrol(1)
    search_id = world.search(1)
    auditor = world.auditor()
    events = world.counts()[0]

    evidence = auditor.get(f"/v1/searches/{search_id}/evidence").json()

    first = evidence["candidates"][0]
    rows = [row["bits"] for row in first["evidence"]]
    assert abs(fsum(rows) - first["total_bits"]) < 1e-9
    parts = first["prior_bits"] + first["biometric_bits"] + first["demographic_bits"]
    assert abs(parts - first["total_bits"]) < 1e-9
    assert evidence["basis"]["model_digest"] == world.services.scorer.digest
    last = auditor.get(f"/v1/log/entries?start={events}").json()["entries"][0]
    body = json.loads(last["body"])
    assert (body["type"], body["actor"], body["purpose"]) == (
        "evidence-unmasked",
        "auditor-a",
        "audit",
    )
    assert search_id in body["subject_refs"]


def test_evidence_of_an_unknown_search_is_not_found_and_leaves_no_event(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    auditor = world.auditor()
    before = world.counts()

    answer = auditor.get(f"/v1/searches/{'0' * 32}/evidence")

    assert_problem(answer, 404, "not-found")
    assert world.counts() == before


@pytest.mark.promise("secrecy")
def test_the_log_is_read_in_order_without_gaps_and_holds_no_personal_data(world: World) -> None:
    linked(world)
    auditor = world.auditor()

    size = auditor.get("/v1/log/entries?limit=1").json()["size"]
    entries = [
        entry
        for start in range(0, size, 10)
        for entry in auditor.get(f"/v1/log/entries?start={start}&limit=10").json()["entries"]
    ]

    # Each page that was read is an entry by now: the reading of the log is on record as well.
    entries = entries[:size]
    assert [entry["seq"] for entry in entries] == list(range(size))
    text = "".join(entry["body"] for entry in entries)
    hidden = ("Forename1", "Surname1", "Placetown", "High Street", "Ridge flow", "Clear.")
    assert not [word for word in hidden if word in text]
    for entry in entries:
        assert read_event(entry["body"].encode()).seq == entry["seq"]


def test_beyond_the_end_of_the_log_there_is_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    answer = world.auditor().get("/v1/log/entries?start=9007199254740991")

    assert answer.json()["entries"] == []
