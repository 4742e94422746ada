"""A form as data: pages of questions, the documents to send, and the request that it becomes.

A form says nothing in words: the pages of the public take every text from a catalogue of
messages, by the names that stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.requests import Ask
from domain.restrictions import UsePurpose

Answers = Mapping[str, tuple[str, ...]]
"""The answers by question; an optional question that was left out has no entry."""


class QuestionKind(StrEnum):
    """The kind of answer that a question takes."""

    NAME = "name"
    """A name in any script, 200 characters at most."""
    LINE = "line"
    """One line of text, 200 characters at most."""
    WORDS = "words"
    """Several lines, 4,000 characters at most."""
    EMAIL = "email"
    """An address for e-mail."""
    PAST_DAY = "past day"
    """An existing day, today or before; three fields."""
    CHOICE = "choice"
    """One of the choices of the question."""
    COUNTRIES = "countries"
    """One or more countries, each once, ISO 3166-1 alpha-3."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a page."""

    name: str
    """Unique in its form: the field, the messages and the answer bear it."""
    kind: QuestionKind
    is_needed: bool = True
    choices: tuple[str, ...] = ()
    """Codes of a CHOICE, in the order shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: one thing to answer."""

    name: str
    questions: tuple[Question, ...]


class DocumentUse(StrEnum):
    """The purpose of a document, and so its allowed form."""

    PORTRAIT = "portrait"
    """A photograph of the applicant: a picture, of a size that shows a face."""
    PAPER = "paper"
    """A copy of a document: a picture, or a PDF."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A document that a form asks for."""

    name: str
    use: DocumentUse
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer is not taken. The code names a message; nothing of the answer is in it."""

    question: str
    code: str


def no_further_check(answers: Answers) -> Fault | None:  # noqa: ARG001 - the form of a check
    """Find nothing: for forms whose answers need not fit each other."""
    return None


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """A form: data, and one function that words the request."""

    kind: str
    """The name of the kind of request that it becomes; offered only where that kind exists."""
    purpose: UsePurpose
    legal_basis: str
    pages: tuple[Page, ...]
    slots: tuple[Slot, ...]
    ask: Callable[[Answers], Ask]
    """Words the request; called with answers of which every page has been checked."""
    check: Callable[[Answers], Fault | None] = no_further_check
    """Finds answers that contradict each other."""
    has_letter: bool = True
    """Whether the disclosure itself, as a letter, is the whole answer. Where it is not, the
    answer is fetched only once a maker of its documents is registered."""

    def page(self, name: str) -> Page | None:
        """Return one of its pages, or None."""
        return next((page for page in self.pages if page.name == name), None)

    def slot(self, name: str) -> Slot | None:
        """Return one of its slots, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def question(self, name: str) -> Question | None:
        """Return one of its questions, or None."""
        every = (question for page in self.pages for question in page.questions)
        return next((question for question in every if question.name == name), None)
