"""Answers to requests for information that the office holds (Freedom of Information Act 2000)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import RequestId


class InformationOutcome(StrEnum):
    """The outcome of a request for information."""

    DISCLOSED = "disclosed"
    PARTLY = "partly disclosed"
    REFUSED = "refused"
    NOT_HELD = "not held"
    REFUSED_FOR_COST = "refused for cost"


COST_LIMIT_HOURS = 18
"""GBP 450 at GBP 25 an hour: finding, locating, retrieving and extracting, not redacting."""

_EXEMPTED = frozenset({InformationOutcome.PARTLY, InformationOutcome.REFUSED})


@dataclass(frozen=True, slots=True)
class InformationAnswer:
    """An answer as it is published: never the requester.

    Raises InvalidInputError for exemptions without a refusal, a refusal without one, and blank
    words.
    """

    outcome: InformationOutcome
    question: str
    """In words that name no requester."""
    answer: str
    exemptions: tuple[str, ...] = ()
    """Sections of the Act, such as `s40`."""
    matter: str = ""
    """A code that requests on like matter share: their hours add up."""
    hours: int = 0
    """Hours of finding, locating, retrieving and extracting."""
    is_counted_here: bool = False
    """Whether the question is a cut of the statistics: cost is no ground then."""

    def __post_init__(self) -> None:
        if not self.question.strip() or not self.answer.strip():
            raise InvalidInputError("State question and answer.", pointer="/answer")
        if (self.outcome in _EXEMPTED) is not bool(self.exemptions):
            raise InvalidInputError(
                "Name exemptions if, and only if, you refuse.", pointer="/exemptions"
            )


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An entry of the disclosure log."""

    request_id: RequestId
    number: int
    outcome: InformationOutcome
    exemptions: tuple[str, ...]
    matter: str
    hours: int
    answered_on: date
    question: str
    answer: str
