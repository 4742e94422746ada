"""That an arrest event, and the prints and pictures taken at it, be deleted."""

from __future__ import annotations

from domain.applications.declarations import (
    Answers,
    ApplicationForm,
    Fault,
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
    PASSPORT,
    PREVIOUS_NAMES,
    REPRESENTATIVE,
    details_of,
    facts_of,
    one,
)
from domain.requests import Ask
from domain.restrictions import UsePurpose

_EVENT = Page(
    "arrest",
    (
        Question("arrest-day", QuestionKind.PAST_DAY),
        Question("arrest-force", QuestionKind.LINE),
    ),
)
_WHAT = Page(
    "what",
    (Question("what", QuestionKind.CHOICE, choices=("entry-and-prints", "entry", "prints")),),
)
_REASONS = Page("reasons", (Question("reasons", QuestionKind.WORDS),))


def _ask(answers: Answers) -> Ask:
    return Ask(
        details_of(answers),
        words=one(answers, "reasons"),
        asker_name=one(answers, "representative"),
        facts=facts_of(answers),
    )


def _check(answers: Answers) -> Fault | None:
    is_before = one(answers, "arrest-day") < one(answers, "birth-day")
    return Fault("arrest-day", "before-birth") if is_before else None


FORM = ApplicationForm(
    kind="record-deletion",
    purpose=UsePurpose.OWN_REQUEST,
    legal_basis="dpa-2018-s47",
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, ADDRESS),
        *(_EVENT, _WHAT, _REASONS, CONTACT, REPRESENTATIVE),
    ),
    slots=(PASSPORT, ADDRESS_PROOF, AUTHORITY),
    ask=_ask,
    has_letter=False,
    check=_check,
)
