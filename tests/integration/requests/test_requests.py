"""Requests from receipt to reply, over HTTP, on both databases."""

from __future__ import annotations

import json
import unicodedata
from typing import Literal

import pytest

from domain.ids import PersonId
from service.usecases.requests import opening
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import (
    FINE,
    FOREIGN,
    add_convictions,
    amend,
    asked,
    opened,
)


def enrolled(world: World, person: int = 1) -> tuple[str, str]:
    """Enrol a person with a record, and return both ids."""
    person_id = world.enrol(person)["person_id"]
    with world.services.units.read() as unit:
        row = unit.people.person_row(PersonId(person_id))
        assert row is not None
        return person_id, unit.people.records_of([row])[row].record_id


@pytest.mark.journey
def test_a_state_is_answered_on_prints_that_examiners_confirmed(world: World) -> None:
    person_id, record_id = enrolled(world)
    add_convictions(world, record_id, FINE, FOREIGN)
    request = opened(world, asker={"kind": "state", "code": "DEU"})

    search_id = request.search_by_prints(1)
    assert_problem(request.post("identification"), 409, "conflict")
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)
    found = request.identify()
    sent = request.release()

    assert (found["basis"], found["outcome"]) == ("prints confirmed by link", "identified")
    assert found["link_id"]
    # Poland limits its conviction to proceedings: its name may be told, and nothing more.
    content = json.loads(sent["content"])
    assert [one["ref"]["item_id"] for one in content["items"]] == ["conviction-1"]
    assert content["states_to_ask"] == ["POL"]
    read = request.read()
    assert read["state"] == "released"
    assert [one["why_not"] for one in read["convictions"]] == [
        "",
        "its source limits it to other purposes",
    ]
    path = f"/v1/disclosures/{sent['disclosure_id']}/acknowledgement"
    assert request.officer.post(path).status_code == 204
    assert request.step("close") == "closed"


def test_details_alone_never_say_no_record_where_a_candidate_stands(sqlite_world: World) -> None:
    enrolled(sqlite_world)
    request = opened(sqlite_world)

    candidates = request.search_by_details()
    found = request.identify()

    assert len(candidates) == 1
    assert found["outcome"] == "in doubt"
    assert request.read()["may_say"] == "not identified"


def test_nobody_found_is_no_record(sqlite_world: World) -> None:
    request = opened(sqlite_world)

    assert request.search_by_details() == []
    assert request.identify()["outcome"] == "not held"
    assert request.release()["outcome"] == "no record"


def test_prints_of_another_than_the_details_name_do_not_match(sqlite_world: World) -> None:
    enrolled(sqlite_world)
    request = opened(sqlite_world)

    request.search_by_prints(77)

    assert request.identify()["outcome"] == "prints do not match"
    assert request.read()["may_say"] == "prints do not match"


def test_the_second_reader_is_another_person(sqlite_world: World) -> None:
    request = opened(sqlite_world)
    request.search_by_details()
    request.identify()
    request.post("decision", decision="release")

    assert_problem(request.post("second-reading", agrees=True), 409, "self-verification")
    other = sqlite_world.officer("officer-b")
    answer = request.post("second-reading", by=other, agrees=False, words="Ask for prints.")
    assert answer.json()["state"] == "deciding"


def test_a_proposal_falls_when_the_record_changes(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    request = opened(sqlite_world)
    request.search_by_details()
    request.identify_first()
    request.post("decision", decision="release")

    add_convictions(sqlite_world, record_id, FINE)
    other = sqlite_world.officer("officer-b")

    refused = request.post("second-reading", by=other, agrees=True)
    assert_problem(refused, 409, "not-releasable")


def test_a_licence_until_the_last_day_that_can_be_written_is_told(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    term = {"kind": "custody", "duration": "P30M", "licence_ends_on": "9999-12-31"}
    add_convictions(sqlite_world, record_id, FINE | {"sanctions": [term]})
    request = opened(sqlite_world)
    request.search_by_details()

    request.identify_first()
    request.release()

    assert request.read()["state"] == "released"


def test_a_correction_an_erasure_and_a_question_reach_the_log(world: World) -> None:
    _, record_id = enrolled(world)
    add_convictions(world, record_id, FINE)
    request = opened(world)
    assert request.step("ask", words="Which Smith?", on="2026-03-03") == "clarification wanted"
    assert request.read()["due_on"] == "2026-03-27"  # section 5 knows no stop
    assert request.step("answer", on="2026-03-05") == "ready"
    assert request.post("search").status_code == 201
    request.identify_first()
    request.release()

    quashed = FINE | {
        "decisions": [
            {
                "change": "quashed",
                "decided_on": "2026-05-01",
                "court": {"name": "Crown Court at Leeds"},
                "deletes": True,
            }
        ]
    }
    item = {"kind": "conviction", "conviction": quashed}
    amend(world, record_id, {"change": "correct", "item_id": "conviction-1", "item": item})
    given = [give_owed_notices(world.services, lambda: False) for _ in range(2)]

    assert given == [1, 0]
    (notice,) = request.read()["notices"]
    assert (notice["kind"], notice["about"]) == ("corrected", f"{record_id}/conviction-1")
    path = f"/v1/disclosure-notices/{notice['notice_id']}/acknowledgement"
    assert request.officer.post(path).status_code == 204
    assert request.read()["notices"][0]["acknowledged_at"]


def test_requests_are_listed_by_due_day_and_found_by_reference(sqlite_world: World) -> None:
    later = opened(sqlite_world, received_on="2026-03-27", reference="B 1")
    first = opened(sqlite_world, reference="A 1")
    officer = sqlite_world.officer()

    listed = officer.get("/v1/requests").json()["requests"]
    found = officer.get("/v1/requests", params={"reference": "b 1"}).json()["requests"]

    assert [f"/v1/requests/{one['request_id']}" for one in listed] == [first.at, later.at]
    assert [one["due_on"] for one in listed] == ["2026-03-27", "2026-04-27"]
    assert [f"/v1/requests/{one['request_id']}" for one in found] == [later.at]
    assert "Surname1" not in json.dumps(listed)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_requester_s_reference_is_found_however_its_accents_are_encoded(
    sqlite_world: World, form: Literal["NFC", "NFD"]
) -> None:
    """Any reference that a request may have can be asked for, of any script and length."""
    reference = unicodedata.normalize(form, f"Škoda/Łódź 李 & {'x' * 60}")
    request = opened(sqlite_world, reference=reference)

    for asked_as in ("NFC", "NFD"):
        wanted = {"reference": unicodedata.normalize(asked_as, reference).upper()}
        answer = sqlite_world.officer().get("/v1/requests", params=wanted)
        assert answer.status_code == 200, answer.text
        found = [f"/v1/requests/{one['request_id']}" for one in answer.json()["requests"]]
        assert found == [request.at]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("asked_as", ["NFC", "NFD"])
def test_a_reference_that_an_earlier_release_stored_as_typed_is_found(
    sqlite_world: World,
    monkeypatch: pytest.MonkeyPatch,
    form: Literal["NFC", "NFD"],
    asked_as: Literal["NFC", "NFD"],
) -> None:
    reference = "Ängström Škoda 7"
    with monkeypatch.context() as earlier:
        earlier.setattr(opening, "folded", str.casefold)
        request = opened(sqlite_world, reference=unicodedata.normalize(form, reference))

    wanted = {"reference": unicodedata.normalize(asked_as, reference).upper()}
    answer = sqlite_world.officer().get("/v1/requests", params=wanted)

    found = [f"/v1/requests/{one['request_id']}" for one in answer.json()["requests"]]
    assert found == [request.at]


def test_a_request_that_ends_between_two_pages_hides_none_behind_it(sqlite_world: World) -> None:
    last = opened(sqlite_world, received_on="2026-03-28")
    first, next_one = opened(sqlite_world), opened(sqlite_world, received_on="2026-03-27")
    officer, found, path = sqlite_world.officer(), list[str](), "/v1/requests?limit=1"

    page = officer.get(path).json()
    first.step("withdraw", words="By letter.")
    while True:
        found += [one["request_id"] for one in page["requests"]]
        if page["next_after"] is None:
            break
        page = officer.get(f"{path}&after={page['next_after']}").json()

    assert [f"/v1/requests/{one}" for one in found] == [first.at, next_one.at, last.at]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "no-such-kind"}, 400, "unknown-request-kind"),
        ({"asker": {"kind": "state", "code": "Pol"}}, 400, "invalid-input"),
        ({"asker": {"kind": "state", "code": "XXX"}}, 400, "invalid-input"),
        (
            {"kind": "retention-review", "asker": {"kind": "force", "code": "ZZ"}},
            400,
            "unknown-force",
        ),
        ({"asker": {"kind": "person"}}, 400, "invalid-input"),
        ({"purpose": "request of the person"}, 400, "invalid-input"),
        ({"received_on": "2999-01-01"}, 400, "invalid-input"),
        ({"received_on": "1999-01-04"}, 400, "outside-calendar"),
        ({"subject": {}}, 400, "invalid-input"),
        ({"legal_basis": ""}, 400, "invalid-input"),
    ],
)
def test_bad_requests_are_refused(
    sqlite_world: World, change: dict[str, object], status: int, code: str
) -> None:
    assert_problem(sqlite_world.officer().post("/v1/requests", asked(**change)), status, code)


def test_only_case_officers_work_requests(sqlite_world: World) -> None:
    request = opened(sqlite_world)

    assert_problem(sqlite_world.force().get(request.at), 403, "not-permitted")
    assert sqlite_world.auditor().get(request.at).status_code == 200
    refused = request.post("steps", by=sqlite_world.auditor(), step="accept")
    assert_problem(refused, 403, "not-permitted")


def test_a_step_on_what_the_request_was_is_refused(sqlite_world: World) -> None:
    request = opened(sqlite_world)
    request.step("accept")
    officer = request.officer

    stale = officer.post(f"{request.at}/steps", {"expected_version": 1, "step": "accept"})
    early = request.post("decision", decision="release")

    assert_problem(stale, 409, "stale-request")
    assert_problem(early, 409, "request-step")
