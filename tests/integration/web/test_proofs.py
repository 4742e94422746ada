"""Answers of an application beside its documents: each ticked, and what rests on the ticks."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest

from tests.integration.applications.applying import Applicant, applied_for
from tests.integration.applications.test_handing import request_of
from tests.integration.requests.working import Worked
from tests.integration.web.driver import Office, Person, hidden_fields
from tests.integration.web.test_requests import officer
from tests.unit.service.adapters.uploads.pdf_files import PLAIN_PDF

CLAIMS = (
    *("name", "date of birth", "place of birth", "nationality", "passport number"),
    *("address", "photograph"),
)


@pytest.fixture
def applied(office: Office) -> tuple[Applicant, Worked]:
    """Return an application for a certificate, and the request that it became."""
    applicant = applied_for(office.world, "police-certificate")
    return applicant, request_of(office.world, "police-certificate")


def _at(request: Worked) -> str:
    return request.at.removeprefix("/v1/")


def _tick(person: Person, request: Worked, *claims: str) -> str:
    """Tick these answers, and no others, as the page offers them; return the page afterwards."""
    page = person.page(f"{_at(request)}/proofs")
    chosen = dict(re.findall(r'name="(document:[\w ]+)"[^>]*>.*?value="(\w+)" selected', page))
    fields = {**hidden_fields(page), **chosen, **{f"seen:{one}": "yes" for one in claims}}
    asked = re.findall(r'name="(asked:[\w ]+)"', page)
    kept = re.findall(r'name="(document:[\w ]+)" value="(\w+)"', page)
    fields |= dict.fromkeys(asked, "yes") | dict(kept) | {"do": "tick"}
    answer = person.client.post(f"/workbench/{_at(request)}/proofs", data=fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_each_answer_stands_beside_the_picture_of_a_document(
    office: Office, applied: tuple[Applicant, Worked]
) -> None:
    first = officer(office)

    page = first.page(f"{_at(applied[1])}/proofs")

    assert [name for name in CLAIMS if f'name="asked:{name}"' not in page] == []
    assert page.count("data:image/jpeg;base64,") == 4
    stated = ("11 February 1931", "1 High Street, Exeter, United Kingdom", "France", "925076473")
    assert [words for words in stated if words not in page] == []
    assert "0 of 7 answers ticked" in page
    assert "compare the answers with the documents" in first.page(_at(applied[1]))


def test_a_tick_bears_name_and_time_and_can_be_taken_back(
    office: Office, applied: tuple[Applicant, Worked]
) -> None:
    first = officer(office)

    ticked = _tick(first, applied[1], "name", "address")
    after = _tick(first, applied[1], "name")

    assert "2 of 7 answers ticked" in ticked
    assert re.search(r"Ticked by officer-a, \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d", ticked)
    assert "1 of 7 answers ticked" in after


def test_nothing_is_released_before_every_answer_is_ticked(
    office: Office, applied: tuple[Applicant, Worked]
) -> None:
    first, request = officer(office), applied[1]
    request.search_by_details()
    request.identify()
    _tick(first, request, *CLAIMS[1:])

    early = request.post("decision", decision="release")
    _tick(first, request, *CLAIMS)
    then = request.post("decision", decision="release")

    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-releasable")
    assert then.json()["state"] == "second reading"


@pytest.mark.parametrize(("claims", "basis"), [((), "details"), (CLAIMS, "documents seen")])
def test_the_basis_of_the_identity_follows_from_the_ticks(
    office: Office, claims: tuple[str, ...], basis: str
) -> None:
    office.world.enrol(1)
    applied_for(office.world, "police-certificate")
    request = request_of(office.world, "police-certificate")
    request.search_by_details()
    if claims:
        _tick(officer(office), request, *claims)

    found = request.identify_first()

    assert (found["outcome"], found["basis"]) == ("identified", basis)


def test_a_better_document_is_asked_for_and_answered(
    office: Office, applied: tuple[Applicant, Worked]
) -> None:
    first, (applicant, request) = officer(office), applied

    first.follow(f"{_at(request)}/proofs", do="ask", words="Please send your whole passport.")
    question = applicant.read()
    answer = {"words": "Here it is.", "document": b64encode(PLAIN_PDF).decode()}
    assert applicant.post("answer", answer).status_code in (200, 201)
    page = first.page(f"{_at(request)}/proofs")

    assert question["question"] == "Please send your whole passport."
    assert page.count("data:image/jpeg;base64,") == 5
    assert ">Answer<" in page


def test_an_answer_cannot_be_ticked_by_a_document_of_another(
    office: Office, applied: tuple[Applicant, Worked]
) -> None:
    strange = applied[1].post("proofs", checks=[{"claim": "name", "document_id": "strange"}])
    nothing = applied[1].post("proofs", checks=[{"claim": "name"}])
    unstated = applied[1].post("proofs", checks=[{"claim": "representative"}])

    assert [one.status_code for one in (strange, nothing, unstated)] == [400, 400, 409]


def test_a_page_is_shown_large(office: Office, applied: tuple[Applicant, Worked]) -> None:
    first, request = officer(office), applied[1]
    (address, *_) = re.findall(
        r'href="/workbench/([^"]+/view)"', first.page(f"{_at(request)}/proofs")
    )

    shown = first.get(f"{address}?page=7")

    assert shown.status_code == 200
    assert "data:image/jpeg;base64," in shown.text
    assert "data:" in shown.headers["Content-Security-Policy"]
    assert first.get(f"{_at(request)}/documents/{'0' * 32}/view").status_code == 404
