"""Certificates from the application to the answer that they no longer hold, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.access.access import Role
from domain.ids import PersonId, UserId
from service.cli.context import CONSOLE
from service.provenance.credentials.checking import is_set
from service.provenance.credentials.data_integrity import public_key, verify_proof
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import (
    applied,
    certificate_of,
    checked,
    content_of,
    document_of,
    enrolled,
    issued,
    keys_of,
    read,
    released,
)
from tests.integration.publication.working import later
from tests.integration.requests.working import FINE, add_convictions, amend
from tests.whole_words import holds

LIVE = FINE | {"asn": "2001010000000000001X"}
OLD = FINE | {
    "decided_on": "2001-03-05",
    "offences": [{"national_code": "TH68001", "title": "Theft", "began_on": "2001-02-XX"}],
    "sanctions": [{"kind": "fine", "paid_on": "2001-04-01"}],
    "asn": "2001010000000000001X",
}
"""A fine that stepped down in 2011."""
UNREADABLE = LIVE | {"sanctions": [{"kind": "unstructured", "words": "Bound over"}]}


@pytest.mark.journey
def test_a_trace_is_issued_checked_and_superseded_by_itself(world: World) -> None:
    _, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    request = released(world)

    certificate = issued(request)
    document = document_of(request, certificate)
    number, code = certificate["number"], certificate["code"]

    assert certificate["outcome"] == "Trace"
    assert read(world, document).holds
    content = content_of(world, document)
    assert content["holder"]["name"] == "Forename1 Surname1"
    assert [one["offences"] for one in content["matters"]] == [["Theft from a shop"]]
    assert checked(world, number, code) == "valid"
    assert checked(world, number.lower(), code.replace("-", " ")) == "valid"
    assert checked(world, number, "0" * 26) == checked(world, "x", code) == "unknown"

    item = {"kind": "conviction", "conviction": LIVE | {"reference": "7/24"}}
    amend(world, record_id, {"change": "correct", "item_id": "conviction-1", "item": item})

    assert checked(world, number, code) == "superseded"
    assert give_owed_notices(world.services, lambda: False) == 2
    kinds = {one["kind"] for one in request.read()["notices"]}
    assert kinds == {"corrected", "certificate superseded"}
    assert read(world, document).holds, "the paper still verifies: the office says what it is now"


def stated(world: World, *convictions: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the outcome and the content of the certificate of a person with convictions."""
    _, record_id = enrolled(world)
    add_convictions(world, record_id, *convictions)
    request = released(world)
    certificate = issued(request)
    return certificate["outcome"], content_of(world, document_of(request, certificate))


@pytest.mark.parametrize(
    ("convictions", "outcome", "matters"),
    [
        ((OLD,), "No Live Trace", 0),
        ((LIVE, OLD), "Trace, further information stepped down", 1),
        ((UNREADABLE,), "cannot be certified", 0),
    ],
)
def test_what_stepped_down_is_neither_counted_nor_dated(
    sqlite_world: World, convictions: tuple[dict[str, Any], ...], outcome: str, matters: int
) -> None:
    found, content = stated(sqlite_world, *convictions)

    assert found == outcome
    assert len(content.get("matters", ())) == matters
    assert not holds(str(content), "2001")
    assert "'Theft'" not in str(content)
    assert content["rule"] == "step-down-synthetic/1"


def test_no_trace_needs_a_whole_search_without_a_candidate(sqlite_world: World) -> None:
    request = released(sqlite_world)
    assert issued(request)["outcome"] == "No Trace"

    enrolled(sqlite_world, 2)
    doubtful = applied(sqlite_world, 2)
    assert doubtful.search_by_details()
    doubtful.identify()
    doubtful.release()

    assert issued(doubtful)["outcome"] == "cannot be certified"


def test_a_conviction_that_only_an_arrest_report_tells_stops_everything(
    sqlite_world: World,
) -> None:
    enrolled(sqlite_world)

    assert issued(released(sqlite_world))["outcome"] == "cannot be certified"


def test_a_revoked_link_supersedes_the_certificate_that_stood_on_it(world: World) -> None:
    person_id, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    request = applied(world)
    case_id = world.case_of(request.search_by_prints(1))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=PersonId(person_id))
    link_id = request.identify()["link_id"]
    request.release()
    certificate = issued(request)
    assert certificate["basis"] == "prints confirmed by link"
    assert checked(world, certificate["number"], certificate["code"]) == "valid"

    body = {"reason": "The prints were exchanged."}
    answer = world.supervisor().post(f"/v1/links/{link_id}/revocation", body)
    assert answer.status_code < 300, answer.text

    assert checked(world, certificate["number"], certificate["code"]) == "superseded"
    assert certificate_of(request)["standing"] == "superseded"
    give_owed_notices(world.services, lambda: False)
    assert "certificate superseded" in {one["kind"] for one in request.read()["notices"]}


def test_a_certificate_is_issued_once_and_revoked_once(sqlite_world: World) -> None:
    request = released(sqlite_world)
    first = issued(request)
    again = request.officer.post(f"{request.at}/certificate").json()
    assert (again["certificate_id"], again["code"]) == (first["certificate_id"], None)

    path = f"/v1/certificates/{first['certificate_id']}/revocation"
    body = {"ground": "withdrawn by its holder", "words": "Asked for by letter."}
    assert request.officer.post(path, body).status_code == 204
    assert_problem(request.officer.post(path, body), 409, "already-revoked")

    assert checked(sqlite_world, first["number"], first["code"]) == "revoked"


def test_nothing_is_certified_before_two_people_released_it(sqlite_world: World) -> None:
    request = applied(sqlite_world)
    request.search_by_details()
    request.identify()
    assert request.post("decision", decision="release").json()["state"] == "second reading"

    assert_problem(request.officer.post(f"{request.at}/certificate"), 409, "conflict")


def test_a_record_that_changed_after_the_release_is_not_certified(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    request = released(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE | {"reference": "9/24"})

    assert_problem(request.officer.post(f"{request.at}/certificate"), 409, "not-releasable")


def _arrest(asn: str, *disposals: dict[str, str]) -> dict[str, Any]:
    offence = {
        "code": "TH68001",
        "title": "Burglary of a lighthouse",
        "is_recordable": True,
        "committed_on": "2025-01-02",
        "disposals": list(disposals),
    }
    item = {"kind": "arrest-report", "asn": asn, "force": "01", "on": "2025-01-03"}
    return {"change": "add", "item": item | {"offences": [offence]}}


_CAUTION = {"disposal": "cautioned", "on": "2025-02-03"}


@pytest.mark.parametrize("disposals", [(), (_CAUTION,)], ids=["open", "cautioned"])
def test_nothing_is_certified_that_was_arrested_for_after_the_release(
    sqlite_world: World, disposals: tuple[dict[str, str], ...]
) -> None:
    """The outcome stays Trace, and no row of the release names a matter of an arrest report."""
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    request = released(sqlite_world)
    amend(sqlite_world, record_id, _arrest("", *disposals))

    assert_problem(request.officer.post(f"{request.at}/certificate"), 409, "not-releasable")


def test_nothing_is_released_that_was_arrested_for_after_the_proposal(
    sqlite_world: World,
) -> None:
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    request = applied(sqlite_world)
    request.search_by_details()
    request.identify_first()
    assert request.post("decision", decision="release").json()["state"] == "second reading"
    amend(sqlite_world, record_id, _arrest(""))

    other = sqlite_world.officer("officer-b")

    assert_problem(request.post("second-reading", by=other, agrees=True), 409, "not-releasable")


def test_a_person_put_on_record_after_a_clock_was_ahead_is_certified(sqlite_world: World) -> None:
    """Until then, the event that begins the record has the time of that clock."""
    ahead = IssueToken(CONSOLE, UserId("desk"), Role.AUDITOR, None, timedelta(days=1))
    issue_token(later(sqlite_world), ahead)
    enrolled(sqlite_world)

    assert issued(released(sqlite_world))["outcome"]


def test_another_address_after_the_release_changes_no_certificate(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    amend(sqlite_world, record_id, _arrest("", _CAUTION))
    request = released(sqlite_world)
    moved = {"kind": "address", "line": "2 Low Street", "town": "Leeds"}
    amend(sqlite_world, record_id, {"change": "add", "item": moved})

    content = content_of(sqlite_world, document_of(request, issued(request)))

    assert len(content["matters"]) == 2


def test_a_charge_after_no_further_action_is_no_no_trace(sqlite_world: World) -> None:
    _, record_id = enrolled(sqlite_world)
    amend(sqlite_world, record_id, {"change": "withdraw", "item_id": "arrest-report-1"})
    dropped = {"disposal": "no further action", "on": "2025-02-03"}
    charged = {"disposal": "charged", "on": "2025-05-06"}
    amend(sqlite_world, record_id, _arrest("", dropped, charged))
    request = released(sqlite_world)

    certificate = issued(request)

    assert certificate["outcome"] == "Trace"
    assert content_of(sqlite_world, document_of(request, certificate))["pending"] == [
        {"since": "2025-05-06", "offence": "Burglary of a lighthouse", "state": "charged"}
    ]


def listed(world: World, document: bytes) -> dict[str, bool]:
    """Return whether the places of a certificate are set in the published lists."""
    credential = read(world, document).credential
    assert credential is not None
    found = {}
    for entry in credential["credentialStatus"]:
        path = "/v1" + entry["statusListCredential"].partition("/v1")[2]
        answer = world.client.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vc"
        told = answer.json()
        verify_proof(told, public_key(keys_of(world).office))
        bits = told["credentialSubject"]["encodedList"]
        found[entry["statusPurpose"]] = is_set(bits, int(entry["statusListIndex"]))
    return found


def test_programs_find_the_standing_in_published_lists(world: World) -> None:
    _, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    request = released(world)
    certificate = issued(request)
    document = document_of(request, certificate)
    assert listed(world, document) == {"revocation": False, "suspension": False}

    add_convictions(world, record_id, LIVE | {"reference": "9/24"})
    assert listed(world, document) == {"revocation": False, "suspension": True}

    path = f"/v1/certificates/{certificate['certificate_id']}/revocation"
    body = {"ground": "lost or stolen", "words": "Reported."}
    assert request.officer.post(path, body).status_code == 204
    assert listed(world, document) == {"revocation": True, "suspension": True}


def test_nobody_is_certified_as_unknown_who_was_put_on_record_since_the_search(
    sqlite_world: World,
) -> None:
    request = applied(sqlite_world)
    assert not request.search_by_details()
    enrolled(sqlite_world)

    assert request.identify()["outcome"] == "in doubt"


def test_a_no_trace_is_searched_again_before_it_is_released(sqlite_world: World) -> None:
    request = applied(sqlite_world)
    assert not request.search_by_details()
    assert request.identify()["outcome"] == "not held"
    assert request.post("decision", decision="release").json()["state"] == "second reading"
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    other = sqlite_world.officer("officer-b")

    refused = request.post("second-reading", by=other, agrees=True)

    assert_problem(refused, 409, "not-releasable")
    assert request.read()["state"] == "second reading"
    returned = request.post("second-reading", by=other, agrees=False, words="Somebody came.")
    assert returned.json()["state"] == "deciding"
    request.step("ask", words="Are you the person of this record?")
    request.step("answer", words="I am.")
    assert request.post("search").status_code == 201
    request.identify_first()
    request.release()
    assert issued(request)["outcome"] == "Trace"
