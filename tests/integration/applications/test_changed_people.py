"""Applications for a certificate by people who were merged, erased, or cannot be who they say."""

from __future__ import annotations

from typing import Any

import pytest

from service.usecases.people.erasure import carry_out_erasures
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.applications.applying import Applicant, applied_for
from tests.integration.applications.test_handing import CERTIFICATE
from tests.integration.certificates.applying import (
    applied,
    content_of,
    document_of,
    enrolled,
    issued,
)
from tests.integration.certificates.test_certificates import LIVE
from tests.integration.requests.working import Worked, add_convictions, asked

OTHER = LIVE | {"court": {"name": "Exeter Crown Court", "code": "0423"}}
OTHER |= {"decided_on": "2024-03-04"}


def request_of(world: World, applicant: Applicant) -> Worked:
    """Return the request that an application became."""
    listed = world.officer().get("/v1/requests?limit=100").json()["requests"]
    found = [Worked(world, one["request_id"]) for one in listed]
    (request,) = [one for one in found if one.read()["reference"] == applicant.reference]
    return request


def certified(world: World, person: int) -> tuple[dict[str, Any], dict[str, Any], Applicant]:
    """Have somebody apply and be answered; the certificate, its content and the applicant."""
    applicant = applied_for(world, CERTIFICATE, person)
    request = request_of(world, applicant)
    if request.search_by_details():
        request.identify_first()
    else:
        request.identify()
    request.release()
    certificate = issued(request)
    return certificate, content_of(world, document_of(request, certificate)), applicant


def merged(world: World, surviving: str, absorbed: str) -> None:
    """Have two people merged by two supervisors."""
    body = {"surviving": surviving, "absorbed": absorbed, "reason": "One set of prints."}
    merge = world.supervisor().post("/v1/merges", body)
    assert merge.status_code == 201, merge.text
    path = f"/v1/merges/{merge.json()['merge_id']}/confirmation"
    assert world.supervisor("supervisor-b").post(path).status_code < 300


@pytest.mark.parametrize("name", [1, 2], ids=["the surviving name", "the absorbed name"])
def test_a_merged_person_is_certified_with_the_matters_of_both(world: World, name: int) -> None:
    (surviving, first), (absorbed, second) = enrolled(world, 1), enrolled(world, 2)
    add_convictions(world, first, LIVE)
    add_convictions(world, second, OTHER)
    merged(world, surviving, absorbed)

    certificate, content, applicant = certified(world, name)

    assert certificate["outcome"] == "Trace"
    assert {one["court"] for one in content["matters"]} == {
        "Leeds Magistrates' Court",
        "Exeter Crown Court",
    }
    # The paper names the person as they applied: that two records were one is not on it.
    assert content["holder"]["name"] == f"Forename{name} Surname{name}"
    assert f"Surname{3 - name}" not in str(content) + str(applicant.read())
    assert not [one for one in (surviving, absorbed) if one in str(content)]


@pytest.mark.parametrize("name", [1, 2], ids=["the surviving name", "the absorbed name"])
def test_a_merged_person_who_is_left_in_doubt_gets_no_no_trace(
    sqlite_world: World, name: int
) -> None:
    (surviving, first), (absorbed, _) = enrolled(sqlite_world, 1), enrolled(sqlite_world, 2)
    add_convictions(sqlite_world, first, LIVE)
    merged(sqlite_world, surviving, absorbed)
    request = request_of(sqlite_world, applied_for(sqlite_world, CERTIFICATE, name))

    assert request.search_by_details()
    # Both names are on record, under two records of the one person.
    assert request.identify()["outcome"] == "several people found"
    request.release()

    assert issued(request)["outcome"] == "cannot be certified"


def _shape(content: dict[str, Any], applicant: Applicant) -> tuple[Any, ...]:
    told = {name: one for name, one in content.items() if name not in _OF_EACH}
    state = applicant.read() | {"reference": ""}
    return sorted(content), told, {name: one for name, one in state.items() if name != "handed"}


_OF_EACH = {"holder", "number", "code", "reference", "photo"}
"""What differs from certificate to certificate, whoever the person is."""


@pytest.mark.dear("works whole applications")
def test_an_erased_person_is_answered_as_one_who_was_never_held(world: World) -> None:
    person_id, record_id = enrolled(world, 1)
    add_convictions(world, record_id, LIVE)
    confirmed(world, person_id)

    # Confirmed and not carried out: the data still exists, so that nothing may be denied.
    assert certified(world, 1)[0]["outcome"] == "cannot be certified"
    assert carry_out_erasures(world.services) == 1
    erased, content, theirs = certified(world, 1)
    unknown, other, another = certified(world, 7)

    assert (erased["outcome"], unknown["outcome"]) == ("No Trace", "No Trace")
    assert _shape(content, theirs) == _shape(other, another)
    assert not [one for one in (person_id, record_id, "Leeds", "Theft") if one in str(content)]


def test_a_person_who_is_erased_between_search_and_release_gets_no_no_trace(
    world: World,
) -> None:
    person_id, record_id = enrolled(world, 1)
    add_convictions(world, record_id, LIVE)
    request = request_of(world, applied_for(world, CERTIFICATE, 1))
    assert request.search_by_details()
    request.identify_first()

    confirmed(world, person_id)
    assert carry_out_erasures(world.services) == 1
    proposed = request.post("decision", decision="release")
    if proposed.status_code == 200:
        request.post("second-reading", by=world.officer("officer-b"), agrees=True)
    answer = request.officer.post(f"{request.at}/certificate")

    assert answer.status_code in {201, 409, 410}, answer.text
    if answer.status_code == 201:
        assert answer.json()["outcome"] == "cannot be certified"
    assert "Leeds" not in answer.text


BORN_AFTER = "2024-02-02"
"""One day after `LIVE` was decided."""


def test_an_applicant_who_was_born_after_the_conviction_is_not_certified(world: World) -> None:
    _, record_id = enrolled(world, 1)
    add_convictions(world, record_id, LIVE)
    subject = asked(1)["subject"] | {"dates_of_birth": [BORN_AFTER]}
    request = applied(world, subject=subject)

    assert request.search_by_details(), "the names alone bring the record to a person"
    request.identify_first()
    request.release()
    certificate = issued(request)
    content = content_of(world, document_of(request, certificate))

    assert certificate["outcome"] == "cannot be certified"
    assert "matters" not in content or not content["matters"]
    assert "Theft" not in str(content)


@pytest.mark.parametrize(
    "change",
    [
        {"change": "add", "item": {"kind": "conviction", "conviction": LIVE}},
        {"change": "correct", "item_id": "date-of-birth-1"},
    ],
    ids=["a conviction before the birth", "a birth after the conviction"],
)
def test_a_record_takes_no_conviction_from_before_the_birth(
    sqlite_world: World, change: dict[str, Any]
) -> None:
    _, record_id = enrolled(sqlite_world, 1)
    force = sqlite_world.force()
    born = {"kind": "date-of-birth", "date": BORN_AFTER}
    if change["change"] == "add":
        change["item"]["conviction"] = LIVE | {"decided_on": "1901-01-01", "offences": [_OLD]}
    else:
        change = change | {"item": born}
    before = force.get(f"/v1/records/{record_id}").json()
    body = {
        "expected_version": before["version"],
        "changes": [change],
        "reason": "court result",
        "reason_text": "Result of the court.",
        "source": "court",
        "source_reference": "Leeds 7 of 2024",
    }

    refused = force.post(f"/v1/records/{record_id}/amendments", body)

    assert_problem(refused, 400, "invalid-input")
    (error,) = refused.json()["errors"]
    assert "before the person was born" in error["detail"]
    assert error["pointer"].startswith("/changes/0")
    assert force.get(f"/v1/records/{record_id}").json() == before


_OLD = {"national_code": "TH68010", "title": "Theft", "began_on": "1900-12-XX"}
