"""Retention: purge plans, their counts and releases, and the decisions of reviews."""

from datetime import datetime

from domain.events.declaring import Event, OrBlank, Subject, event
from domain.events.rows import ITS_ROW, Committed, Leaves, Row
from domain.ids import EncounterId, ErasureId, PersonId, RequestId
from domain.retention import retention
from domain.retention.capture_facts import FactDecision, FactId, FactKind


@event(
    "retention-planned",
    leaves=Leaves(
        "retention_plans",
        by="made_by",
        says=("people", "due", "kept", "reviews"),
        counts=("due", "retention_plan_lines"),
        parts=("retention_plan_lines", "retention_plan_captures"),
    ),
)
class PurgePlanned(Event):
    """A purge was planned; nothing is hidden yet."""

    plan_id: Subject[retention.PlanId]
    people: int
    due: int
    kept: int
    reviews: int
    added: int
    gone: int
    refusal: OrBlank[retention.PlanRefusal]
    """The limit that the plan exceeds."""


@event(
    "retention-recounted",
    leaves=Leaves("retention_recounts", by="counted_by"),
)
class PurgeRecounted(Event):
    """The people due were counted again, by code that is independent of the planner."""

    recount_id: Subject[str]
    plan_id: Subject[retention.PlanId]
    due: int
    missing: int
    beyond: int
    reviews: int


@event(
    "retention-released",
    leaves=Leaves("retention_releases", by="released_by", where=("plan_id", "number")),
)
class PurgeReleased(Event):
    """A supervisor released a purge plan; the purge can begin after the second release."""

    plan_id: Subject[retention.PlanId]
    number: int
    """1 for the first release, 2 for the second."""


@event("retention-settled", leaves=Leaves("retention_settlements", says=("plan_id", "outcome")))
class PurgeSettled(Event):
    """In a released purge plan, a person's prints were hidden for destruction, or spared."""

    settlement_id: Subject[str]
    plan_id: Subject[retention.PlanId]
    person_id: Subject[PersonId]
    outcome: retention.Settled
    erasure_id: OrBlank[ErasureId]


_PURGE = (("settlement_id", "settlement_id"),)


@event("prints-hidden", leaves=Leaves("print_purges", says=(), parts=("purged_captures",)))
class PrintsHidden(Event):
    """A purge removed the prints of a person from every search; their record stays."""

    settlement_id: Subject[str]
    person_id: Subject[PersonId]
    captures: int
    due_at: datetime
    """Time until which the purge can be cancelled."""


def _ended(outcome: retention.PurgeEnd) -> tuple[Row, Committed]:
    """Return the row that the end of one person's purge leaves, and its commitment."""
    end = Row(
        "print_purge_ends", key="settlement_id", by="ended_by", when=("outcome", outcome.value)
    )
    return (end, Committed("print_purge_ends", _PURGE))


@event("prints-called-back", leaves=_ended(retention.PurgeEnd.CALLED_BACK), demands=ITS_ROW)
class PrintsCalledBack(Event):
    """A purge of a person's prints was cancelled; searches find the prints again.

    By a supervisor, or by the service if something recorded meanwhile keeps the prints.
    """

    settlement_id: Subject[str]
    person_id: Subject[PersonId]


@event("prints-destroyed", leaves=_ended(retention.PurgeEnd.DESTROYED), demands=ITS_ROW)
class PrintsDestroyed(Event):
    """A purge destroyed the prints of a person, and no other data."""

    settlement_id: Subject[str]
    person_id: Subject[PersonId]


@event("retention-reviewed", leaves=Leaves("retention_reviews", by="decided_by"))
class RetentionReviewed(Event):
    """Two people decided to keep, restrict or erase data about a person."""

    request_id: Subject[RequestId]
    person_id: Subject[PersonId]
    decision: retention.ReviewDecision
    ground: retention.ReviewGround


@event(
    "retention-proposed",
    leaves=(
        Committed("retention_proposals", (("request_id", "request_id"), ("number", "number"))),
    ),
)
class RetentionProposed(Event):
    """A case officer proposed to keep, restrict or erase data about a person."""

    request_id: Subject[RequestId]
    person_id: Subject[PersonId]
    number: int
    """Number of the entry in the log of the request."""
    decision: retention.ReviewDecision
    ground: retention.ReviewGround


@event("capture-fact-stated", leaves=Leaves("capture_facts", by="proposed_by", says=("kind",)))
class CaptureFactStated(Event):
    """A case officer recorded a fact about a capture.

    For example, a court extended its retention.
    """

    fact_id: Subject[FactId]
    encounter_id: Subject[EncounterId]
    person_id: Subject[PersonId]
    kind: FactKind


@event(
    "capture-fact-decided",
    leaves=Leaves("capture_fact_decisions", by="decided_by", says=("decision",)),
)
class CaptureFactDecided(Event):
    """Another case officer agreed to a fact about a capture, or refused it."""

    fact_id: Subject[FactId]
    encounter_id: Subject[EncounterId]
    person_id: Subject[PersonId]
    decision: FactDecision
