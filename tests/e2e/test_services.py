"""The officers of certificates and disclosures, and a force's decider, at their pages.

Every page is checked by axe at the office's width and at that of a telephone.
"""

from __future__ import annotations

import io

import pytest
from starlette.testclient import TestClient

from tests.e2e.desks import Desk, Desks
from tests.e2e.narrow import check_at_telephone, check_both
from tests.e2e.site import Site
from tests.integration.api.driver import World
from tests.integration.applications.applying import Applicant, applied_for
from tests.integration.applications.test_changed_people import request_of
from tests.integration.disclosure.deleting import arrest, arrested, cases_of, deletion_request
from tests.integration.requests.working import FINE, Worked, add_convictions


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return the site's API, to prepare what others have done before."""
    return World(site.app, TestClient(site.app), io.StringIO())


def _press(desk: Desk, words: str) -> None:
    """Press a button that leads to a page."""
    desk.follow(f"main button:has-text('{words}')")


def _step(desk: Desk, step: str) -> None:
    desk.page.check(f"input[name=step][value='{step}']")
    _press(desk, "Continue")


def _identify(desk: Desk, at: str, name: str, person: int) -> None:
    """Accept a request, look for the person, and put on record who they are.

    Names of others here are near, and candidates of one band have no order.
    """
    desk.go(at)
    check_both(desk, f"{name}-received")
    _compare(desk, at, name)
    _step(desk, "accept")
    _press(desk, "Search for the person")
    check_both(desk, f"{name}-candidates")
    desk.page.locator("label[for^='candidate-']", has_text=f"Surname{person}").first.click()
    desk.page.fill("#words", "The passport bears the name and the day.")
    _press(desk, "Record the outcome")


def _compare(desk: Desk, at: str, name: str) -> None:
    """Tick each answer beside the document that shows it, and go back."""
    desk.go(f"{at}/proofs")
    check_both(desk, f"{name}-proofs")
    for box in desk.page.locator("input[name^='seen:']").all():
        box.check()
    _press(desk, "Save the ticks")
    check_both(desk, f"{name}-proofs-seen")
    desk.go(at)


def _released(desk: Desk, other: Desk, at: str, name: str) -> None:
    """Propose the release, and have another officer agree."""
    desk.go(at)
    check_both(desk, f"{name}-deciding")
    desk.page.check("input[name=decision][value=release]")
    _press(desk, "Propose")
    check_both(desk, f"{name}-proposed")
    other.go(at)
    check_both(other, f"{name}-second-reading")
    other.page.check("input[name=reading][value=agree]")
    _press(other, "Record the second reading")
    assert "released" in other.page.inner_text("main h1").lower()


def _handed_over(desk: Desk, at: str, name: str) -> None:
    desk.go(f"{at}/handovers")
    check_both(desk, f"{name}-handovers-none")
    desk.follow("#hand")
    check_both(desk, f"{name}-handovers")
    desk.follow("#hand")
    assert "already available" in desk.page.inner_text(".govuk-error-summary")
    check_both(desk, f"{name}-handovers-error")


def _saved(telephone: Desk, applicant: Applicant, request: Worked, name: str) -> None:
    """Have an applicant open the application on a telephone and save the document."""
    page = telephone.page
    page.goto(f"{telephone.site.address}/open")
    page.fill("#reference", applicant.reference)
    page.fill("#code", applicant.code)
    telephone.follow("main button")
    check_at_telephone(telephone, f"public-{name}-answered")
    telephone.follow("text=Save document 1")
    check_at_telephone(telephone, f"public-{name}-download")
    with page.expect_download() as saving:
        page.click("main button")
    assert saving.value.suggested_filename.endswith(".pdf")
    (handed,) = request.officer.get(f"{request.at}/handovers").json()["handovers"]
    assert handed["fetched"] == 1


@pytest.mark.journey
def test_a_certificate_from_the_application_to_the_telephone(
    desks: Desks, applicant: Desk, world: World
) -> None:
    add_convictions(world, world.enrol(201)["record_id"], FINE | {"asn": "2001010000000000001X"})
    applied = applied_for(world, "police-certificate", 201)
    request = request_of(world, applied)
    at = request.at.removeprefix("/v1/")
    desk, other = desks.sit_down("office-a"), desks.sit_down("office-b")

    desk.go("requests")
    check_both(desk, "requests")
    desk.go(f"{at}/documents")
    check_both(desk, "application-documents")
    _identify(desk, at, "certificate", 201)
    _released(desk, other, at, "certificate")
    desk.go(f"{at}/certificates")
    check_both(desk, "certificates-none")
    desk.follow("#issue")
    check_both(desk, "certificates")
    _handed_over(desk, at, "certificate")
    _saved(applicant, applied, request, "certificate")

    desk.go(f"{at}/certificates")
    _press(desk, "Revoke this certificate")
    check_both(desk, "certificates-error")
    desk.page.check("input[name=ground][value='lost or stolen']")
    desk.page.fill("#words", "The holder reports it lost.")
    _press(desk, "Revoke this certificate")
    assert "revoked" in desk.page.inner_text("dl >> nth=0")


def test_an_own_answer_and_a_restriction_by_item(
    desks: Desks, applicant: Desk, world: World
) -> None:
    known = world.enrol(202)
    add_convictions(world, known["record_id"], FINE)
    applied = applied_for(world, "subject-access", 202)
    request = request_of(world, applied)
    at = request.at.removeprefix("/v1/")
    desk, other = desks.sit_down("office-a"), desks.sit_down("office-b")

    _identify(desk, at, "own-answer", 202)
    desk.go(f"{at}/answer")
    check_both(desk, "own-answer-fields")
    _press(desk, "Prepare this answer")
    check_both(desk, "own-answer-error")
    desk.page.select_option("select[name^='place:held/'] >> nth=0", index=1)
    desk.page.fill("#search", "Records, prints and the log.")
    _press(desk, "Prepare this answer")
    check_both(desk, "own-answer-prepared")
    _released(desk, other, at, "own-answer")
    desk.go(f"{at}/answer/document")
    check_both(desk, "own-document")
    _handed_over(desk, at, "own-answer")
    _saved(applicant, applied, request, "own-answer")
    _restrict(desks, known["record_id"])

    applicant.page.goto(f"{applicant.site.address}/application")
    check_at_telephone(applicant, "public-own-answer-gone")
    assert "Save document" not in applicant.page.content()


def _restrict(desks: Desks, record_id: str) -> None:
    supervisor, holder = desks.sit_down("supervisor-a"), desks.sit_down("custody-01")
    supervisor.go("restrictions")
    check_both(supervisor, "restrictions")
    _press(supervisor, "Restrict this item")
    check_both(supervisor, "restrictions-error")
    supervisor.follow("p a:has-text('Find the person first') >> nth=0")
    check_both(supervisor, "find")
    supervisor.page.fill("#words", record_id)
    _press(supervisor, "Find")
    check_both(supervisor, "found")
    supervisor.follow("text=Restrict an item")
    supervisor.page.fill("#item", "conviction-1")
    supervisor.page.check("input[name=item_ground][value='kept as evidence']")
    supervisor.page.select_option("#item_holder", "01")
    supervisor.page.fill("#item_reasons", "The trial of another is to come.")
    _press(supervisor, "Restrict this item")
    check_both(supervisor, "restrictions-one")
    supervisor.follow("table a >> nth=0")
    check_both(supervisor, "restriction")
    holder.go("restrictions")
    check_both(holder, "restrictions-of-holder")
    holder.follow("table a >> nth=0")
    holder.follow("text=Read the restricted data")
    check_both(holder, "restricted-evidence")
    assert "Theft from a shop" in holder.page.content()


def test_a_force_decides_on_a_deletion_and_another_officer_reviews_it(
    desks: Desks, world: World
) -> None:
    arrested(world, world.enrol(203)["record_id"], arrest("no further action"))
    request = deletion_request(world, person=203)
    at = f"{request.at.removeprefix('/v1/')}/deletions"
    officer, first, second = (
        desks.sit_down(name) for name in ("office-a", "custody-01", "custody-02")
    )

    officer.go(at)
    check_both(officer, "deletions-of-request")
    _press(officer, "Refer this arrest to the force")
    check_both(officer, "deletions-of-request-error")
    officer.page.check("input[name=arrest]:not([disabled])")
    officer.page.check("#part-entry")
    officer.page.check("input[name=ground][value='no-crime']")
    officer.page.fill("#words", "It was somebody else.")
    _press(officer, "Refer this arrest to the force")
    check_both(officer, "deletions-of-request-open")

    (case,) = cases_of(request)["cases"]
    _decided(first, case["deletion_id"], "deletion", "It was one.", approves=False)
    assert "rejected" in first.page.content()
    _decided(second, case["deletion_id"], "deletion-review", "There was none.", approves=True)
    assert "reviewed" in second.page.content()

    officer.go(at)
    _press(officer, "Carry out this deletion")
    check_both(officer, "deletion-done")
    assert "carried out" in officer.page.content()
    officer.go("unanswered-notices")
    check_both(officer, "unanswered-notices")


def _decided(decider: Desk, case: str, name: str, reasons: str, *, approves: bool) -> None:
    decider.go("deletions")
    check_both(decider, f"{name}-cases")
    decider.follow(f"table a[href$='{case}']")
    check_both(decider, name)
    decider.follow("main button")
    decider.page.wait_for_selector(".govuk-error-summary")
    check_both(decider, f"{name}-error")
    if approves:
        decider.page.check("#part-entry")
    decider.page.check("input[name=ground][value='no-crime']")
    decider.page.fill("#reasons", reasons)
    decider.follow("main button")
    check_both(decider, f"{name}-decided")
