"""A police certificate for another country: the convictions held of the applicant."""

from __future__ import annotations

from domain.applications.declarations import (
    Answers,
    ApplicationForm,
    DocumentUse,
    Page,
    Question,
    QuestionKind,
    Slot,
)
from domain.applications.forms.shared import (
    ADDRESS,
    ADDRESS_PROOF,
    AUTHORITY,
    BIRTH,
    CONTACT,
    NAME,
    NATIONALITIES,
    PASSPORT,
    PASSPORT_PAGE,
    PREVIOUS_NAMES,
    REPRESENTATIVE,
    details_of,
    facts_of,
    one,
)
from domain.requests import Ask
from domain.restrictions import UsePurpose

_COUNTRIES = Page("countries", (Question("countries", QuestionKind.COUNTRIES),))


def _ask(answers: Answers) -> Ask:
    return Ask(
        details_of(answers),
        asker_name=one(answers, "representative"),
        facts=facts_of(answers),
    )


FORM = ApplicationForm(
    kind="police-certificate",
    purpose=UsePurpose.OWN_REQUEST,
    legal_basis="",
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, PASSPORT_PAGE, ADDRESS),
        *(_COUNTRIES, CONTACT, REPRESENTATIVE),
    ),
    slots=(
        Slot("portrait", DocumentUse.PORTRAIT),
        PASSPORT,
        ADDRESS_PROOF,
        Slot("second-address-proof", DocumentUse.PAPER),
        AUTHORITY,
    ),
    ask=_ask,
    has_letter=False,
)
