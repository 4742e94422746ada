"""Forms as data: pages of questions, the documents to send, the request, and reading the answers.

A form contains no wording. The public pages take every text from a catalogue of messages, by the
names that are declared here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.countries import country_code, country_names
from domain.plain_text import has_directions, holds_unseen
from domain.restrictions import UsePurpose

Answers = Mapping[str, tuple[str, ...]]
"""The answers, by question. An optional question that was not answered has no entry."""


class QuestionKind(StrEnum):
    """The kind of answer that a question takes."""

    NAME = "name"
    """A name in any script, at most 200 characters."""
    LINE = "line"
    """One line of text, at most 200 characters."""
    WORDS = "words"
    """Several lines, at most 4,000 characters."""
    EMAIL = "email"
    """An e-mail address."""
    PAST_DAY = "past day"
    """An existing day that is not in the future, entered in three fields."""
    CHOICE = "choice"
    """One of the choices of the question."""
    COUNTRY = "country"
    """One country, by its ISO 3166-1 alpha-3 code or its English name; the code is stored."""
    COUNTRIES = "countries"
    """One or more countries as ISO 3166-1 alpha-3 codes, without repeats."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a page."""

    name: str
    """Unique in its form. It is also the name of the field, the messages and the answer."""
    kind: QuestionKind
    is_needed: bool = True
    choices: tuple[str, ...] = ()
    """The codes of a CHOICE, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, which asks about one thing."""

    name: str
    questions: tuple[Question, ...]


class DocumentUse(StrEnum):
    """The purpose of a document, which determines its permitted types."""

    PORTRAIT = "portrait"
    """A photograph of the applicant: a picture, large enough to show a face."""
    PAPER = "paper"
    """A copy of a paper document: a picture or a PDF."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A document that a form asks for."""

    name: str
    use: DocumentUse
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer is refused. The code names a message, which contains nothing of the answer."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """A form: data, and a check of answers that depend on each other."""

    kind: str
    """The kind of request that the form becomes. A form without its kind is not offered."""
    purpose: UsePurpose
    pages: tuple[Page, ...]
    slots: tuple[Slot, ...]
    legal_basis: str = ""
    check: Callable[[Answers], Fault | None] | None = None
    """Finds answers that contradict each other."""
    has_letter: bool = True
    """Whether the letter is the whole answer. If not, the answer can be fetched only if a function
    that makes its documents is registered."""

    def page(self, name: str) -> Page | None:
        """Return the page with this name, or None."""
        return next((page for page in self.pages if page.name == name), None)

    def slot(self, name: str) -> Slot | None:
        """Return the slot with this name, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def question(self, name: str) -> Question | None:
        """Return the question with this name, or None."""
        every = (question for page in self.pages for question in page.questions)
        return next((question for question in every if question.name == name), None)


# The public pages read answers to show faults. The office reads them again, because it does not
# trust what the pages send.

Typed = Mapping[str, Sequence[str]]
"""The fields of a sent form. A day has three: `NAME-day`, `NAME-month`, `NAME-year`."""

MOST_LINE = 200
MOST_WORDS = 4_000
MOST_COUNTRIES = 60
"""The maximum number of nationalities: no person has more."""
EARLIEST_YEAR = 1900

_CONTROLS = frozenset({"Cc", "Cs", "Co", "Cn"})

_IS_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch

_Read = tuple[str, ...] | str
"""An answer, or the code of its fault."""


def read_page(
    page: Page, typed: Typed, today: date
) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """Return the valid answers of a page, and the faults of the others in their order."""
    answers: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for question in page.questions:
        found = _READERS[question.kind](question, typed, today)
        if isinstance(found, str):
            faults.append(Fault(question.name, found))
        elif found:
            answers[question.name] = found
        elif question.is_needed:
            faults.append(Fault(question.name, "missing"))
    return answers, faults


def retyped(page: Page, answers: Answers) -> dict[str, Sequence[str]]:
    """Return the answers of a page as the fields of its form."""
    fields: dict[str, Sequence[str]] = {}
    for question in page.questions:
        given = answers.get(question.name, ())
        if question.kind is QuestionKind.PAST_DAY and given:
            year, month, day = given[0].split("-")
            fields |= {
                f"{question.name}-day": (day,),
                f"{question.name}-month": (month,),
                f"{question.name}-year": (year,),
            }
        else:
            fields[question.name] = given
    return fields


def faults_of(form: ApplicationForm, answers: Answers, today: date) -> tuple[Fault, ...]:
    """Return every fault that prevents the answers of a form from being sent, page by page."""
    faults: list[Fault] = []
    for page in form.pages:
        faults += read_page(page, retyped(page, answers), today)[1]
    further = form.check(answers) if form.check and not faults else None
    return tuple(faults) if further is None else (further,)


def _is_unusable(text: str, allowed: str) -> bool:
    return holds_unseen(text) or any(
        unicodedata.category(one) in _CONTROLS and one not in allowed for one in text
    )


def _text(question: Question, typed: Typed, *, most: int, lines: bool = False) -> str | list[str]:
    """Return a list with the text, an empty list if there is no text, or the code of a fault."""
    text = (list(typed.get(question.name, ())) or [""])[0]
    text = text.replace("\r\n", "\n").strip()
    if has_directions(text):
        return "direction-characters"
    allowed = "\n\t" if lines else ""
    if _is_unusable(text, allowed):
        return "unusable-characters"
    if len(text) > most:
        return "too-long"
    return [text] if text else []


def _line(question: Question, typed: Typed, today: date) -> _Read:
    del today
    found = _text(question, typed, most=MOST_LINE)
    return found if isinstance(found, str) else tuple(found)


def _name(question: Question, typed: Typed, today: date) -> _Read:
    found = _line(question, typed, today)
    if isinstance(found, str) or not found:
        return found
    name = unicodedata.normalize("NFC", found[0])
    return (name,) if any(one.isalpha() for one in name) else "no-letters"


def _email(question: Question, typed: Typed, today: date) -> _Read:
    found = _line(question, typed, today)
    if isinstance(found, str) or not found:
        return found
    return found if _IS_EMAIL(found[0]) else "not-an-email"


def _words(question: Question, typed: Typed, today: date) -> _Read:
    del today
    found = _text(question, typed, most=MOST_WORDS, lines=True)
    return found if isinstance(found, str) else tuple(found)


def _choice(question: Question, typed: Typed, today: date) -> _Read:
    del today
    given = [one for one in typed.get(question.name, ()) if one]
    if not given:
        return ()
    return (given[0],) if given[0] in question.choices else "not-listed"


def _country(question: Question, typed: Typed, today: date) -> _Read:
    found = _line(question, typed, today)
    if isinstance(found, str) or not found:
        return found
    code = country_code(found[0])
    return (code,) if code in country_names() else "not-listed"


def _countries(question: Question, typed: Typed, today: date) -> _Read:
    del today
    given = tuple(one for one in typed.get(question.name, ()) if one)
    if len(given) > MOST_COUNTRIES:
        return "too-many"
    if any(one not in country_names() for one in given):
        return "not-listed"
    return given if len(set(given)) == len(given) else "twice"


def _past_day(question: Question, typed: Typed, today: date) -> _Read:
    parts = [
        (list(typed.get(f"{question.name}-{part}", ())) or [""])[0].strip()
        for part in ("year", "month", "day")
    ]
    if not any(parts):
        return ()
    if not all(parts):
        return "incomplete-day"
    day = _day(parts)
    if day is None:
        return "no-such-day"
    if day.year < EARLIEST_YEAR:
        return "too-early"
    return (day.isoformat(),) if day <= today else "future-day"


def _day(parts: Sequence[str]) -> date | None:
    """Return the day with this year, month and day of the month; None if there is no such day."""
    if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


_READERS: dict[QuestionKind, Callable[[Question, Typed, date], _Read]] = {
    QuestionKind.NAME: _name,
    QuestionKind.LINE: _line,
    QuestionKind.EMAIL: _email,
    QuestionKind.WORDS: _words,
    QuestionKind.PAST_DAY: _past_day,
    QuestionKind.CHOICE: _choice,
    QuestionKind.COUNTRY: _country,
    QuestionKind.COUNTRIES: _countries,
}


# The public pages look up these faults by name, and show them in the reader's language.


class UploadFault(StrEnum):
    """Why a document is refused. The value is the message for callers of the API."""

    EMPTY = "The file is empty: choose another one."
    TOO_LARGE = "The file is larger than 10 MB: send a smaller one."
    NOT_A_PICTURE = "The photograph is not a picture: send a JPEG or PNG file."
    NOT_A_DOCUMENT = "The file is neither a picture nor a PDF: send a JPEG, PNG or PDF file."
    MIXED = (
        "The file contains something other than a picture or a PDF: save a new copy of it "
        "and send the copy."
    )
    TOO_FEW_PIXELS = "The picture is too small to be read: send a larger one."
    TOO_MANY_PIXELS = "The picture has too many pixels: send a smaller one."
    DAMAGED = "The file is damaged: save it again and send that."
    ACTIVE_PDF = (
        "The PDF contains a program, a form or another file: send a plain copy or a picture."
    )
    LOCKED_PDF = "The PDF is locked with a password: send an unlocked copy, or a picture."
    TOO_COSTLY = "The file takes too long or too much memory to read: send a simpler one."
    INFECTED = "The file was refused by the virus scanner: send another one."
    TOO_MANY = "There are too many documents: remove one first."
