"""Publication: countable facts, frozen releases, and answers of the disclosure log."""

from __future__ import annotations

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import RequestId
from domain.publication import InformationOutcome, Stage


@event("counted", leaves=Leaves("countable_facts", where=("subject_id", "number", "stage")))
class Counted(Event):
    """A request or case gave its countable facts to the statistics."""

    subject_id: Subject[str]
    number: int
    stage: Stage
    service: str
    outcome: str


@event(
    "statistics-released",
    leaves=Leaves("statistics_releases", by="released_by", also=(("on_log_size", "log_size"),)),
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
    "information-answered", leaves=Leaves("information_answers", where=("request_id", "number"))
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
    """Seed of the samples."""
    samples: int
    on_log_size: int
