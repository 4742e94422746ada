"""An applicant's answers on a page, read and checked.

Both the public pages and the office use these functions: the pages to show faults, and the office
because it does not trust what the pages send.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from domain.applications.countries import COUNTRIES
from domain.applications.declarations import (
    Answers,
    ApplicationForm,
    Fault,
    Page,
    Question,
    QuestionKind,
)
from domain.plain_text import holds_unseen

Typed = Mapping[str, Sequence[str]]
"""The fields of a submitted form, by name. A day has three fields: `NAME-day`, `NAME-month`,
`NAME-year`.
"""

MOST_LINE = 200
MOST_WORDS = 4_000
MOST_COUNTRIES = 60
"""The maximum number of nationalities: no person has more."""
EARLIEST_YEAR = 1900

_CONTROLS = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of text. A name with such a character reads as another
name.
"""

_IS_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch

_Read = tuple[str, ...] | str
"""An answer, or the code of its fault."""


def read_page(
    page: Page, typed: Typed, today: date
) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """Return the valid answers of a page, and the faults of the others in the order of its
    questions.
    """
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
    further = None if faults else form.check(answers)
    return tuple(faults) if further is None else (further,)


def has_directions(text: str) -> bool:
    """Whether a text contains characters that change its direction."""
    return any(one in _DIRECTIONS for one in text)


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


def _countries(question: Question, typed: Typed, today: date) -> _Read:
    del today
    given = tuple(one for one in typed.get(question.name, ()) if one)
    if len(given) > MOST_COUNTRIES:
        return "too-many"
    if any(one not in COUNTRIES for one in given):
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
