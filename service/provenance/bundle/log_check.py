"""Verifies a whole log in one pass: hashes, numbers, times, links and rows.

The same pass is used for a bundle and for the live database. Every event is hashed as stored. At
the size of each signed checkpoint, the root of the growing tree is compared with the checkpoint,
which proves that all checkpoints agree with each other and with the events.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from domain.errors import LogDamagedError
from service.provenance.bundle.findings import (
    MAX_FINDINGS,
    Finding,
    FindingCode,
    LinkLedger,
    first_findings,
    stopped,
)
from service.provenance.bundle.state_rows import RowLedger, StateRow
from service.provenance.canonical import EventBody, read_event
from service.provenance.log.checkpoints import SignedCheckpoint
from service.provenance.log.merkle import EMPTY, Frontier, advance, leaf_hash

MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of the log may be ahead of a witness's clock."""


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """The result of verifying a whole log."""

    size: int
    root: bytes
    decisions: int
    links: int
    last_at: datetime | None
    uncommitted: int
    """Events of types that now commit to rows, from releases that did not do so yet."""
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not self.findings


def check_log(
    bodies: Iterable[bytes], checkpoints: Sequence[SignedCheckpoint], rows: Iterable[StateRow] = ()
) -> CheckedLog:
    """Verify a log from its first event; `bodies` are in order, and each is read once.

    The signatures of `checkpoints`, in any order, are already checked (`open_checkpoint`). A fault
    becomes a finding, at most `MAX_FINDINGS` for each part, and the pass goes on.
    """
    reading = _Reading(rows)
    leaves = map(reading.leaf, bodies)
    ordered = sorted(checkpoints, key=lambda signed: signed.checkpoint.size)
    findings: list[Finding] = list(_forks(ordered))
    frontier, proved = EMPTY, 0
    for signed in ordered:
        frontier = advance(frontier, islice(leaves, signed.checkpoint.size - frontier.size))
        findings += _against(signed, frontier, proved)
        findings += _ahead_of_witness(signed, reading.last_at)
        proved = frontier.size if frontier.root == signed.checkpoint.root else proved
    signed_size = frontier.size
    frontier = advance(frontier, leaves)
    if frontier.size > signed_size or not ordered:
        findings.append(_unsigned(signed_size, frontier.size, has_any=bool(ordered)))
    return CheckedLog(
        size=frontier.size,
        root=frontier.root,
        decisions=reading.links.decisions,
        links=reading.links.links,
        last_at=reading.last_at,
        uncommitted=reading.rows.uncommitted,
        findings=(*reading.findings, *findings, *reading.rest()),
    )


class _Reading:
    """The state of one pass over the events."""

    def __init__(self, rows: Iterable[StateRow]) -> None:
        self.findings: list[Finding] = []
        self.links = LinkLedger()
        self.rows = RowLedger(rows)
        self.last_at: datetime | None = None
        self._seq = 0
        self._event_ids: set[str] = set()
        self._is_stopped = False

    def leaf(self, body: bytes) -> bytes:
        """Check an event, record its faults, and return its leaf hash.

        After `MAX_FINDINGS` faults, the remaining events are only hashed, which is fast and uses
        bounded memory.
        """
        if not self._is_stopped:
            self._look(body)
        self._seq += 1
        return leaf_hash(body)

    def rest(self) -> Iterator[Finding]:
        """Yield the findings that are known only after the last event: rows without an event."""
        if not self._is_stopped:
            yield from first_findings(self.rows.rest(), "rows")

    def _look(self, body: bytes) -> None:
        try:
            self._check(read_event(body))
        except LogDamagedError as error:
            self.findings.append(Finding(FindingCode.EVENT_DAMAGED, error.detail, self._seq))
        if len(self.findings) >= MAX_FINDINGS:
            self._is_stopped = True
            self.findings.append(stopped("events"))

    def _check(self, body: EventBody) -> None:
        self.findings += filter(None, (self.links.read(body), self.rows.read(body)))
        if body.seq != self._seq:
            self._find(FindingCode.GAP, f"The event at position {self._seq} has another number.")
        if self.last_at is not None and body.at < self.last_at:
            self._find(FindingCode.TIME_BACKWARDS, "An event is dated before the previous event.")
        else:
            self.last_at = body.at
        if body.event_id in self._event_ids:
            self._find(FindingCode.EVENT_REPEATED, "An event has the same id as an earlier event.")
        self._event_ids.add(body.event_id)

    def _find(self, code: FindingCode, detail: str) -> None:
        self.findings.append(Finding(code, detail, self._seq))


def _against(signed: SignedCheckpoint, frontier: Frontier, proved: int) -> Iterator[Finding]:
    """Compare the tree with a signed checkpoint, which confirms the first `proved` events."""
    size = signed.checkpoint.size
    if frontier.size < size:
        yield Finding(
            FindingCode.LOG_SHORTENED,
            f"A checkpoint covers {size} events, but there are only {frontier.size}.",
        )
    elif frontier.root != signed.checkpoint.root:
        yield Finding(
            FindingCode.ROOT_DIFFERS,
            f"The events from {proved} up to the checkpoint at {size} differ from those"
            " that were signed.",
            proved,
        )


def _ahead_of_witness(signed: SignedCheckpoint, last_at: datetime | None) -> Iterator[Finding]:
    size = signed.checkpoint.size
    for endorsement in signed.cosignatures:
        if last_at and endorsement.at and last_at > endorsement.at + MAX_CLOCK_SKEW:
            yield Finding(
                FindingCode.TIME_AHEAD,
                f"An event is dated after a witness cosigned the first {size} events.",
                size - 1,
            )


def _forks(ordered: Sequence[SignedCheckpoint]) -> Iterator[Finding]:
    roots: dict[int, bytes] = {}
    for signed in ordered:
        size, root = signed.checkpoint.size, signed.checkpoint.root
        if roots.setdefault(size, root) != root:
            yield Finding(
                FindingCode.FORK, f"The log signed two different histories of {size} events."
            )


def _unsigned(signed_size: int, size: int, *, has_any: bool) -> Finding:
    if not has_any:
        return Finding(FindingCode.NO_CHECKPOINT, "There is no checkpoint with a valid signature.")
    return Finding(
        FindingCode.UNSIGNED_TAIL,
        f"No checkpoint covers the last {size - signed_size} events.",
        signed_size,
    )
