"""The events of retention, of a review, and of publications."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from domain.events.declaring import Event
from domain.events.publication import (
    AuditPackMade,
    Counted,
    InformationAnswered,
    StatisticsReleased,
)
from domain.events.retention import (
    CaptureFactDecided,
    CaptureFactStated,
    PrintsCalledBack,
    PrintsDestroyed,
    PrintsHidden,
    PurgePlanned,
    PurgeRecounted,
    PurgeReleased,
    PurgeSettled,
    RetentionProposed,
    RetentionReviewed,
)
from domain.ids import EncounterId, ErasureId, PersonId, RequestId
from domain.publication import InformationOutcome, Stage
from domain.retention.capture_facts import FactDecision, FactId, FactKind
from domain.retention.retention import PlanId, ReviewDecision, ReviewGround, Settled


def retention_events() -> Iterator[Event]:
    """Yield one event of each type."""
    plan_id, person_id = PlanId("plan-1"), PersonId("person-1")
    yield PurgePlanned(
        plan_id, people=50, due=1, kept=47, reviews=2, added=1, gone=0, refusal=None
    )
    yield PurgeRecounted("recount-1", plan_id, due=1, missing=0, beyond=0, reviews=2)
    yield PurgeReleased(plan_id, number=2)
    yield PurgeSettled("settlement-1", plan_id, person_id, Settled.HIDDEN, ErasureId("erasure-1"))
    yield PrintsHidden("settlement-2", person_id, 1, datetime(2026, 3, 5, tzinfo=UTC))
    yield PrintsCalledBack("settlement-2", person_id)
    yield PrintsDestroyed("settlement-3", person_id)
    ruling = (ReviewDecision.KEEP, ReviewGround.FACTS_ESTABLISHED)
    yield RetentionProposed(RequestId("request-1"), person_id, 5, *ruling)
    yield RetentionReviewed(RequestId("request-1"), person_id, *ruling)
    about = (FactId("fact-1"), EncounterId("encounter-1"), person_id)
    yield CaptureFactStated(*about, FactKind.COURT_EXTENSION)
    yield CaptureFactDecided(*about, FactDecision.AGREED)


def publication_events() -> Iterator[Event]:
    """Yield one event of each type."""
    yield Counted("request-1", 5, Stage.CLOSED, "conviction-information", "information")
    yield StatisticsReleased("release-1", "2026Q3", 1, "0" * 64, on_log_size=9)
    yield InformationAnswered(RequestId("request-2"), 5, InformationOutcome.DISCLOSED, hours=2)
    yield AuditPackMade("0" * 64, "2026-01-01", "2026-12-31", seed=7, samples=3, on_log_size=9)
