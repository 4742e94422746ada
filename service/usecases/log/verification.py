"""Verifying a live store against its log: every event, node, column and row, in one snapshot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import InvalidNoteError, LogDamagedError, StoreUnavailableError
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import Finding, FindingCode, first_findings
from service.provenance.bundle.log_check import CheckedLog, check_log
from service.provenance.canonical import moment
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint
from service.provenance.log.merkle import EMPTY_ROOT, leaf_hash, node_hash
from service.storage.log.state import IndexedEvent, State
from service.storage.statement.both_ways import OwedDigests, StatedDigests
from service.storage.statement.reading import Astray, Fault
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import misfiled_notes, notes_of_another_history, signed_notes
from service.usecases.log.payloads import (
    SAMPLED_PAYLOADS,
    CommittedPayloads,
    OpenedPayloads,
    open_payloads,
)
from service.usecases.services import StoreServices

LISTED_FINDINGS = 100

TYPES = "the types of values"
SCHEMA = "the schema of the database"
COVERED = (
    TYPES,
    "events, checkpoints and columns",
    "rows against events, in both directions",
    "parts against their rows",
    "payloads against owners and keys",
    "derived tables against their queries",
)
"""What every verification of a store compares."""
EVERY_PAYLOAD = "the content of every payload"
SAMPLED = f"the content of {SAMPLED_PAYLOADS:,} payloads at most (--deep: of all)"


@dataclass(frozen=True, slots=True)
class StoreReport:
    """The result of verifying a live store."""

    checkpoints: int
    unsigned_events: int
    """The newest events, not yet covered by a checkpoint: normal for a log in use."""
    log: CheckedLog
    payloads: OpenedPayloads
    sample_seed: str
    """The log root, in hexadecimal, from which the sample of payloads was drawn."""
    covers: tuple[str, ...]
    """What was compared, in words."""

    @property
    def is_sound(self) -> bool:
        """Whether everything verifies."""
        return self.log.is_sound

    def with_findings(self, found: Sequence[Finding]) -> StoreReport:
        """Return the report with findings from outside the database added at the front."""
        return replace(self, log=replace(self.log, findings=(*found, *self.log.findings)))

    def fields(self) -> dict[str, object]:
        """Return the report as plain values for JSON, with at most `LISTED_FINDINGS` findings."""
        return {
            "sound": self.is_sound,
            "events": self.log.size,
            "root": self.log.root.hex(),
            "checkpoints": self.checkpoints,
            "unsigned_events": self.unsigned_events,
            "decisions": self.log.decisions,
            "links": self.log.links,
            "payloads_opened": self.payloads.opened,
            "covers": list(self.covers),
            "sample_seed": self.sample_seed,
            "uncommitted_events": self.log.uncommitted,
            "findings_count": len(self.log.findings),
            "findings": [
                {"code": str(found.code), "detail": found.detail, "seq": found.seq}
                for found in self.log.findings[:LISTED_FINDINGS]
            ],
        }


def verify_store(
    services: StoreServices,
    keys: TrustedKeys,
    *,
    held: Sequence[bytes] = (),
    is_deep: bool = False,
    check_keys: Callable[[], None] = lambda: None,
) -> StoreReport:
    """Verify the store without changing it; all faults are in the report.

    `held` are checkpoints that the verifier or a witness kept from earlier. A sample of the
    payloads is opened, or all of them if `is_deep`. `check_keys` raises the outage of missing or
    wrong keys, with which no payload could be opened. An outage is raised, because it is not a
    finding; but if there are other findings, those are reported instead.
    """
    with services.units.read() as unit:
        if mistyped := tuple(_astray(unit.state.mistyped())):
            return _unread(mistyped, "mend the values of the wrong type", TYPES)
        findings: list[Finding] = []
        notes = _notes(unit, keys, findings)
        signed = _opened((*notes, *held), keys, findings)
        watched = _Watched(unit.state)
        owed = OwedDigests()
        log = check_log(watched.bodies(), signed, unit.state.rows_owing(owed))
        findings += watched.findings
        findings += _astray(unit.state.astray(owed, watched.stated))
        findings += _head(unit, log)
        findings += filter(_is_fault, log.findings)
        last = max(signed, key=lambda one: one.checkpoint.size, default=None)
        seed = log.root if last is None else last.checkpoint.root
        payloads = OpenedPayloads()
        if _keys_are_there(check_keys, findings):
            findings += first_findings(watched.committed.gone(unit.state), "payloads")
            payloads = open_payloads(unit.state, seed, is_deep=is_deep)
        return StoreReport(
            checkpoints=len(notes),
            unsigned_events=log.size - (0 if last is None else last.checkpoint.size),
            log=replace(log, findings=(*findings, *payloads.findings)),
            payloads=payloads,
            sample_seed=seed.hex(),
            covers=(*COVERED, EVERY_PAYLOAD if is_deep else SAMPLED),
        )


def verify_store_and_schema(
    services: StoreServices,
    keys: TrustedKeys,
    *,
    held: Sequence[bytes] = (),
    is_deep: bool = False,
    check_keys: Callable[[], None] = lambda: None,
) -> StoreReport:
    """Verify the store as `verify_store` does, and that its schema is the one that is declared.

    Whoever owns the database can drop what refuses changes, without changing a row.
    """
    with services.units.read() as unit:
        altered = unit.state.altered_schema()
    findings = [Finding(FindingCode.SCHEMA_ALTERED, part.detail) for part in altered]
    if any(part.hides_rows for part in altered):
        return _unread(findings, "restore what is missing", SCHEMA)
    report = verify_store(services, keys, held=held, is_deep=is_deep, check_keys=check_keys)
    return replace(report.with_findings(findings), covers=(SCHEMA, *report.covers))


def _unread(found: Sequence[Finding], remedy: str, covered: str) -> StoreReport:
    """Return the report on a store with values that cannot be read, and so not be compared."""
    detail = f"Nothing else was compared: {remedy}, and verify again."
    findings = (*found, Finding(FindingCode.CHECKING_STOPPED, detail))
    log = CheckedLog(0, EMPTY_ROOT, 0, 0, None, 0, findings)
    return StoreReport(0, 0, log, OpenedPayloads(), "", (covered,))


_CODES: Mapping[Fault, FindingCode] = {
    Fault.MISTYPED: FindingCode.ROW_CHANGED,
    Fault.UNREADABLE: FindingCode.ROW_CHANGED,
    Fault.WITHOUT_EVENT: FindingCode.ROW_WITHOUT_EVENT,
    Fault.WITHOUT_WHOLE: FindingCode.ROW_WITHOUT_EVENT,
    Fault.SHARED_PAYLOAD: FindingCode.PAYLOAD_MISOWNED,
    Fault.WITHOUT_OWNER: FindingCode.PAYLOAD_MISOWNED,
    Fault.LACKING: FindingCode.ROW_MISDERIVED,
    Fault.MISPLACED: FindingCode.ROW_MISDERIVED,
    Fault.STRANGE: FindingCode.ROW_MISDERIVED,
}


def _astray(rows: Iterable[Astray]) -> Iterator[Finding]:
    """Yield a finding for each row that nothing accounts for, up to a limit for each kind."""
    return first_findings((Finding(_CODES[one.fault], one.detail) for one in rows), "rows")


def _keys_are_there(check_keys: Callable[[], None], findings: Sequence[Finding]) -> bool:
    """Whether payloads can be opened. Raises the outage if there are no other findings."""
    try:
        check_keys()
    except StoreUnavailableError:
        if not findings:
            raise
        return False
    return True


def _is_fault(finding: Finding) -> bool:
    """Whether a finding is a fault in a log in use, whose newest events will soon be signed."""
    return finding.code not in {FindingCode.UNSIGNED_TAIL, FindingCode.NO_CHECKPOINT}


def _notes(unit: UnitOfWork, keys: TrustedKeys, findings: list[Finding]) -> tuple[bytes, ...]:
    try:
        findings += misfiled_notes(unit)
        return (*signed_notes(unit, keys), *notes_of_another_history(unit))
    except InvalidNoteError as error:
        findings.append(Finding(FindingCode.CHECKPOINT_DAMAGED, error.detail))
        return ()


def _opened(
    notes: Sequence[bytes], keys: TrustedKeys, findings: list[Finding]
) -> tuple[SignedCheckpoint, ...]:
    opened = []
    for note in notes:
        try:
            opened.append(open_checkpoint(note, keys.log, keys.witnesses))
        except InvalidNoteError as error:
            findings.append(Finding(FindingCode.CHECKPOINT_DAMAGED, error.detail))
    return tuple(opened)


def _head(unit: UnitOfWork, log: CheckedLog) -> Iterator[Finding]:
    try:
        size, root = unit.events.size(), unit.events.root()
        gallery, records, last_at = unit.events.ends()
    except LogDamagedError as error:
        yield Finding(FindingCode.ROOT_DIFFERS, error.detail)
        return
    if (size, root) != (log.size, log.root):
        yield Finding(FindingCode.ROOT_DIFFERS, "The head of the log does not match its events.")
    if unit.state.feed_ends() != ((gallery, gallery), (records, records)):
        detail = "The number of changes in the head of the log differs from the number in a feed."
        yield Finding(FindingCode.COLUMN_DIFFERS, detail)
    if last_at != log.last_at:
        detail = "The time in the head of the log differs from that of the last event."
        yield Finding(FindingCode.COLUMN_DIFFERS, detail)


class _Watched:
    """Passes the event bodies on, and checks the stored columns and nodes on the way."""

    def __init__(self, state: State) -> None:
        self.findings: list[Finding] = []
        self._state = state
        self._digests: list[bytes] = []
        self._size = 0
        self._levels: list[Iterator[bytes]] = []
        self._nodes = 0
        self._subjects = 0
        self.committed = CommittedPayloads()
        self.stated = StatedDigests()

    def bodies(self) -> Iterator[bytes]:
        for indexed in self._state.indexed_events():
            self._check_columns(indexed)
            self._check_nodes(indexed)
            self.committed.read(indexed.body, indexed.seq)
            for digest in _ROW.findall(indexed.body):
                self.stated.add(digest.decode(), indexed.seq)
            yield indexed.body
        self._check_subjects()
        self._check_payloads()
        if self._state.node_count() != self._nodes:
            self._find(FindingCode.NODE_DIFFERS, "More nodes are stored than the events require.")

    def _check_columns(self, indexed: IndexedEvent) -> None:
        if not _agrees(indexed):
            detail = "The stored columns of an event differ from its body."
            self._find(FindingCode.COLUMN_DIFFERS, detail, indexed.seq)

        self._subjects += sum(hash(f"{indexed.seq} {ref}") for ref in _refs(indexed.body))

    def _check_subjects(self) -> None:
        """Compare the stored list of subjects with the event bodies: both are sets of pairs,
        compared by sums of hashes.

        The hash is keyed differently in each process, so nobody can prepare another set with an
        equal sum, and neither set has to be sorted or kept. The hash is that of one text, never of
        a tuple: a tuple mixes its parts' hashes without a key and almost linearly, so two events
        could exchange their subjects without changing the sum.
        """
        if sum(map(hash, self._state.subjects())) != self._subjects:
            detail = (
                "The stored list of the subjects of events differs from the bodies of the events."
            )
            self._find(FindingCode.COLUMN_DIFFERS, detail)

    def _check_payloads(self) -> None:
        """Check that an event committed to each stored payload."""
        if unknown := self.committed.strangers(self._state):
            detail = f"No event committed to {unknown} of the stored payloads."
            self._find(FindingCode.ROW_WITHOUT_EVENT, detail)

    def _check_nodes(self, indexed: IndexedEvent) -> None:
        """Compare the nodes that an event completes with the stored nodes.

        This repeats the steps of `merkle.append` without an object for each node: there are two
        nodes for every event.
        """
        digest, level, index = leaf_hash(indexed.body), 0, self._size
        self._check_node(level, index, digest)
        while index & 1:
            digest = node_hash(self._digests.pop(), digest)
            level, index = level + 1, index >> 1
            self._check_node(level, index, digest)
        self._digests.append(digest)
        self._size += 1

    def _check_node(self, level: int, index: int, digest: bytes) -> None:
        self._nodes += 1
        if level == len(self._levels):
            self._levels.append(self._state.nodes_of_level(level))
        if next(self._levels[level], b"") != digest:
            detail = f"Node {index} of level {level} is not the hash of its events."
            self._find(FindingCode.NODE_DIFFERS, detail, index << level)

    def _find(self, code: FindingCode, detail: str, seq: int | None = None) -> None:
        self.findings.append(Finding(code, detail, seq))


def _agrees(indexed: IndexedEvent) -> bool:
    """Whether the body has the values of the columns in the expected places.

    No value contains a quotation mark, so these places cannot be forged. The reader of the body
    checks whether it is in canonical form.
    """
    body = indexed.body
    begins = (
        f'{{"actor":"{indexed.actor}","at":"{moment(indexed.at)}","case_id":"{indexed.case_id}"'
        f',"event_id":"{indexed.event_id}","facts":{{'
    )
    return (
        body.startswith(begins.encode())
        and body.endswith(f'],"type":"{indexed.event_type}"}}'.encode())
        and f',"seq":{indexed.seq},"subject_refs":['.encode() in body
        and f',"force":"{indexed.force}","on_behalf_of":'.encode() in body
    )


_ROW = re.compile(rb'"rows_sha256_[0-9]+":"([0-9a-f]{64})"')


def _refs(body: bytes) -> set[str]:
    """Return the subjects of a body, each once. They are in its last field but one."""
    _, _, tail = body.rpartition(b',"subject_refs":[')
    listed, _, _ = tail.partition(b"]")
    return set(listed.decode(errors="replace")[1:-1].split('","')) if listed else set()
