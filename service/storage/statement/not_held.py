"""What verification does not compare with the log, each with its reason.

A key names a table, one of its columns (`table.column`), or a change of its rows
(`table/deleted`, `table/added`). The list only shrinks: `tests/golden/not_held.txt` pins it, and a
general test fails for a change that is neither found nor listed, and for a key of which every
change is found.
"""

from __future__ import annotations

from collections.abc import Mapping

_TIME = "the time of its event counts"
_NAME = "a name for people to read: a public digest would confirm a guess"
_WORK = "work that waits or is under way; its result is written by an event of its own"
_HEALTH = "how deliveries went lately; it decides when the next attempt is made and no more"
_RETRY = "it only finds an earlier answer again, within a day"
_SKETCH = "counts attempts for a while and is then deleted"
_SURVEY = "what was surveyed; a duty that is missed is found by the reconciliation without this"
_ONCE = "refuses a replay for two hours; a message that comes again is known by its id"
_PLACE = "where work stands; what was done is in rows written once, and a wrong place refuses"
_DRAFT = "an unfinished form that its author alone sees again, and seals anew"
_WATCH = "figures of the watch on the law; the states that follow from them have events"

NOT_HELD: Mapping[str, str] = {
    "account_subjects.linked_at": _TIME,
    "accounts.sign_in_name": _NAME,
    "application_drafts": "a form that its applicant sees and checks again",
    "batches.cancelled_at": _TIME,
    "batches.finished_at": _TIME,
    "batches.request_id": "finds the operational lines of the request, and nothing else",
    "cases.claimed_by": "who works on a case now; sealed work names its own author",
    "cases.ready_at": "the place of a waiting case in the queue; no finding rests on it",
    "cases.revision": "guards against two changes at once; a wrong one refuses the next change",
    "checkpoints.signed_at": _TIME,
    "checkpoints/deleted": "whoever was given a note holds it; the key remembers the last one",
    "clients.name": _NAME,
    "conversion_frame_states": _PLACE,
    "conversion_lot_states": _PLACE,
    "cosignatures/deleted": "the witness holds what it cosigned, and gives it again",
    "drafts": _DRAFT,
    "exchange_nonces": _ONCE,
    "exchange_queue.attempts": _WORK,
    "exchange_queue.next_attempt_at": _WORK,
    "exchange_surveys": _SURVEY,
    "failed_attempts": "counts failed sign-ins for a while",
    "hosts": "which hosts serve now; each says so again within seconds",
    "idempotency_requests": _RETRY,
    "jobs": _WORK,
    "kept_pages": "a page that a form was answered by, which only its visitor's browser opens",
    "known_sources": "decides how long a wrong password delays the next",
    "law_sketches": _WATCH,
    "law_streams": _WATCH,
    "log_lease": "which host signs now; a wrong one refuses the next signature",
    "log_followers": "how far a follower has read; it reads again, and repeats nothing",
    "logout_notices": "refuses a replay for an hour",
    "probe_sketches": _SKETCH,
    "record_changes.person_row": "whose record to read again; at a start all are read",
    "sessions.ended_at": _TIME,
    "sessions.last_seen_at": "moves with each request; a session ends earlier or later by it",
    "sessions/deleted": "whoever signed in signs in again; old sessions are cleared away",
    "sketch_packs": _SKETCH,
    "staff_persons.added_at": _TIME,
    "webhook_endpoints.circuit_since": _HEALTH,
    "webhook_endpoints.failing_since": _HEALTH,
    "webhook_endpoints.failures": _HEALTH,
    "webhook_endpoints.is_paused": _HEALTH,
    "webhook_endpoints.last_attempt_at": _HEALTH,
    "webhook_endpoints.last_fault": _HEALTH,
    "webhook_endpoints.next_attempt_at": _HEALTH,
    "webhook_endpoints.removed_at": _TIME,
    "webhook_endpoints.secret_changed_at": _TIME,
}


def not_held_because(change: str) -> str | None:
    """Return the reason why a change of a table is not held; None for one that must be found."""
    table = change.partition("/")[0].partition(".")[0]
    return NOT_HELD.get(change) or NOT_HELD.get(table)
