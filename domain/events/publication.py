"""Publication: countable facts, frozen releases of figures, and answers in the disclosure log."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import RequestId
from domain.publication import InformationOutcome, Stage


@event("counted", leaves=Leaves("countable_facts", where=("subject_id", "number", "stage")))
class Counted(Event):
    """The countable facts of a request or case were added to the statistics."""

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
    """The size of the log when the figures were counted."""


@event(
    "information-answered", leaves=Leaves("information_answers", where=("request_id", "number"))
)
class InformationAnswered(Event):
    """A request for information was answered, and the answer was published."""

    request_id: Subject[RequestId]
    number: int
    outcome: InformationOutcome
    hours: int


@event("audit-pack-made")
class AuditPackMade(Event):
    """A compliance audit pack was made for an inspectorate."""

    sums_sha256: Subject[str]
    """SHA-256 of the file that lists the digests of the pack's files."""
    first_day: str
    last_day: str
    seed: int
    """The seed with which the samples were drawn."""
    samples: int
    on_log_size: int
