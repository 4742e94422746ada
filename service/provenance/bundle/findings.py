"""What a verification finds, and the rules by which a link stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from domain.cases import Outcome
from domain.errors import LogDamagedError
from domain.events.declaring import Event
from domain.events.examination import DecisionSealed
from domain.events.links import Linked, LinkRevoked
from service.provenance.canonical import EventBody


class FindingCode(StrEnum):
    """The kinds of faults; each is a failure."""

    ARCHIVE_DAMAGED = "archive-damaged"
    """The bundle's file cannot be read as written: a bad checksum, a part missing or too many."""
    KEY_DAMAGED = "key-damaged"
    """A public key in the bundle is malformed."""
    CHECKPOINT_DAMAGED = "checkpoint-damaged"
    """A checkpoint is malformed, or a signature on it does not verify, or it is another log's."""
    NO_CHECKPOINT = "no-checkpoint"
    """Nothing is signed at all."""
    FORK = "fork"
    """The log signed two histories of one length."""
    ROOT_DIFFERS = "root-differs"
    """The events are not those of a signed checkpoint: changed, removed, added or reordered."""
    LOG_SHORTENED = "log-shortened"
    """A signed checkpoint speaks of more events than there are."""
    STATE_BEHIND = "state-behind"
    """The log does not continue the checkpoint that its signing key remembers."""
    UNSIGNED_TAIL = "unsigned-tail"
    """Events follow after the last checkpoint."""
    EVENT_DAMAGED = "event-damaged"
    """An event is not the canonical form of a body."""
    GAP = "gap"
    """An event has another number than its place."""
    EVENT_REPEATED = "event-repeated"
    """Two events have one id."""
    TIME_BACKWARDS = "time-backwards"
    """An event is dated before the one that precedes it."""
    TIME_AHEAD = "time-ahead"
    """An event is dated after a witness had already cosigned it."""
    LINK_UNSUPPORTED = "link-unsupported"
    """A link without two sealed identifications of one candidate by two persons."""
    REVOCATION_WITHOUT_LINK = "revocation-without-link"
    """A revocation of a link that was never made."""
    ROW_WITHOUT_EVENT = "row-without-event"
    """A row of the state that no event speaks of, or whose actor is not the event's."""
    ROW_CHANGED = "row-changed"
    """A row, or one that belongs to it, is not as the event that committed to it left it."""
    EVENT_WITHOUT_ROW = "event-without-row"
    """A decision, link or revocation in the log that the state does not hold."""
    COLUMN_DIFFERS = "column-differs"
    """A column beside an event, by which auditors search, contradicts its body."""
    NODE_DIFFERS = "node-differs"
    """A stored node of the tree is not the hash of its subtree."""
    CHECKING_STOPPED = "checking-stopped"
    """So much is wrong that the rest was hashed and counted, and not looked at one by one."""
    ROW_MISDERIVED = "row-misderived"
    """A row that follows from others is missing, or there without them."""
    PAYLOAD_MISOWNED = "payload-misowned"
    """A stored payload that several rows name as their own, or none does."""
    PAYLOAD_GONE = "payload-gone"
    """A payload that an event committed to is not stored, and its key was not destroyed."""
    PAYLOAD_DAMAGED = "payload-damaged"
    """A stored payload does not open: it or its key was changed, moved or lost."""


MAX_FINDINGS = 10_000
"""How many findings of one part are kept; at the last, looking at that part stops."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    code: FindingCode
    detail: str
    """A sentence; it names numbers and parts, and repeats no content."""
    seq: int | None = None
    """The number of the event, where it is about one."""


def first_findings(found: Iterable[Finding], part: str) -> Iterator[Finding]:
    """Yield at most `MAX_FINDINGS`, then one that says that looking at the part stopped."""
    rest = iter(found)
    yield from islice(rest, MAX_FINDINGS)
    if next(rest, None) is not None:
        yield stopped(part)


def stopped(part: str) -> Finding:
    """Return the finding that looking at a part stopped."""
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
            "A link does not stand on two sealed identifications of its candidate by two persons.",
            body.seq,
        )

    def _revoke(self, body: EventBody, event: Event | None) -> Finding | None:
        if isinstance(event, LinkRevoked) and event.link_id in self._links:
            return None
        return Finding(
            FindingCode.REVOCATION_WITHOUT_LINK,
            "A revocation is of a link that the log does not hold before it.",
            body.seq,
        )


def _typed(body: EventBody) -> Event | None:
    try:
        return body.typed()
    except LogDamagedError:
        return None
