"""Searches and batches, and the model, thresholds and index that they use."""

from domain.events.declaring import Event, Subject, Webhook, event
from domain.events.declaring import Standing as StandingFact
from domain.events.rows import ITS_ROW, THE_DONOR, THE_SEARCH, Leaves, Part, Row, committed_capture
from domain.examination.cases import Priority
from domain.forces import NO_FORCE
from domain.ids import BatchId, CaseId, EncounterId, PersonId, SearchId, Topic
from domain.searches.searches import SearchType
from domain.searches.strangers import Standing


@event(
    "searched",
    leaves=(
        Row(
            "searches",
            key="search_id",
            by="submitted_by",
            says=("search_type", "model_digest"),
            counts=("candidates", "candidates"),
            unless=("force", NO_FORCE),
        ),
        THE_SEARCH,
        committed_capture("follows", or_its_case=True),
        THE_DONOR,
    ),
    demands=ITS_ROW,
    tells_a_link=True,
    is_look=True,
)
class Searched(Event):
    """A search was submitted and answered."""

    search_id: Subject[SearchId]
    search_type: SearchType
    candidates: int
    model_digest: str
    configuration_digest: str
    follows: Subject[CaseId | EncounterId | None] = None
    """The case that was opened, or the mark that was filed."""
    fingers: int | None = None
    """The number of fingers in a search by prints. Only such searches state this and what
    follows."""
    index_generation: int | None = None
    index_digest: str | None = None
    index_cursor: int | None = None
    """The number of the last change of the gallery that the index contained."""
    gallery_size: int | None = None
    model_name: str | None = None
    model_version: str | None = None
    thresholds: str | None = None
    arithmetic: str | None = None
    code_version: str | None = None
    weighed: int | None = None
    """The greatest number of candidates that are weighed."""
    kept: int | None = None
    """The greatest number of candidates that are stored."""
    amended_to: int | None = None
    """The `log_size` of the newest record amendment available to the search."""
    law: Standing | None = None
    """How prints were weighed: as measured (empty), or `widened` or `withheld` after a shift."""
    donor: PersonId | None = None
    """The unknown person under whom the mark was filed."""
    batch_line: StandingFact[str | None] = None
    """The batch and the line that asked for the search, joined by a colon; or empty."""
    details_from_millibits: int | None = None
    """If prints come first: a total of the prints below this excludes a candidate, whose details
    are not weighed."""


@event("model-changed")
class ModelChanged(Event):
    """The service started with a different evidence model."""

    model_name: str
    model_version: str
    model_digest: str
    code_version: str


@event("thresholds-changed")
class ThresholdsChanged(Event):
    """The service started with different thresholds."""

    thresholds: str
    """The digest of the configuration that contains the thresholds."""


@event("index-changed")
class IndexChanged(Event):
    """The service started with another generation of the index."""

    index_generation: int
    index_digest: str


@event(
    "batch-submitted",
    leaves=Leaves(
        "batches",
        by="submitted_by",
        parts=(Part("client_references", (("owner_id", "batch_id"),)),),
    ),
)
class BatchSubmitted(Event):
    """A batch of searches was submitted."""

    batch_id: Subject[BatchId]
    lines: int
    priority: Priority


@event(
    "batch-cancelled",
    leaves=(Row("batches", key="batch_id", says=(), given="cancelled_at"),),
    demands=ITS_ROW,
)
class BatchCancelled(Event):
    """A batch was cancelled; its lines that had not been processed are not searched."""

    batch_id: Subject[BatchId]
    lines: int


@event(
    "batch-finished",
    leaves=(Row("batches", key="batch_id", given="finished_at"),),
    demands=ITS_ROW,
    webhook=Webhook(Topic("batch.finished"), names="batch_id"),
)
class BatchFinished(Event):
    """All lines of a batch have been processed."""

    batch_id: Subject[BatchId]
    done: int
    failed: int
    cancelled: int
