"""The forms for the public: each is data; one function writes the request."""

from collections.abc import Iterable

from domain.applications.declarations import (
    Answers,
    ApplicationForm,
    DocumentUse,
    Fault,
    Page,
    Question,
    QuestionKind,
    Slot,
)
from domain.people.partial_dates import PartialDate
from domain.people.people import Address, Details, Nationality, PersonName, PreviousName, Sex
from domain.requests.proofs import ADDRESS_COUNTRY, PASSPORT_COUNTRY, PASSPORT_NUMBER
from domain.requests.requests import Ask
from domain.restrictions import UsePurpose

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
        Question(ADDRESS_COUNTRY, QuestionKind.COUNTRY),
    ),
)
PASSPORT_PAGE = Page(
    "passport",
    (
        Question(PASSPORT_NUMBER, QuestionKind.LINE),
        Question(PASSPORT_COUNTRY, QuestionKind.COUNTRY, is_needed=False),
        Question("sex", QuestionKind.CHOICE, is_needed=False, choices=tuple(Sex)),
    ),
)
CONTACT = Page("contact", (Question("contact-email", QuestionKind.EMAIL),))
REPRESENTATIVE = Page(
    "representative", (Question("representative", QuestionKind.NAME, is_needed=False),)
)

PASSPORT = Slot("passport", DocumentUse.PAPER)
ADDRESS_PROOF = Slot("address-proof", DocumentUse.PAPER)
AUTHORITY = Slot("authority", DocumentUse.PAPER, is_needed=False)

_OF_DETAILS = frozenset(
    question.name
    for page in (NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, ADDRESS, PASSPORT_PAGE)
    for question in page.questions
    if question.name not in {ADDRESS_COUNTRY, PASSPORT_NUMBER, PASSPORT_COUNTRY}
)


def details_of(answers: Answers) -> Details:
    """Return the details of the applicant. Previous names are also searched."""
    name = PersonName(
        one(answers, "forename"), one(answers, "surname"), one(answers, "middle-names")
    )
    previous = tuple(previous_names(one(answers, "previous-names")))
    return Details(
        names=(name, *previous),
        dates_of_birth=tuple(PartialDate.parse(day) for day in answers.get("birth-day", ())),
        place_of_birth=one(answers, "birth-place"),
        sex=Sex(stated) if (stated := one(answers, "sex")) else None,
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
    """Yield the names in a text, one per line. The last word of a line is the surname."""
    for line in text.splitlines():
        *forenames, surname = line.split() or [""]
        if surname:
            yield PersonName(" ".join(forenames), surname)


def facts_of(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return the answers that are not details of the person, by question."""
    return tuple(
        (name, ", ".join(given))
        for name, given in sorted(answers.items())
        if name not in _OF_DETAILS
    )


def ask_of(answers: Answers) -> Ask:
    """Return the request that answers make. They have been checked on every page."""
    return Ask(
        details_of(answers),
        words=one(answers, "reasons") or one(answers, "wanted"),
        asker_name=one(answers, "representative"),
        facts=facts_of(answers),
    )


def one(answers: Answers, question: str) -> str:
    """Return the single answer to a question; empty if there is none."""
    return next(iter(answers.get(question, ())), "")


_COUNTRIES = Page("countries", (Question("countries", QuestionKind.COUNTRIES),))


_POLICE_CERTIFICATE = ApplicationForm(
    kind="police-certificate",
    purpose=UsePurpose.OWN_REQUEST,
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
    has_letter=False,
)


_ORGANISATION = Page(
    "organisation",
    (
        Question("organisation", QuestionKind.LINE),
        Question("organisation-address", QuestionKind.LINE),
        Question("role", QuestionKind.LINE),
    ),
)
_PREVIOUS_ADDRESSES = Page(
    "previous-addresses", (Question("previous-addresses", QuestionKind.WORDS, is_needed=False),)
)
_CHILD_PROTECTION = ApplicationForm(
    kind="child-protection-certificate",
    purpose=UsePurpose.WORK_WITH_CHILDREN,
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, PASSPORT_PAGE, ADDRESS),
        *(_PREVIOUS_ADDRESSES, _ORGANISATION, _COUNTRIES, CONTACT, REPRESENTATIVE),
    ),
    slots=_POLICE_CERTIFICATE.slots,
    has_letter=False,
)


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


def _check_deletion(answers: Answers) -> Fault | None:
    is_before = one(answers, "arrest-day") < one(answers, "birth-day")
    return Fault("arrest-day", "before-birth") if is_before else None


_RECORD_DELETION = ApplicationForm(
    kind="record-deletion",
    purpose=UsePurpose.OWN_REQUEST,
    legal_basis="dpa-2018-s47",
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, ADDRESS),
        *(_EVENT, _WHAT, _REASONS, CONTACT, REPRESENTATIVE),
    ),
    slots=(PASSPORT, ADDRESS_PROOF, AUTHORITY),
    has_letter=False,
    check=_check_deletion,
)


_WANTED = Page("wanted", (Question("wanted", QuestionKind.WORDS, is_needed=False),))


_SUBJECT_ACCESS = ApplicationForm(
    kind="subject-access",
    purpose=UsePurpose.OWN_REQUEST,
    legal_basis="dpa-2018-s45",
    pages=(
        *(NAME, PREVIOUS_NAMES, BIRTH, NATIONALITIES, ADDRESS),
        *(_WANTED, CONTACT, REPRESENTATIVE),
    ),
    slots=(PASSPORT, ADDRESS_PROOF, AUTHORITY),
    has_letter=False,
)


FORMS: dict[str, ApplicationForm] = {
    form.kind: form
    for form in (_POLICE_CERTIFICATE, _CHILD_PROTECTION, _SUBJECT_ACCESS, _RECORD_DELETION)
}
"""Every form, by the kind of request that it becomes; it is offered only if that kind exists."""
