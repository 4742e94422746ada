"""A form as data: pages of questions, the documents to send, and the request that it becomes.

A form contains no wording. The public pages take every text from a catalogue of messages, by the
names that are declared here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.requests.requests import Ask
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


def no_further_check(answers: Answers) -> Fault | None:  # noqa: ARG001 - the form of a check
    """Find no fault: for forms whose answers do not depend on each other."""
    return None


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """A form: data, and one function that writes the request."""

    kind: str
    """The name of the kind of request that the form becomes. The form is offered only if that kind
    exists.
    """
    purpose: UsePurpose
    legal_basis: str
    pages: tuple[Page, ...]
    slots: tuple[Slot, ...]
    ask: Callable[[Answers], Ask]
    """Writes the request. The answers passed to it have been checked on every page."""
    check: Callable[[Answers], Fault | None] = no_further_check
    """Finds answers that contradict each other."""
    has_letter: bool = True
    """Whether the disclosure itself, as a letter, is the whole answer. If not, the answer can be
    fetched only if a function that makes its documents is registered.
    """

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
