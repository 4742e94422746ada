"""What verification does not compare with the log, each with the reason.

A key names a table, one of its columns (`table.column`), or a change of its rows (`table/deleted`,
`table/added`). The list may only get shorter: `tests/golden/not_held.txt` pins it. A general test
fails for any change that is neither detected nor listed, and for any key whose changes are all
detected.
"""

from collections.abc import Mapping

_TIME = "the time in its event counts"
_NAME = "a name for people to read: a public digest would confirm a guess"
_WORK = "work that waits or is under way; a separate event records its result"
_HEALTH = "how recent deliveries went; this only decides when the next attempt is made"
_RETRY = "only finds an earlier answer again, within a day; bound to it by the request"
_SKETCH = "counts attempts for a limited time and is then deleted"
_SURVEY = "what was surveyed; the reconciliation finds a missed duty without it"
_ONCE = "refuses a replay for two hours; later, a repeated message is known by its id"
_DRAFT = "an unfinished form that only its author sees, and seals again"
_WATCH = "figures of the watch on the distribution; the states that follow have events"

NOT_HELD: Mapping[str, str] = {
    "account_subjects.linked_at": _TIME,
    "accounts.sign_in_name": _NAME,
    "application_drafts": "a form that its applicant sees and checks again; it opens only by the"
    " code sealed with it",
    "batches.cancelled_at": _TIME,
    "batches.finished_at": _TIME,
    "batches.request_id": "only finds the lines of the request in the operational log",
    "cases.claimed_by": "who works on a case now; sealed work names its own author",
    "cases.ready_at": "the place of a waiting case in the queue; no finding is based on it",
    "cases.revision": "guards against simultaneous changes; a wrong value makes the next"
    " change fail",
    "checkpoints.signed_at": _TIME,
    "checkpoints/deleted": "everyone who received a note still has it; the key keeps the"
    " last note",
    "clients.name": _NAME,
    "cosignatures/deleted": "the witness keeps what it cosigned, and supplies it again",
    "drafts": _DRAFT,
    "exchange_nonces": _ONCE,
    "exchange_queue.attempts": _WORK,
    "exchange_queue.next_attempt_at": _WORK,
    "exchange_surveys": _SURVEY,
    "failed_attempts": "counts failed sign-ins for a limited time",
    "hosts": "which hosts are serving; each reports again within seconds",
    "idempotency_requests": _RETRY,
    "jobs": _WORK + "; whose search answers a line is verified",
    "kept_pages": "a page that answered a form; only the browser of its visitor can open it",
    "known_sources": "decides how long a sign-in is delayed after a wrong password",
    "law_sketches": _WATCH,
    "law_streams": _WATCH,
    "log_lease": "which host signs now; a wrong value makes the next signature fail",
    "log_followers": "how far a follower has read; what it leaves out, the force reads by its"
    " own calls",
    "logout_notices": "refuses a replay for an hour",
    "probe_sketches": _SKETCH,
    "record_changes.person_row": "whose record must be read again; at start-up all "
    "records are read",
    "sessions.ended_at": _TIME,
    "sessions.last_seen_at": "changes with each request; it only decides when a session ends",
    "sessions/deleted": "people sign in again; old sessions are deleted",
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
    """Return why a change of a table is not compared with the log; None if it must be detected."""
    table = change.partition("/")[0].partition(".")[0]
    return NOT_HELD.get(change) or NOT_HELD.get(table)
