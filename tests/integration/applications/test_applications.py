"""An application over the API, from the first page to the released answer."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from domain.applications.forms import FORMS
from domain.events.looking import LookKind
from service.live.rate_limits import UploadQueue
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.applications.applying import (
    TYPED,
    Applicant,
    applied_for,
    pages,
    photograph,
    sent,
    started,
)
from tests.integration.certificates.applying import issued
from tests.integration.certificates.referring import body, refer, reply
from tests.integration.disclosure.asking import identified
from tests.integration.requests.working import Worked


def _request(world: World) -> Worked:
    (listed,) = world.officer().get("/v1/requests").json()["requests"]
    return Worked(world, listed["request_id"])


def test_an_application_is_saved_and_sent_once(sqlite_world: World) -> None:
    applicant = started(sqlite_world)
    applicant.fill()
    draft = applicant.read()
    first, second = applicant.submit(), applicant.submit()
    seen = _request(sqlite_world).read()

    assert draft["state"] == "draft"
    assert draft["answers"]["nationalities"] == ["GBR", "FRA"]
    assert [one["media_type"] for one in draft["documents"]] == ["image/jpeg"]
    assert first == second
    assert (first["state"], first["answers"], first["documents"]) == ("in work", None, [])
    assert (seen["kind"], seen["channel"]) == ("library-ticket", "public pages")
    assert (seen["facts"], seen["reference"]) == ({"shelf": "maps"}, applicant.reference)


@pytest.mark.parametrize(
    ("kind", "page", "question"),
    [
        (kind, page.name, one.name)
        for kind, form in FORMS.items()
        for page in form.pages
        for one in page.questions
        if one.name.endswith("-country")
    ],
)
def test_a_country_is_kept_by_its_code_and_no_other_text_is_one(
    sqlite_world: World, kind: str, page: str, question: str
) -> None:
    applicant = started(sqlite_world, kind)
    typed = {**pages(), **TYPED}[page]

    def kept(text: str) -> list[str]:
        applicant.save(page, {**typed, question: [text]})
        return list(applicant.read()["answers"].get(question, []))

    assert [kept(text) for text in _COUNTRIES] == [["GBR"], ["GBR"], ["POL"]]
    assert kept("the south") == ["POL"]
    assert applicant.save(page, {**typed, question: ["the south"]}).status_code == 400


_COUNTRIES = ("GBR", "United kingdom", "Poland")


def test_a_form_for_work_with_children_is_referred_with_its_organisation(
    sqlite_world: World,
) -> None:
    applied_for(sqlite_world, "child-protection-certificate")
    request = identified(_request(sqlite_world))
    referral = refer(request)

    shown = body(sqlite_world).get(f"/v1/referrals/{referral}").json()
    reply(sqlite_world, referral)
    request.release()

    assert issued(request)["outcome"] == "No Trace"
    assert {name: shown["facts"][name] for name in ("organisation", "role", "countries")} == {
        "organisation": "Harbour School",
        "role": "Teacher",
        "countries": "FRA",
    }


def test_a_document_beyond_the_room_is_answered_with_a_time_to_come_back(
    sqlite_world: World,
) -> None:
    applicant, state = started(sqlite_world), sqlite_world.app.state.api
    sqlite_world.app.state.api = replace(
        state, uploads=replace(state.uploads, queue=UploadQueue(most=0))
    )

    answer = applicant.upload("portrait", photograph())

    assert_problem(answer, 503, "uploads-busy")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.journey
def test_an_applicant_is_asked_answers_and_is_answered(world: World) -> None:
    world.enrol(1)
    applicant = sent(world)
    request = _request(world)
    request.step("want identity", words="Send a clearer page of your passport.")
    asked = applicant.read()
    document = base64.b64encode(photograph(kind="PNG")).decode()
    answered = applicant.post("answer", {"words": "Here it is.", "document": document})
    assert asked["question"] == "Send a clearer page of your passport."
    assert answered.json()["state"] == "in work"

    assert request.post("search").status_code == 201
    request.identify_first()
    request.release()
    done = applicant.read()
    paper = applicant.get("/papers/1")

    assert (done["state"], len(done["papers"])) == ("answered", 1)
    assert "No record" in paper.text
    assert applicant.get("/papers/2").status_code == 404
    assert_problem(applicant.post("withdrawal"), 409, "request-step")
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_a_case_officer_sees_the_documents_and_an_event_says_so(sqlite_world: World) -> None:
    world = sqlite_world
    sent(world)
    request = _request(world)

    (document,) = request.officer.get(f"{request.at}/documents").json()["documents"]
    shown = request.officer.get(f"{request.at}/documents/{document['document_id']}")

    assert (document["slot"], shown.headers["content-type"]) == ("portrait", "image/jpeg")
    assert shown.headers["content-disposition"] == "attachment"
    assert shown.content.startswith(b"\xff\xd8\xff")
    with world.services.units.read() as unit:
        told = unit.events.entries(start=unit.events.size() - 1, limit=1)
    assert document["document_id"].encode() in told[0].body
    assert LookKind.APPLICATION.value.encode() in told[0].body


def test_a_wrong_code_is_answered_as_a_reference_that_does_not_exist(
    sqlite_world: World,
) -> None:
    right = sent(sqlite_world)
    guesses = [
        Applicant(sqlite_world, right.reference, started(sqlite_world).code),
        Applicant(sqlite_world, "00000-00000", right.code),
        Applicant(sqlite_world, right.reference, "AAAA"),
        Applicant(sqlite_world, "", ""),
    ]

    told = [dict(one.get().json(), instance="") for one in guesses]

    assert {one.get().status_code for one in guesses} == {404}
    assert all(one == told[0] for one in told)
    typed = Applicant(sqlite_world, right.reference.lower(), right.code.replace("-", " ").lower())
    assert typed.get().status_code == 200


def test_the_same_application_again_is_taken_and_named_to_the_office_alone(
    sqlite_world: World,
) -> None:
    first, second = sent(sqlite_world), sent(sqlite_world)

    listed = sqlite_world.officer().get("/v1/requests").json()["requests"]
    requests = [Worked(sqlite_world, one["request_id"]) for one in listed]
    with sqlite_world.services.units.read() as unit:
        about = {unit.requests.file(one["request_id"]).request.about for one in listed}  # type: ignore[union-attr]

    assert first.read().keys() == second.read().keys()
    assert {**first.read(), "reference": ""} == {**second.read(), "reference": ""}
    assert len(requests) == 2
    assert len(about - {""}) == 1


def test_a_form_is_not_sent_before_it_is_whole(sqlite_world: World) -> None:
    applicant = started(sqlite_world)

    told = applicant.post("submission")
    assert_problem(told, 400, "invalid-input")
    assert told.json()["errors"][0]["pointer"] == "/answers/forename"
    for page, typed in pages().items():
        applicant.save(page, typed)
    missing = applicant.post("submission")

    assert missing.json()["errors"][0]["pointer"] == "/documents/portrait"
    assert applicant.read()["state"] == "draft"


def test_two_browsers_do_not_overwrite_each_other(sqlite_world: World) -> None:
    applicant = started(sqlite_world)
    body: dict[str, Any] = {"page": "name", "expected_version": 1, "typed": pages()["name"]}

    assert applicant.post("pages", body).status_code == 200
    assert_problem(applicant.post("pages", body), 409, "conflict")


def test_a_role_of_systems_has_no_account_and_reads_no_request(sqlite_world: World) -> None:
    applicant = sent(sqlite_world)
    request = _request(sqlite_world)

    answers = [
        sqlite_world.client.get(path, headers=applicant.headers)
        for path in ("/v1/requests", request.at, f"{request.at}/documents", "/v1/records")
    ]

    assert {one.status_code for one in answers} == {403}


def test_an_applicant_withdraws_and_sees_since_when(sqlite_world: World) -> None:
    applicant = sent(sqlite_world)

    withdrawn = applicant.post("withdrawal").json()

    assert [one["state"] for one in withdrawn["stages"]] == ["in work", "withdrawn"]
    assert applicant.read()["state"] == "withdrawn"
