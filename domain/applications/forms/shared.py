"""Pages that forms have in common, and how their answers become the words of a request."""

from __future__ import annotations

from collections.abc import Iterable

from domain.applications.declarations import (
    Answers,
    DocumentUse,
    Page,
    Question,
    QuestionKind,
    Slot,
)
from domain.partial_dates import PartialDate
from domain.people import Address, Details, Nationality, PersonName, PreviousName
from domain.proofs import ADDRESS_COUNTRY, PASSPORT_NUMBER

NAME = Page(
    "name",
    (
        Question("forename", QuestionKind.NAME),
        Question("middle-names", QuestionKind.NAME, is_needed=False),
        Question("surname", QuestionKind.NAME),
    ),
)
PREVIOUS_NAMES = Page(
    "previous-names", (Question("previous-names", QuestionKind.WORDS, is_needed=False),)
)
BIRTH = Page(
    "birth",
    (
        Question("birth-day", QuestionKind.PAST_DAY),
        Question("birth-place", QuestionKind.LINE),
    ),
)
NATIONALITIES = Page("nationalities", (Question("nationalities", QuestionKind.COUNTRIES),))
ADDRESS = Page(
    "address",
    (
        Question("address-line", QuestionKind.LINE),
        Question("address-town", QuestionKind.LINE),
        Question("address-postcode", QuestionKind.LINE, is_needed=False),
        Question(ADDRESS_COUNTRY, QuestionKind.LINE),
    ),
)
PASSPORT_PAGE = Page("passport", (Question(PASSPORT_NUMBER, QuestionKind.LINE),))
CONTACT = Page("contact", (Question("contact-email", QuestionKind.EMAIL),))
REPRESENTATIVE = Page(
    "representative", (Question("representative", QuestionKind.NAME, is_needed=False),)
)

PASSPORT = Slot("passport", DocumentUse.PAPER)
ADDRESS_PROOF = Slot("address-proof", DocumentUse.PAPER)
AUTHORITY = Slot("authority", DocumentUse.PAPER, is_needed=False)

_OF_DETAILS = frozenset(
    question.name
    for page in (NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, ADDRESS)
    for question in page.questions
    if question.name != ADDRESS_COUNTRY
)


def details_of(answers: Answers) -> Details:
    """Return the details of the applicant; names that they bore before are searched too."""
    name = PersonName(
        one(answers, "forename"), one(answers, "surname"), one(answers, "middle-names")
    )
    previous = tuple(previous_names(one(answers, "previous-names")))
    return Details(
        names=(name, *previous),
        dates_of_birth=tuple(PartialDate.parse(day) for day in answers.get("birth-day", ())),
        place_of_birth=one(answers, "birth-place"),
        nationalities=tuple(
            Nationality(code, "application") for code in answers.get("nationalities", ())
        ),
        addresses=(
            Address(
                one(answers, "address-line"),
                one(answers, "address-town"),
                one(answers, "address-postcode"),
            ),
        ),
        previous_names=tuple(PreviousName(name) for name in previous),
    )


def previous_names(text: str) -> Iterable[PersonName]:
    """Yield the names of a text, one a line: the last word is the surname."""
    for line in text.splitlines():
        *forenames, surname = line.split() or [""]
        if surname:
            yield PersonName(" ".join(forenames), surname)


def facts_of(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return the answers that are no details of the person, by question."""
    return tuple(
        (name, ", ".join(given))
        for name, given in sorted(answers.items())
        if name not in _OF_DETAILS
    )


def one(answers: Answers, question: str) -> str:
    """Return the one answer to a question; empty if there is none."""
    return next(iter(answers.get(question, ())), "")
