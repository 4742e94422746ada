"""Disclosures of a link are recorded, and their recipients are told when it is revoked."""

from __future__ import annotations

from domain.events.log import LogSearched
from service.provenance.canonical import read_event
from tests.integration.provenance.links import Linked


def _disclosed(linked: Linked) -> list[tuple[str, ...]]:
    query = "/v1/log/search?type=disclosed"
    found = linked.world.auditor().get(query).json()["entries"]
    return [read_event(entry["body"].encode()).subject_refs for entry in found]


def test_a_force_that_reads_its_link_is_told_on_record_each_time(linked: Linked) -> None:
    force = linked.world.force()

    before = _disclosed(linked)
    force.get(f"/v1/searches/{linked.search_id}")
    force.get("/v1/searches")
    force.get(f"/v1/links/{linked.link_id}")

    assert before == []
    assert _disclosed(linked) == [(linked.link_id,)] * 3


def test_reading_what_is_not_linked_discloses_nothing(linked: Linked) -> None:
    other = linked.world.search(2)

    linked.world.force().get(f"/v1/searches/{other}")

    assert _disclosed(linked) == []


def test_a_revocation_is_noticed_to_whoever_was_told_and_to_nobody_else(linked: Linked) -> None:
    world = linked.world
    world.force().get(f"/v1/links/{linked.link_id}")
    body = {"reason": "Wrong record."}

    before = world.force().get("/v1/notices").json()
    world.supervisor().post(f"/v1/links/{linked.link_id}/revocation", body)
    told, other = (world.force(code).get("/v1/notices").json() for code in ("01", "13"))

    assert before == {"notices": [], "next_before": None}
    assert [notice["link_id"] for notice in told["notices"]] == [linked.link_id]
    assert other == {"notices": [], "next_before": None}


def test_a_link_that_nobody_was_told_of_is_revoked_without_a_notice(linked: Linked) -> None:
    body = {"reason": "Wrong record."}

    linked.world.supervisor().post(f"/v1/links/{linked.link_id}/revocation", body)

    assert linked.world.force().get("/v1/notices").json() == {"notices": [], "next_before": None}


def test_an_audit_search_finds_by_each_key_and_is_itself_on_record(linked: Linked) -> None:
    auditor = linked.world.auditor()
    keys = {
        "actor": "examiner-a",
        "force": "01",
        "case": linked.case_id,
        "subject": linked.person_id,
        "type": "linked",
        "since": "2020-01-01T00:00:00Z",
    }

    counts = {
        key: len(
            auditor.get("/v1/log/search", params={key: value, "limit": 200}).json()["entries"]
        )
        for key, value in keys.items()
    }
    nothing = auditor.get("/v1/log/search", params={"until": "2020-01-01T00:00:00Z"}).json()
    searched = auditor.get("/v1/log/search?type=log-searched").json()["entries"]

    assert min(counts.values()) >= 1
    assert counts["type"] == 1
    assert nothing["entries"] == []
    assert len(searched) == len(keys) + 1
    oldest = read_event(searched[-1]["body"].encode()).typed_as(LogSearched)
    assert oldest.asked_actor == "examiner-a"


def test_an_audit_search_is_read_page_by_page(linked: Linked) -> None:
    auditor = linked.world.auditor()
    whole = auditor.get("/v1/log/search?actor=examiner-a&limit=200").json()["entries"]

    first = auditor.get("/v1/log/search?actor=examiner-a&limit=2").json()
    after = f"/v1/log/search?actor=examiner-a&limit=200&before={first['next_before']}"
    rest = auditor.get(after).json()

    assert first["entries"] + rest["entries"] == whole
    assert rest["next_before"] is None


def test_a_force_may_not_search_the_log(linked: Linked) -> None:
    assert linked.world.force().get("/v1/log/search").status_code == 403
