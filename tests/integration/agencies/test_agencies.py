"""Agencies ask within their agreements: none in force, no service; ASNs are followed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.agencies.agencies import SILENCE
from domain.ids import ForceCode, UserId
from domain.office_days import office_day
from domain.people.identifiers import make_asn
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.agencies.asking import lapse_unanswered
from service.usecases.agencies.asns import list_asns
from service.usecases.log.verification import verify_store
from tests.integration.agencies.agreeing import agreed, asked_about, creation, make_agreement
from tests.integration.api.driver import User, World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import FINE, Worked, add_convictions, record_id_of
from tests.integration.web.driver import Office


def _asked(world: World, agency: User, **body: Any) -> Worked:
    answer = agency.post("/v1/agency/requests", body or asked_about())
    assert answer.status_code == 201, answer.text
    return Worked(world, answer.json()["request_id"])


def _own(agency: User, request: Worked) -> dict[str, Any]:
    answer = agency.get(f"/v1/agency/requests/{request.at.rpartition('/')[2]}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _known(world: World) -> None:
    world.enrol(1)
    add_convictions(world, record_id_of(world, 1), FINE)


@pytest.mark.journey
def test_an_agency_is_answered_within_its_agreement(world: World) -> None:
    _known(world)
    agency = agreed(world)
    request = _asked(world, agency)
    request.search_by_details()
    request.identify_first()
    assert _own(agency, request)["state"] == "in work"

    sent = request.release()
    told = _own(agency, request)

    assert (sent["outcome"], sent["items"]) == ("information", 1)
    assert (told["state"], told["outcome"]) == ("answered", "information")
    assert [one["decided_on"] for one in told["convictions"]] == ["2024-02-01"]
    assert [one["outcome"] for one in agency.get("/v1/agency/requests").json()["requests"]] == [""]
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


NOT_IN_FORCE: list[dict[str, Any]] = [
    {"standing": "suspended"},
    {"standing": "ended"},
    {"starts_on": "2098-01-01"},
    {"review_on": "2020-01-02"},
    {"purposes": ["security check"]},
]


@pytest.mark.parametrize("other", NOT_IN_FORCE, ids=str)
def test_without_an_agreement_in_force_for_the_purpose_there_is_no_service(
    sqlite_world: World, other: dict[str, Any]
) -> None:
    agency = agreed(sqlite_world, **other)
    by_officer = {
        "kind": "agency-names-enquiry",
        "asker": {"kind": "agency", "code": "HARB"},
        "purpose": "criminal proceedings",
        "received_on": "2026-03-02",
        "subject": asked_about()["subject"],
    }

    assert_problem(agency.post("/v1/agency/requests", asked_about()), 409, "no-agreement")
    assert_problem(sqlite_world.officer().post("/v1/requests", by_officer), 409, "no-agreement")


def test_an_agreement_that_ends_meanwhile_lets_nothing_leave(sqlite_world: World) -> None:
    _known(sqlite_world)
    agency = agreed(sqlite_world)
    request = _asked(sqlite_world, agency)
    request.search_by_details()
    request.identify_first()
    request.post("decision", decision="release")
    assert make_agreement(sqlite_world, expected_version=1, standing="ended").status_code == 201

    other = sqlite_world.officer("officer-b")
    refused = request.post("second-reading", by=other, agrees=True)
    (judged,) = request.read()["convictions"]

    assert_problem(refused, 409, "not-releasable")
    assert judged["may_leave"] is False
    assert "no agreement in force" in judged["why_not"]


def test_a_conviction_that_the_agreement_does_not_reach_is_held_back(sqlite_world: World) -> None:
    _known(sqlite_world)
    long = FINE | {"reference": "9/24", "sanctions": [{"kind": "custody", "duration": "P10Y"}]}
    add_convictions(sqlite_world, record_id_of(sqlite_world, 1), long)
    agency = agreed(sqlite_world, reach="unspent convictions")
    request = _asked(sqlite_world, agency)
    request.search_by_details()
    request.identify_first()

    reasons = {one["why_not"]: one["standing"] for one in request.read()["convictions"]}

    assert set(reasons) <= {"", "the agreement with the agency does not reach it"}
    assert all((why == "") == (standing == "unspent") for why, standing in reasons.items())


def test_an_agency_sees_its_own_alone_and_nothing_of_the_work(sqlite_world: World) -> None:
    ours, theirs = agreed(sqlite_world), agreed(sqlite_world, "DOCK")
    request = _asked(sqlite_world, theirs)
    at = f"/v1/agency/requests/{request.at.rpartition('/')[2]}"

    assert ours.get("/v1/agency/requests").json()["requests"] == []
    assert_problem(ours.get(at), 404, "not-found")
    assert_problem(ours.post(f"{at}/answer", {"words": "x"}), 404, "not-found")
    assert theirs.get("/v1/agency/agreement").json()["agency"] == "DOCK"
    for path in ("/v1/requests", request.at, "/v1/agreements", "/v1/asns", "/v1/records"):
        assert ours.get(path).status_code == 403


def test_an_account_that_speaks_for_no_agency_asks_nothing(sqlite_world: World) -> None:
    nobody = sqlite_world.user(Role.AGENCY, "agency-of-nobody")

    assert_problem(nobody.post("/v1/agency/requests", asked_about()), 409, "no-agreement")
    assert_problem(nobody.get("/v1/agency/agreement"), 409, "no-agreement")


def test_a_question_back_is_answered_or_the_request_lapses(
    sqlite_world: World,
) -> None:
    agency = agreed(sqlite_world)
    answered, silent = (_asked(sqlite_world, agency) for _ in range(2))
    for request in (answered, silent):
        request.step("ask", words="Which of them?")
    told = _own(agency, answered)
    path = f"/v1/agency/requests/{answered.at.rpartition('/')[2]}/answer"
    assert agency.post(path, {"words": "The elder."}).status_code == 204

    clock = sqlite_world.services.surroundings.clock
    later = _later(sqlite_world, timedelta(days=30))
    assert lapse_unanswered(sqlite_world.services, lambda: False) == 0
    assert lapse_unanswered(later, lambda: False) == 1

    assert (told["state"], told["question"]) == ("question", "Which of them?")
    assert told["question_due_on"] > office_day(clock()).isoformat()
    assert (answered.read()["state"], silent.read()["state"]) == ("ready", "lapsed")


def _later(world: World, by: timedelta) -> Any:
    surroundings = world.services.surroundings
    later = replace(surroundings, clock=lambda: surroundings.clock() + by)
    return replace(world.services, surroundings=later)


def test_an_answer_that_the_record_is_on_microfiche_makes_a_request_to_convert_it(
    sqlite_world: World,
) -> None:
    agency = agreed(sqlite_world)
    request = _asked(sqlite_world, agency)
    request.search_by_details()
    request.identify()

    made = request.post("elsewhere", words="Index of 1978, roll 12.")
    conversion = Worked(sqlite_world, made.json()["request_id"]).read()

    assert made.status_code == 201, made.text
    assert _own(agency, request)["outcome"] == "elsewhere: fiche"
    assert conversion["kind"] == "conversion-request"
    assert conversion["words"] == "Index of 1978, roll 12."
    assert conversion["due_on"] is None


def test_an_asn_is_issued_once_and_followed_to_its_result(sqlite_world: World) -> None:
    world = sqlite_world
    agency, officer = agreed(world), world.officer()
    request = _asked(world, agency, **creation())
    assert_problem(officer.post(f"{request.at}/asn"), 409, "request-step")
    request.search_by_details()
    request.identify()
    request.release()

    asn = officer.post(f"{request.at}/asn").json()["asn"]
    assert_problem(officer.post(f"{request.at}/asn"), 409, "conflict")
    assert _own(agency, request)["asn"] == asn
    fates = [
        officer.post("/v1/asn-results", {"asn": text, "result_on": "2026-02-02"}).json()["fate"]
        for text in (asn, asn, "2512LN0000000000001X", "2005FF0500000000555P", "X")
    ]
    dummy = _dummy()
    fates.append(
        officer.post("/v1/asn-results", {"asn": dummy, "result_on": "2026-02-02"}).json()["fate"]
    )

    assert asn[2:8] == "89BU00"
    assert fates[:2] == ["matched", "again"]
    assert fates[2:] == ["dummy", "unknown", "malformed", "dummy"]
    listed = officer.get("/v1/asns").json()
    assert listed["silent"] == []
    assert len(listed["unmatched"]) == 5
    assert _unmatched_by_pages(officer, limit=2) == [
        one["result_id"] for one in listed["unmatched"]
    ]


def _unmatched_by_pages(officer: User, *, limit: int) -> list[str]:
    """Return the results that match no number, read page by page."""
    found, cursor = list[str](), ""
    while True:
        page = officer.get(f"/v1/asns?limit={limit}{cursor}").json()
        assert len(page["unmatched"]) <= limit
        found += [one["result_id"] for one in page["unmatched"]]
        if page["next_unmatched_before"] is None:
            return found
        cursor = f"&unmatched_before={page['next_unmatched_before']}"


def _dummy() -> str:
    return make_asn(2025, ForceCode("12"), unit="LN", system="00", sequence=1)


def test_silence_about_an_asn_is_an_alarm(sqlite_world: World) -> None:
    world = sqlite_world
    agency, officer = agreed(world), world.officer()
    request = _asked(world, agency, **creation())
    request.search_by_details()
    request.identify()
    request.release()
    asn = officer.post(f"{request.at}/asn").json()["asn"]
    caller = _auditor()

    # An hour either way, because the clock may have been put forward or back by then.
    hour = timedelta(hours=1)
    early = list_asns(_later(world, SILENCE - hour), caller, before=None, limit=9)
    late = list_asns(
        _later(world, SILENCE + timedelta(days=1) + hour), caller, before=None, limit=9
    )

    assert early.silent == ()
    assert [one.asn for one in late.silent] == [asn]


def _auditor() -> Any:
    actor = Actor(UserId("auditor"), Role.AUDITOR, None, ROLE_SCOPES[Role.AUDITOR])
    return Caller(actor, Purpose.AUDIT)


def test_a_record_is_asked_for_once_prosecution_is_decided(sqlite_world: World) -> None:
    agency = agreed(sqlite_world)
    bad = [
        creation(offence=""),
        creation(**{"prosecution-decided-on": "soon"}),
        creation(**{"prosecution-decided-on": "2098-01-01"}),
        asked_about(kind="conviction-information"),
    ]

    for body in bad:
        assert_problem(agency.post("/v1/agency/requests", body), 400, "invalid-input")


def test_agreements_are_versions_that_nobody_overwrites(sqlite_world: World) -> None:
    assert make_agreement(sqlite_world).status_code == 201
    assert_problem(make_agreement(sqlite_world), 409, "stale-record")
    bad = [
        {"review_on": "2019-01-01"},
        {"name": " "},
        {"starts_on": "2020-02-30"},
    ]
    for other in bad:
        assert make_agreement(sqlite_world, "NEW", **other).status_code == 400
    assert make_agreement(sqlite_world, expected_version=1, reach="unspent convictions").is_success

    auditor = sqlite_world.auditor()
    versions = auditor.get("/v1/agreements/HARB").json()["agreements"]
    (newest,) = auditor.get("/v1/agreements").json()["agreements"]

    assert [one["version"] for one in versions] == [1, 2]
    assert (newest["version"], newest["reach"]) == (2, "unspent convictions")
    assert newest["contacts"] == [{"name": "Ann Other", "email": "ann@harbours.example"}]


def test_an_agency_types_days_as_its_page_shows_them(office: Office) -> None:
    world = office.world
    assert make_agreement(world).status_code == 201
    person = office.person("agency-p", Role.AGENCY)
    named = world.officer().post("/v1/agreements/HARB/members", {"user": person.user_id})
    fields = {"kind": "record-creation", "purpose": "criminal proceedings", "offence": "Theft"}
    fields |= {"surname": "Surname1", "forename": "Forename1"}
    examples = re.findall(r'id="(\w+)-hint"[^>]*>For example, ([\w ]+)', person.page("agency"))

    no_day = person.follow("agency", **fields, decided_on="31 2 2026")
    asked = person.follow("agency", **fields, **dict(examples))

    assert named.status_code == 204
    assert "decided_on" in dict(examples)
    assert no_day.status_code == 422
    assert 'id="decided_on-error"' in no_day.text
    assert "Record creation" in asked.text
    assert "due by" in asked.text


def test_the_page_of_agencies_leads_to_its_forms_and_each_button_says_what_it_stores(
    office: Office,
) -> None:
    page = office.person("officer-p", Role.CASE_OFFICER, force="89").page("agreements")

    forms = re.findall(r'action="/workbench/([\w-]+)".*?<button[^>]*>([^<]+)<', page, re.DOTALL)

    assert dict(forms) | {"sign-out": ""} == {
        "sign-out": "",
        "asn-results": "Store this result",
        "agreements": "Store this agreement",
    }
    for place in re.findall(r'href="#(result|record)"', page):
        assert f'id="{place}"' in page
