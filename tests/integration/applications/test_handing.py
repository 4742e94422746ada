"""Released documents handed over to applicants, fetched with reference and code, and destroyed."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pypdfium2 as pdfium
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE as PICTURE
from sqlalchemy import event as statements

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.applications.states import DAYS, MOST_FETCHES
from domain.errors import ConflictError
from domain.ids import RequestId, UserId
from domain.office_days import office_day
from service.live.refusals import Refusals
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.applications.handing import destroy_spent_copies, hand_over
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.applications.applying import (
    Applicant,
    applied_for,
    carrier,
    sent,
)
from tests.integration.certificates.applying import content_of, document_of, issued, read
from tests.integration.disclosure.asking import identified, prepared
from tests.integration.disclosure.restricting import item_restricted, lifted, restricted
from tests.integration.provenance.busy import confirm, proposed
from tests.integration.requests.working import FINE, Worked, add_convictions

CERTIFICATE, OWN = "police-certificate", "subject-access"
FETCH = "handed/1/fetching"
OFFICER = Caller(
    Actor(UserId("officer-b"), Role.CASE_OFFICER, None, frozenset(Scope)), Purpose.SUBJECT_ACCESS
)


def request_of(world: World, kind: str) -> Worked:
    """Return the one request of a kind."""
    listed = world.officer().get("/v1/requests?limit=100").json()["requests"]
    (found,) = [one["request_id"] for one in listed if one["kind"] == kind]
    return Worked(world, found)


def handed(world: World, kind: str = CERTIFICATE, person: int = 1) -> tuple[Applicant, Worked]:
    """Have a person apply, be answered, and have the document handed over."""
    applicant = applied_for(world, kind, person)
    request = identified(request_of(world, kind))
    if kind == OWN:
        prepared(request)
    request.release()
    if kind == CERTIFICATE:
        issued(request)
    answer = request.officer.post(f"{request.at}/handovers")
    assert answer.status_code == 201, answer.text
    return applicant, request


def ready(applicant: Applicant) -> list[dict[str, Any]]:
    """Return the documents that lie ready."""
    return list(applicant.read()["handed"])


def test_a_certificate_is_fetched_as_it_was_issued_and_counted(world: World) -> None:
    applicant, request = handed(world)
    today = world.services.today()
    (shown,) = ready(applicant)
    fetched = applicant.post(FETCH)
    (listed,) = request.officer.get(f"{request.at}/handovers").json()["handovers"]
    entries = world.auditor().get("/v1/log/search?type=paper-fetched").json()["entries"]

    assert shown["name"] == "certificate.pdf"
    assert shown["last_day"] == (today + timedelta(days=DAYS - 1)).isoformat()
    certificate = request.officer.get(f"{request.at}/certificates").json()["certificates"][-1]
    assert fetched.content == document_of(request, certificate)
    assert read(world, fetched.content).holds
    assert (listed["fetched"], listed["fetches_left"]) == (1, MOST_FETCHES - 1)
    assert ready(applicant)[0]["fetches_left"] == MOST_FETCHES - 1
    assert len(entries) == 1
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_an_own_answer_is_fetched_as_it_was_released(sqlite_world: World) -> None:
    world = sqlite_world
    add_convictions(world, world.enrol(1)["record_id"], FINE)
    applicant, request = handed(world, OWN)

    fetched = applicant.post(FETCH)
    printed = request.officer.get(f"{request.at}/answer/document.pdf")

    assert ready(applicant)[0]["name"] == "answer.pdf"
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.content == printed.content


def test_two_officers_hand_over_one_after_the_other(world: World) -> None:
    """The second sees what the first has laid ready: one answer does not lie there twice."""
    applied_for(world, OWN, 93)
    request = identified(request_of(world, OWN))
    prepared(request)
    request.release()
    request_id = RequestId(request.at.rsplit("/", 1)[1])
    both, done = Barrier(2, timeout=60), list[str]()

    def act() -> None:
        with suppress(ConflictError):
            made = hand_over(world.services, OFFICER, request_id, lambda _: bytes(both.wait()))
            done.append(made.handover_id)

    officers = [Thread(target=act) for _ in range(2)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()

    assert len(done) == 1


def test_nothing_lies_ready_before_an_officer_hands_it_over(sqlite_world: World) -> None:
    applicant = applied_for(sqlite_world, CERTIFICATE)
    request = identified(request_of(sqlite_world, CERTIFICATE))
    early = request.officer.post(f"{request.at}/handovers")
    request.release()
    unissued = request.officer.post(f"{request.at}/handovers")
    issued(request)

    assert_problem(early, 409, "conflict")
    assert_problem(unissued, 409, "conflict")
    assert (applicant.read()["state"], ready(applicant)) == ("answered", [])
    assert_problem(applicant.post(FETCH), 404, "not-found")
    assert_problem(applicant.get("/papers/1"), 404, "not-found")
    assert request.officer.post(f"{request.at}/handovers").status_code == 201
    assert_problem(request.officer.post(f"{request.at}/handovers"), 409, "conflict")


def test_an_answer_that_did_not_come_by_the_pages_is_not_handed_over(sqlite_world: World) -> None:
    sent(sqlite_world)
    letter = request_of(sqlite_world, "library-ticket")

    assert_problem(letter.officer.post(f"{letter.at}/handovers"), 409, "conflict")
    assert sqlite_world.force().post(f"{letter.at}/handovers").status_code == 403
    assert sqlite_world.force().get(f"{letter.at}/handovers").status_code == 403
    assert_problem(sqlite_world.officer().post("/v1/requests/x/handovers"), 404, "not-found")


def test_a_document_is_fetched_so_often_and_then_destroyed(world: World) -> None:
    applicant, request = handed(world)

    codes = [applicant.post(FETCH).status_code for _ in range(MOST_FETCHES + 1)]
    destroyed = destroy_spent_copies(world.services, lambda: False)

    assert codes == [200] * MOST_FETCHES + [404]
    assert ready(applicant) == []
    assert destroyed == 1
    assert destroy_spent_copies(world.services, lambda: False) == 0
    (listed,) = request.officer.get(f"{request.at}/handovers").json()["handovers"]
    assert (listed["fetched"], listed["fetches_left"]) == (MOST_FETCHES, 0)
    assert request.officer.post(f"{request.at}/handovers").status_code == 201
    assert applicant.post(FETCH).status_code == 200


def test_a_document_lies_ready_for_thirty_days(world: World) -> None:
    applicant, _ = handed(world)
    surroundings = world.services.surroundings
    now = surroundings.clock()

    def after(days: int) -> Any:
        moved = replace(surroundings, clock=lambda: now + timedelta(days=days))
        return replace(world.services, surroundings=moved)

    assert destroy_spent_copies(after(DAYS - 1), lambda: False) == 0
    assert destroy_spent_copies(after(DAYS), lambda: False) == 1
    assert ready(applicant) == []
    assert_problem(applicant.post(FETCH), 404, "not-found")


def test_what_no_longer_holds_is_not_fetched(world: World) -> None:
    known = world.enrol(1)
    add_convictions(world, known["record_id"], FINE | {"asn": "2001010000000000001X"})
    applicant, request = handed(world)
    assert len(ready(applicant)) == 1

    add_convictions(world, known["record_id"], FINE | {"reference": "8/24"})

    assert ready(applicant) == []
    assert_problem(applicant.post(FETCH), 404, "not-found")
    assert_problem(request.officer.post(f"{request.at}/handovers"), 409, "conflict")


def _of_item(world: World, record_id: str) -> str:
    return item_restricted(world, record_id, "conviction-1")


def test_an_answer_is_gone_while_its_person_or_an_item_is_restricted(world: World) -> None:
    known = world.enrol(1)
    add_convictions(world, known["record_id"], FINE)
    applicant, _ = handed(world, OWN)

    for begin, what in ((_of_item, known["record_id"]), (restricted, known["person_id"])):
        restriction_id = begin(world, what)
        assert ready(applicant) == []
        assert_problem(applicant.post(FETCH), 404, "not-found")
        lifted(world, restriction_id)
        assert len(ready(applicant)) == 1


def test_an_answer_is_gone_with_an_erased_person(world: World) -> None:
    known = world.enrol(1)
    applicant, _ = handed(world, OWN)

    confirmed(world, known["person_id"])

    assert_problem(applicant.post(FETCH), 404, "not-found")


def _guesses(world: World, right: Applicant) -> list[Applicant]:
    other = applied_for(world, OWN, person=7)
    return [
        Applicant(world, right.reference, other.code),
        Applicant(world, "00000-00000", right.code),
        Applicant(world, other.reference, right.code),
        Applicant(world, right.reference, "AAAA"),
        Applicant(world, "", ""),
    ]


def test_whoever_lacks_the_code_learns_nothing_by_shape_or_work(sqlite_world: World) -> None:
    """Equal work stands for equal time: the same statements run, whatever is wrong."""
    world = sqlite_world
    right, _ = handed(world)
    guesses = _guesses(world, right)
    told, ran = [], []
    # The first refusal of a window is an event: time stands still, so that no second one begins.
    services = replace(world.services, refusals=Refusals(seconds=lambda: 0.0))
    world.app.state.api = replace(world.app.state.api, services=services)
    guesses[0].post(FETCH)

    for guess in guesses:
        with world.services.units.read() as unit:
            engine = unit.transaction.connection.engine
        seen: list[tuple[int, str]] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any, to: Any = seen) -> None:
            to.append((threading.get_ident(), statement))

        statements.listen(engine, "before_cursor_execute", note)
        try:
            answer = guess.post(FETCH)
        finally:
            statements.remove(engine, "before_cursor_execute", note)
        told.append((answer.status_code, dict(answer.json(), instance="")))
        # What the service does by itself meanwhile, it does on other threads.
        (asked,) = {thread for thread, statement in seen if "access_digest" in statement}
        ran.append([statement for thread, statement in seen if thread == asked])

    assert all(one == told[0] for one in told)
    assert told[0][0] == 404
    assert [one for one in ran if one != ran[0]] == []
    assert ran[0], "nothing was looked up: the test looks at the wrong engine"
    assert ready(right)[0]["fetches_left"] == MOST_FETCHES


def test_no_number_leads_to_the_document_of_another(sqlite_world: World) -> None:
    handed(sqlite_world)
    other = applied_for(sqlite_world, OWN, person=7)

    answers = [other.post(f"handed/{number}/fetching") for number in (0, 1, 2, 100, 101)]

    assert {one.status_code for one in answers} == {404}


@pytest.mark.parametrize("path", ["certificates", "answer", "answer/document.pdf", "handovers"])
def test_the_pages_read_nothing_of_the_office_but_what_lies_ready(
    sqlite_world: World, path: str
) -> None:
    _, request = handed(sqlite_world)
    certificate = request.officer.get(f"{request.at}/certificates").json()["certificates"][-1]
    headers = carrier(sqlite_world)

    read_by_pages = sqlite_world.client.get(f"{request.at}/{path}", headers=headers)
    document = f"/v1/certificates/{certificate['certificate_id']}/document"

    assert read_by_pages.status_code == 403
    assert sqlite_world.client.get(document, headers=headers).status_code == 403


def test_two_fetches_at_one_moment_count_twice_or_one_is_refused(sqlite_world: World) -> None:
    applicant, _ = handed(sqlite_world)
    request_id = RequestId(request_of(sqlite_world, CERTIFICATE).at.rpartition("/")[2])
    now = sqlite_world.services.surroundings.clock()
    with sqlite_world.services.units.write() as unit:
        found = unit.applications.of_request(request_id)
        assert found is not None
        (one,) = unit.handovers.ready(found.application_id, office_day(now))
        assert unit.handovers.fetch("fetch-1", one, 1, one.handed_by, now)
        assert not unit.handovers.fetch("fetch-2", one, 1, one.handed_by, now)
    assert ready(applicant)[0]["fetches_left"] == MOST_FETCHES


def test_an_answer_is_gone_while_an_item_of_a_merged_person_is_restricted(world: World) -> None:
    kept, double = world.enrol(1), world.enrol(2)
    add_convictions(world, double["record_id"], FINE)
    body = {"surviving": kept["person_id"], "absorbed": double["person_id"], "reason": "One."}
    confirm(world, proposed(world, "/v1/merges", body))
    applicant, _ = handed(world, OWN)
    assert len(ready(applicant)) == 1

    restriction_id = _of_item(world, double["record_id"])

    assert ready(applicant) == []
    assert_problem(applicant.post(FETCH), 404, "not-found")
    lifted(world, restriction_id)
    assert len(ready(applicant)) == 1


def test_a_certificate_bears_what_an_embassy_compares(sqlite_world: World) -> None:
    world = sqlite_world
    applied_for(world, CERTIFICATE)
    request = identified(request_of(world, CERTIFICATE))
    request.release()
    document = document_of(request, issued(request))
    papers = request.officer.get(f"{request.at}/documents").json()["documents"]
    (portrait,) = [one["document_id"] for one in papers if one["slot"] == "portrait"]
    kept = request.officer.get(f"{request.at}/documents/{portrait}").content

    with pdfium.PdfDocument(document) as opened:
        pages = [opened[at] for at in range(len(opened))]
        text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)
        pictures = [one for page in pages for one in page.get_objects([PICTURE])]

    told = (
        *("Forename1 Surname1", "11 February 1931", "925076473", "1 High Street, Exeter"),
        *("United Kingdom", "For use in France", "up to", "apostille", "Head of the"),
    )
    assert [words for words in told if words not in text] == []
    assert len(pictures) == 1
    stated = content_of(world, document)["holder"]["portrait_sha256"]
    assert stated == hashlib.sha256(kept).hexdigest()
