"""Publication: countable facts, frozen releases, and answers of the disclosure log."""

from __future__ import annotations

from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Row
from domain.events.texts import Subject
from domain.ids import RequestId
from domain.publication.answers import InformationOutcome
from domain.publication.facts import Stage

_FACT = (("subject_id", "subject_id"), ("number", "number"), ("stage", "stage"))


@event(
    "counted",
    rows=(
        Row("countable_facts", key="subject_id", says=("number", "stage", "service", "outcome")),
        Committed("countable_facts", _FACT),
    ),
    demands=ITS_ROW,
)
class Counted(Event):
    """A request or case gave its countable facts to the statistics."""

    subject_id: Subject[str]
    number: int
    stage: Stage
    service: str
    outcome: str


@event(
    "statistics-released",
    rows=(
        Row(
            "statistics_releases",
            key="release_id",
            by="released_by",
            says=("quarter", "version", "content_sha256", ("on_log_size", "log_size")),
        ),
        Committed("statistics_releases", (("release_id", "release_id"),)),
    ),
    demands=ITS_ROW,
)
class StatisticsReleased(Event):
    """The figures of a quarter were frozen and released."""

    release_id: Subject[str]
    quarter: str
    version: int
    content_sha256: str
    on_log_size: int
    """The log as it stood when the figures were counted."""


@event(
    "information-answered",
    rows=(
        Row("information_answers", key="request_id", says=("number", "outcome", "hours")),
        Committed("information_answers", (("request_id", "request_id"), ("number", "number"))),
    ),
    demands=ITS_ROW,
)
class InformationAnswered(Event):
    """A request for information was answered, and the answer published."""

    request_id: Subject[RequestId]
    number: int
    outcome: InformationOutcome
    hours: int


@event("audit-pack-made")
class AuditPackMade(Event):
    """A compliance audit pack was made for an inspectorate."""

    sums_sha256: Subject[str]
    """SHA-256 of the list of the digests of its files."""
    first_day: str
    last_day: str
    seed: int
    """Of the samples."""
    samples: int
    on_log_size: int
