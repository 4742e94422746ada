"""What a verification can find, and the rules that decide whether a link is valid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from domain.errors import LogDamagedError
from domain.events.declaring import Event
from domain.events.examination import DecisionSealed
from domain.events.links import Linked, LinkRevoked
from domain.examination.cases import Outcome
from service.provenance.canonical import EventBody


class FindingCode(StrEnum):
    """The kinds of faults; each of them makes the verification fail."""

    ARCHIVE_DAMAGED = "archive-damaged"
    """The bundle's file is damaged: a wrong checksum, or a part missing or too many."""
    KEY_DAMAGED = "key-damaged"
    """A public key in the bundle is malformed."""
    CHECKPOINT_DAMAGED = "checkpoint-damaged"
    """A checkpoint is malformed, has a wrong signature, or belongs to another log."""
    NO_CHECKPOINT = "no-checkpoint"
    """No checkpoint is signed."""
    FORK = "fork"
    """The log signed two different histories of the same length."""
    ROOT_DIFFERS = "root-differs"
    """Events differ from a signed checkpoint: changed, removed, added or reordered."""
    LOG_SHORTENED = "log-shortened"
    """A signed checkpoint covers more events than there are."""
    STATE_BEHIND = "state-behind"
    """The log does not continue the checkpoint stored with its signing key."""
    UNSIGNED_TAIL = "unsigned-tail"
    """There are events after the last checkpoint."""
    EVENT_DAMAGED = "event-damaged"
    """An event is not a body in canonical form."""
    GAP = "gap"
    """An event's number differs from its position."""
    EVENT_REPEATED = "event-repeated"
    """Two events have the same id."""
    TIME_BACKWARDS = "time-backwards"
    """An event is dated before the previous event."""
    TIME_AHEAD = "time-ahead"
    """An event is dated after a witness had already cosigned it."""
    LINK_UNSUPPORTED = "link-unsupported"
    """A link is not backed by sealed identifications of the same candidate by two persons."""
    REVOCATION_WITHOUT_LINK = "revocation-without-link"
    """A link was revoked that was never made."""
    ROW_WITHOUT_EVENT = "row-without-event"
    """A row of the state has no event, or its actor differs from the event's actor."""
    ROW_CHANGED = "row-changed"
    """A row, or a row that belongs to it, was changed after the event that committed to it."""
    EVENT_WITHOUT_ROW = "event-without-row"
    """The state lacks a decision, link or revocation that is in the log."""
    COLUMN_DIFFERS = "column-differs"
    """A column beside an event, which auditors use for searching, contradicts the event's body."""
    NODE_DIFFERS = "node-differs"
    """A stored node of the tree is not the hash of its subtree."""
    CHECKING_STOPPED = "checking-stopped"
    """Faults are so many, or such, that the rest was not checked one by one."""
    ROW_MISDERIVED = "row-misderived"
    """A row that is derived from other rows is missing, or is present without them."""
    SCHEMA_ALTERED = "schema-altered"
    """A trigger, check or other part of the database's schema is not as the service made it."""
    PAYLOAD_MISOWNED = "payload-misowned"
    """A stored payload is claimed by several rows, or by none."""
    PAYLOAD_GONE = "payload-gone"
    """A payload that an event committed to is not stored, although its key was not destroyed."""
    PAYLOAD_DAMAGED = "payload-damaged"
    """A stored payload cannot be opened: the payload or its key was changed, moved or lost."""


MAX_FINDINGS = 10_000
"""The most findings stored for one part; at this number the check of the part stops."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that was found."""

    code: FindingCode
    detail: str
    """One sentence, which names numbers and parts but repeats no content."""
    seq: int | None = None
    """The number of the event, if the finding is about an event."""


def first_findings(found: Iterable[Finding], part: str) -> Iterator[Finding]:
    """Yield at most `MAX_FINDINGS`, then a finding that the check was cut short."""
    rest = iter(found)
    yield from islice(rest, MAX_FINDINGS)
    if next(rest, None) is not None:
        yield stopped(part)


def stopped(part: str) -> Finding:
    """Return the finding that the check of a part was cut short."""
    detail = f"There are more than {MAX_FINDINGS:,} findings about {part}: the rest is not listed."
    return Finding(FindingCode.CHECKING_STOPPED, detail)


MIN_PERSONS = 2
_READ = frozenset(kind.event_type for kind in (DecisionSealed, Linked, LinkRevoked))


@dataclass(frozen=True, slots=True)
class _Identification:
    decision_id: str
    candidate_id: str | None
    person: str


class LinkLedger:
    """Reads events in order and checks each link against the decisions sealed before it."""

    def __init__(self) -> None:
        self._by_case: dict[str, list[_Identification]] = {}
        self._links: set[str] = set()
        self.decisions = 0
        self.links = 0

    def read(self, body: EventBody) -> Finding | None:
        """Take the next event; return its faults if it is a link or a revocation."""
        if body.event_type not in _READ:
            return None
        event = _typed(body)
        if body.event_type == DecisionSealed.event_type:
            self._seal(body, event)
            return None
        if body.event_type == Linked.event_type:
            return self._link(body, event)
        return self._revoke(body, event)

    def _seal(self, body: EventBody, event: Event | None) -> None:
        self.decisions += 1
        if not body.case_id or not isinstance(event, DecisionSealed):
            return
        if event.outcome is Outcome.IDENTIFIED:
            sealed = _Identification(event.decision_id, event.candidate_id, body.actor)
            self._by_case.setdefault(body.case_id, []).append(sealed)

    def _link(self, body: EventBody, event: Event | None) -> Finding | None:
        self.links += 1
        if isinstance(event, Linked):
            self._links.add(event.link_id)
            persons = {
                sealed.person
                for sealed in self._by_case.get(body.case_id or "", [])
                if sealed.decision_id in event.decision_ids
                and sealed.candidate_id == event.candidate_id
            }
            if len(persons) >= MIN_PERSONS:
                return None
        return Finding(
            FindingCode.LINK_UNSUPPORTED,
            "A link is not backed by two sealed identifications of its candidate by two persons.",
            body.seq,
        )

    def _revoke(self, body: EventBody, event: Event | None) -> Finding | None:
        if isinstance(event, LinkRevoked) and event.link_id in self._links:
            return None
        return Finding(
            FindingCode.REVOCATION_WITHOUT_LINK,
            "A revoked link does not appear in the log before its revocation.",
            body.seq,
        )


def _typed(body: EventBody) -> Event | None:
    try:
        return body.typed()
    except LogDamagedError:
        return None
