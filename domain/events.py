"""Entries of the log: one for every state change, in the transaction that makes the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.access import Caller
from domain.ids import CaseId, EventId, ForceCode


class EventType(StrEnum):
    """The type of an event."""

    ENROLLED = "enrolled"
    RECORD_AMENDED = "record-amended"
    RECORD_READ = "record-read"
    SEARCHED = "searched"
    CASE_CLAIMED = "case-claimed"
    CASE_RELEASED = "case-released"
    EXEMPLAR_SHOWN = "exemplar-shown"
    ANALYSIS_SEALED = "analysis-sealed"
    COMPARISON_SEALED = "comparison-sealed"
    DECISION_SEALED = "decision-sealed"
    DIFFERENCE_RESOLVED = "difference-resolved"
    LINKED = "linked"
    NOT_LINKED = "not-linked"
    LINK_REVOKED = "link-revoked"
    DRAFT_KEPT = "draft-kept"
    EVIDENCE_UNMASKED = "evidence-unmasked"
    DISCLOSED = "disclosed"
    ERASED = "erased"
    TOKEN_ISSUED = "token-issued"  # noqa: S105 - the name of an event, not a secret
    TOKEN_REVOKED = "token-revoked"  # noqa: S105
    CLIENT_ADDED = "client-added"
    CLIENT_REVOKED = "client-revoked"
    CLIENT_KEY_ADDED = "client-key-added"
    CLIENT_KEY_REVOKED = "client-key-revoked"
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_LOCKED = "account-locked"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    PRIORITY_CHANGED = "priority-changed"
    CONTROL_INSERTED = "control-inserted"
    MODEL_CHANGED = "model-changed"
    THRESHOLDS_CHANGED = "thresholds-changed"
    INDEX_CHANGED = "index-changed"
    MERGE_PROPOSED = "merge-proposed"
    PERSONS_MERGED = "persons-merged"
    UNMERGE_PROPOSED = "unmerge-proposed"
    PERSONS_UNMERGED = "persons-unmerged"
    LOG_SEARCHED = "log-searched"
    LINK_REPLAYED = "link-replayed"
    BATCH_SUBMITTED = "batch-submitted"
    BATCH_CANCELLED = "batch-cancelled"
    BATCH_FINISHED = "batch-finished"
    WEBHOOK_ADDED = "webhook-added"
    WEBHOOK_CHANGED = "webhook-changed"
    WEBHOOK_REMOVED = "webhook-removed"
    STAFF_ENROLLED = "staff-enrolled"
    ABUSE_SUSPECTED = "abuse-suspected"
    GALLERY_CASE_OPENED = "gallery-case-opened"
    GALLERY_CASE_CONCLUDED = "gallery-case-concluded"


@dataclass(frozen=True, slots=True)
class PayloadRef:
    """An event's personal payload, as the public log refers to it."""

    ref: str
    """The vault item, an opaque id."""
    commitment: str
    """HMAC-SHA256 of the payload under the item's own key, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before the log numbers it."""

    event_id: EventId
    event_type: EventType
    at: datetime
    caller: Caller
    force: ForceCode | None
    case_id: CaseId | None = None
    subject_refs: tuple[str, ...] = ()
    """Opaque ids of the subjects; never personal data."""
    facts: tuple[tuple[str, str | int], ...] = ()
    """Public codes, digests and counts; no floats, no personal data."""
    payloads: tuple[PayloadRef, ...] = ()
    """The personal payloads of the event, kept encrypted in the vault and erasable there."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log: its number and its canonical body (RFC 8785 JSON, UTF-8)."""

    seq: int
    """Contiguous from 0."""
    event_id: EventId
    event_type: EventType
    at: datetime
    body: bytes
