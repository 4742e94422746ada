"""Everything that is held about oneself (Data Protection Act 2018 s 45)."""

from __future__ import annotations

from domain.applications.declarations import (
    Answers,
    ApplicationForm,
    Page,
    Question,
    QuestionKind,
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
    PREVIOUS_NAMES,
    REPRESENTATIVE,
    details_of,
    facts_of,
    one,
)
from domain.requests import Ask
from domain.restrictions import UsePurpose

_WANTED = Page("wanted", (Question("wanted", QuestionKind.WORDS, is_needed=False),))


def _ask(answers: Answers) -> Ask:
    return Ask(
        details_of(answers),
        words=one(answers, "wanted"),
        asker_name=one(answers, "representative"),
        facts=facts_of(answers),
    )


FORM = ApplicationForm(
    kind="subject-access",
    purpose=UsePurpose.OWN_REQUEST,
    legal_basis="dpa-2018-s45",
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, ADDRESS),
        *(_WANTED, CONTACT, REPRESENTATIVE),
    ),
    slots=(PASSPORT, ADDRESS_PROOF, AUTHORITY),
    ask=_ask,
    has_letter=False,
)
