"""Figures of the office: countable facts, releases of them, and answers to the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import RequestId, UserId


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


# They are given in the transaction in which something is received or ends, so that no figure has
# to be looked up later, and that erased people stay as counts.


class Stage(StrEnum):
    """Kinds of counted fact."""

    RECEIVED = "received"
    CLOSED = "closed"


class Timeliness(StrEnum):
    """Whether something ended in time, by the legal clock."""

    IN_TIME = "in time"
    LATE = "late"
    NO_CLOCK = "no clock"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year. Raises InvalidInputError for an impossible one."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.number <= 4):
            raise InvalidInputError("Write a quarter as 2026Q4.", pointer="/quarter")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026Q4`; raises InvalidInputError."""
        year, mark, number = text[:4], text[4:5], text[5:]
        if mark != "Q" or not (year + number).isascii() or not (year + number).isdigit():
            raise InvalidInputError("Write a quarter as 2026Q4.", pointer="/quarter")
        return cls(int(year), int(number))

    @property
    def last_day(self) -> date:
        """Its last day."""
        month = 3 * self.number
        return date(self.year, month, 31 if month in (3, 12) else 30)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, slots=True)
class CountableFact:
    """One thing to count: only codes, days and lengths."""

    subject_id: str
    """The opaque id of the request or case."""
    number: int
    """Number of the entry that ended or began it; a request that is opened again may end again."""
    stage: Stage
    service: str
    """The kind of the request, or `search` with its type."""
    counted_on: date
    """The day on which it was put on record, so that a quarter that is over never changes."""
    outcome: str = ""
    timeliness: Timeliness = Timeliness.NO_CLOCK
    asker: str = ""
    """The kind of the requester."""
    party: str = ""
    """The code of the requester; empty for a person, and each person is a party of their own."""
    days: int = 0
    """From receipt to the end."""


Figure = int | str


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One class of a table with its figure."""

    name: str
    figure: Figure
    percent: int | None = None
    """Per cent of the total, computed from rounded figures; None where the base is too small."""


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """One allowed cut of one service."""

    service: str
    cut: str
    title: str
    total: Figure
    base: int
    """The base of rounding."""
    cells: tuple[ReleasedCell, ...]


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """The published part: only figures after disclosure control."""

    quarter: str
    rules: str
    """The identifiers of policy and cube."""
    query_sha256: str
    """Of the question that was counted: cuts, policy and quarter, with the text of the query."""
    tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was frozen; nothing computes it again."""

    release_id: str
    quarter: Quarter
    version: int
    """From 1; a later one withdraws tables of the previous one, and says why."""
    content: ReleaseContent
    content_sha256: str
    """SHA-256 of the bytes that are stored and published."""
    log_size: int
    """The log as it stood in the snapshot that the figures were counted in."""
    log_root: str
    released_by: UserId
    released_at: datetime
    note: str = ""
    """Why a later version was made."""
