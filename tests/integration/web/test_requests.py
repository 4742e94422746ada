"""The case officers' desk, without scripts: from the letter to the answer."""

from __future__ import annotations

import re

import pytest

from domain.access.access import Role
from domain.ids import PersonId
from domain.requests.request_states import Step
from service.web.requests.one_request import TAKEN_WORDS
from tests.integration.requests.working import FINE, FOREIGN, add_convictions
from tests.integration.web.driver import Office, Person

LETTER = {
    "kind": "conviction-information",
    "requester": "state DEU",
    "purpose": "criminal proceedings",
    "legal_basis": "eufra-2020",
    "received_on": "2026-03-02",
    "forename": "Forename1",
    "surname": "Surname1",
    "reference": "7 Ds 12/26",
}


def officer(office: Office, name: str = "officer-a") -> Person:
    return office.person(name, Role.CASE_OFFICER, force="89")


def enrolled(office: Office) -> None:
    person_id = office.world.enrol(1)["person_id"]
    with office.bench.services.units.read() as unit:
        row = unit.people.person_row(PersonId(person_id))
        assert row is not None
        record_id = unit.people.records_of([row])[row].record_id
    add_convictions(office.world, record_id, FINE, FOREIGN)


def test_a_letter_is_answered_by_two_case_officers(office: Office) -> None:
    enrolled(office)
    first, second = officer(office), officer(office, "officer-b")

    page = first.follow("requests/new", **LETTER)
    at = str(page.url.path).removeprefix("/workbench/")
    first.follow(at, f"{at}/step", step="accept")
    first.follow(at, f"{at}/search")
    candidates = re.findall(r'name="candidate" type="radio" value="(\w+)"', first.page(at))
    first.follow(
        at,
        f"{at}/identification",
        candidate=candidates[0],
        words="Passport.",
    )
    shown = first.page(at)
    first.follow(at, f"{at}/decision", decision="release")
    own = first.page(at)
    waiting = [person.page("today") for person in (first, second)]
    answered = second.follow(at, f"{at}/second-reading", reading="agree")

    assert "Leeds Magistrates" in shown
    assert shown.count("✓ </span>yes") == 2
    assert "You made this proposal, so another case officer must review it." in own
    assert "Nothing is waiting for you" in waiting[0]
    assert "Requests to read as the second officer</a>: 1<" in waiting[1]
    assert "Nothing is waiting for you" in second.page("today")
    assert "Answer" in answered.text
    assert "information, convictions: 2" in answered.text
    assert "Second reader agreed: information" in answered.text
    assert at.rpartition("/")[2] in second.page("requests?reference=7+ds+12%2F26")


def test_every_step_is_told_in_words_once_it_was_taken() -> None:
    assert set(TAKEN_WORDS) == set(Step)
    assert len(set(TAKEN_WORDS.values())) == len(Step)


def test_the_list_tells_due_days_by_words(office: Office) -> None:
    first = officer(office)
    first.follow("requests/new", **LETTER)

    page = first.page("requests")

    assert re.search(r"! </span>27 March 2026, overdue by \d+ d", page)
    assert "Forename1 Surname1" in page


def test_a_refusal_is_shown_on_the_page_with_what_was_typed(office: Office) -> None:
    first = officer(office)
    at = str(first.follow("requests/new", **LETTER).url.path).removeprefix("/workbench/")

    nothing = first.follow(at, f"{at}/step", step="ask")
    early = first.follow(at, f"{at}/decision", decision="release", words="Now.")

    assert nothing.status_code == 422
    assert "Write your question or your reason." in nothing.text
    assert early.status_code == 422
    assert "does not allow the step" in early.text


def test_a_form_that_lacks_something_says_what(office: Office) -> None:
    answer = officer(office).follow("requests/new", forename="Ann")

    assert answer.status_code == 422
    for words in ("Choose the kind of request.", "Choose who asks.", "Enter a real date"):
        assert words in answer.text


@pytest.mark.parametrize(
    "requester", ["state XXX", "force ZZ", "agency OF-NOBODY", "DEU", "person 01"]
)
def test_only_a_requester_of_the_list_is_taken(office: Office, requester: str) -> None:
    answer = officer(office).follow("requests/new", **LETTER | {"requester": requester})

    assert answer.status_code == 422
    assert "Choose who asks." in answer.text


def test_a_requester_who_may_not_ask_this_is_told_beside_the_kind(office: Office) -> None:
    answer = officer(office).follow("requests/new", **LETTER | {"requester": "force 13"})

    assert answer.status_code == 422
    assert 'href="#kind">This requester cannot make a request of this kind.' in answer.text


def test_an_auditor_reads_and_a_force_does_not(office: Office) -> None:
    at = str(officer(office).follow("requests/new", **LETTER).url.path)
    path = at.removeprefix("/workbench/")

    assert "Continue" not in office.auditor().page(path)
    assert office.force().get(path).status_code == 403


def test_the_page_has_the_letter_once_a_request_has_ended(office: Office) -> None:
    first = officer(office)
    said = "You asked for information on the convictions of a person."
    at = str(first.follow("requests/new", **LETTER).url.path).removeprefix("/workbench/")
    assert '<h2 class="govuk-heading-m">Letter</h2>' not in first.page(at)

    first.follow(at, f"{at}/step", step="withdraw", words="They need it no more.")

    page = first.page(at)
    assert "You have withdrawn your request, so we have ended it." in page
    assert said in page
    assert "Text letters/2" in page
