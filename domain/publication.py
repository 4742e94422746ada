"""Figures of the office: countable facts, released figures, and answers to the public."""

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
"""GBP 450 at GBP 25 an hour, for finding, locating, retrieving and extracting. Redacting does not
count."""

_EXEMPTED = frozenset({InformationOutcome.PARTLY, InformationOutcome.REFUSED})


@dataclass(frozen=True, slots=True)
class InformationAnswer:
    """An answer in published form. It never names the requester.

    Raises InvalidInputError for blank words, and unless exemptions and refusal go together.
    """

    outcome: InformationOutcome
    question: str
    """In words that do not name the requester."""
    answer: str
    exemptions: tuple[str, ...] = ()
    """Sections of the Act, such as `s40`."""
    matter: str = ""
    """A code shared by requests on similar matters. Their hours are added up."""
    hours: int = 0
    """Hours spent on finding, locating, retrieving and extracting."""
    is_counted_here: bool = False
    """Whether published statistics answer the question: cost is then no ground for refusal."""

    def __post_init__(self) -> None:
        if not self.question.strip() or not self.answer.strip():
            raise InvalidInputError("State the question and the answer.", pointer="/answer")
        if (self.outcome in _EXEMPTED) is not bool(self.exemptions):
            raise InvalidInputError(
                "If you refuse information, name at least one exemption. Otherwise name none.",
                pointer="/exemptions",
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


# Countable facts are stored in the transaction in which a request or case is received or ends, so
# that no figure has to be looked up later and erased people are still counted.


class Stage(StrEnum):
    """The kinds of countable fact."""

    RECEIVED = "received"
    CLOSED = "closed"


class Timeliness(StrEnum):
    """Whether a request or case ended within the legal time limit."""

    IN_TIME = "in time"
    LATE = "late"
    NO_CLOCK = "no clock"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year. Raises InvalidInputError for an impossible quarter."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.number <= 4):
            raise InvalidInputError(
                "Write the year and the number of the quarter, for example 2026Q4.",
                pointer="/quarter",
            )

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter to which a day belongs."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read a quarter such as `2026Q4`. Raises InvalidInputError."""
        year, mark, number = text[:4], text[4:5], text[5:]
        if mark != "Q" or not (year + number).isascii() or not (year + number).isdigit():
            raise InvalidInputError("Write the quarter in this form: 2026Q4.", pointer="/quarter")
        return cls(int(year), int(number))

    @property
    def last_day(self) -> date:
        """The last day of the quarter."""
        month = 3 * self.number
        return date(self.year, month, 31 if month in (3, 12) else 30)

    @property
    def first_day(self) -> date:
        """The first day of the quarter."""
        return date(self.year, 3 * self.number - 2, 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, slots=True)
class CountableFact:
    """One fact to be counted. It holds only codes, days and lengths of time."""

    subject_id: str
    """The opaque id of the request or case."""
    number: int
    """Number of the entry that began or ended the matter, which may be reopened and end again."""
    stage: Stage
    service: str
    """The kind of the request, or `search` with its type."""
    counted_on: date
    """The day of recording, so that the figures of a past quarter never change."""
    outcome: str = ""
    timeliness: Timeliness = Timeliness.NO_CLOCK
    asker: str = ""
    """The kind of the requester."""
    party: str = ""
    """The code of the requester. Empty for a person: each person counts as a separate party."""
    days: int = 0
    """Days from receipt to the end."""


Figure = int | str


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One class of a table, with its figure."""

    name: str
    """The class."""
    figure: Figure
    """A rounded figure; `*` for a small number, `:` for a withheld figure."""
    percent: int | None = None
    """Percentage of the total, computed from rounded figures; None if the base is too small."""


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """One permitted table about one service."""

    service: str
    cut: str
    title: str
    total: Figure
    base: int
    """The base to which figures are rounded."""
    cells: tuple[ReleasedCell, ...]


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """The published part of a release: only figures after disclosure control."""

    quarter: str
    rules: str
    """The identifiers of the policy and of the cube."""
    query_sha256: str
    """SHA-256 of the query counted: cuts, policy, quarter and the query's text."""
    tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was frozen. It is never computed again."""

    release_id: str
    quarter: Quarter
    version: int
    """Numbered from 1. A later version withdraws tables of the previous version, and says why."""
    content: ReleaseContent
    content_sha256: str
    """SHA-256 of the bytes that are stored and published."""
    log_size: int
    """The size of the log in the snapshot from which the figures were counted."""
    log_root: str
    released_by: UserId
    released_at: datetime
    note: str = ""
    """The reason for a later version."""
