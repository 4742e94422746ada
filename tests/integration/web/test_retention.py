"""Pages of retention: a plan released by two supervisors, and a review decided by two officers."""

from __future__ import annotations

import re

from domain.access.access import Role
from tests.integration.retention.stating import capture_of, stated
from tests.integration.retention.working import DROPPED, UNKNOWN, enrol
from tests.integration.web.driver import Office


def test_two_supervisors_release_a_plan_on_its_page(office: Office) -> None:
    enrol(office.world, 1, DROPPED)
    sue, tom = (office.person(name, Role.SUPERVISOR) for name in ("sue", "tom"))

    assert "Purge plan" in sue.post("retention").text
    (page,) = set(re.findall(r"/workbench/(retention/plans/\w+)", sue.page("retention")))
    too_early = sue.post(f"{page}/release")
    sue.post(f"{page}/recount")
    sue.post(f"{page}/release")
    again = sue.post(f"{page}/release")
    tom.post(f"{page}/release")

    assert too_early.status_code == again.status_code == 422
    assert "have it counted first" in too_early.text
    assert "another person must release it too" in again.text
    shown = tom.page(page)
    assert "carried out" in shown
    assert "hidden" in shown
    assert "minor offence, not convicted" in shown


def test_two_officers_decide_a_review_on_its_page(office: Office) -> None:
    enrol(office.world, 1, UNKNOWN)
    one, two = (office.person(name, Role.CASE_OFFICER, force="89") for name in ("ann", "bob"))
    one.post("retention/reviews")
    listed = one.page("retention/reviews")
    (page,) = set(re.findall(r"/workbench/(retention/reviews/\w+)\"", listed))
    assert "Casework: group not known, because event" in one.page(page)
    said = {"decision": "keep", "ground": "facts established", "next_on": "2090-01-01"}

    bare = one.post(f"{page}/proposal", version="4", **said)
    one.post(f"{page}/proposal", version="4", reason="It was found.", **said)
    two.post(f"{page}/second-reading", version="5", agrees="yes")

    assert bare.status_code == 422
    assert "Give a reason." in bare.text
    assert "closed" in two.page(page)
    assert "is decided on a separate page" in two.page(
        page.replace("retention/reviews", "requests")
    )


def test_an_officer_finds_the_person_whose_captures_they_state_a_fact_about(
    office: Office,
) -> None:
    person_id = enrol(office.world, 1, DROPPED)
    ann = office.person("ann", Role.CASE_OFFICER, force="89")

    facts = ann.page("retention/facts")
    found = ann.follow("find", words="Surname1").text

    assert 'name="person_id"' not in facts
    assert 'href="/workbench/find"' in facts
    (address,) = re.findall(r"/workbench/(retention/people/\w+)", found)
    assert address == f"retention/people/{person_id}"
    assert "Make a statement" in ann.page(address)


def test_lists_of_facts_and_reviews_name_the_people(office: Office) -> None:
    capture = capture_of(office.world, enrol(office.world, 1, DROPPED))
    stated(office.world, capture, "consent of the person", "2024-05-06")
    enrol(office.world, 2, UNKNOWN)
    ann = office.person("ann", Role.CASE_OFFICER, force="89")
    ann.post("retention/reviews")

    facts, reviews = ann.page("retention/facts"), ann.page("retention/reviews")

    assert re.search(r">Forename1 Surname1, born [^<]+</a>", facts)
    assert re.search(r">Forename2 Surname2, born [^<]+</a>", reviews)
