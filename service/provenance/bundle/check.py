"""The verification of a bundle by an outsider, without a database, a private key or a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import InvalidNoteError, LogDamagedError
from service.provenance.bundle import bundle
from service.provenance.bundle.archive import BundleArchive
from service.provenance.bundle.findings import MAX_FINDINGS, Finding, FindingCode, stopped
from service.provenance.bundle.log_check import CheckedLog, check_log
from service.provenance.bundle.state_rows import StateRow, read_row
from service.provenance.canonical import moment
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint

_FOREIGN_SIGNATURE = "A checkpoint is signed with a key that is not in the bundle."

LISTED_FINDINGS = 100
"""The number of findings that a report lists; it counts all of them."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The last checkpoint that a witness has cosigned."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The result of verifying a bundle."""

    origin: str
    """The name of the log; empty if its key could not be read."""
    is_key_given: bool
    """Whether the verifier supplied the keys; if not, only self-consistency is shown."""
    checkpoints: int
    cosigned: tuple[Cosigned, ...]
    """For each witness that cosigned a checkpoint, the last one."""
    log: CheckedLog
    findings: tuple[Finding, ...]
    """First those about the file and the keys; for each part at most `MAX_FINDINGS`."""

    @property
    def is_sound(self) -> bool:
        """Whether everything verifies."""
        return not self.findings

    def fields(self) -> dict[str, object]:
        """The report as plain values for JSON, with at most `LISTED_FINDINGS` findings."""
        return {
            "sound": self.is_sound,
            "origin": self.origin,
            "keys": "given" if self.is_key_given else "from the bundle itself",
            "events": self.log.size,
            "root": self.log.root.hex(),
            "checkpoints": self.checkpoints,
            "cosigned": [
                {"witness": seen.witness, "events": seen.size, "at": moment(seen.at)}
                for seen in self.cosigned
            ],
            "decisions": self.log.decisions,
            "links": self.log.links,
            "uncommitted_events": self.log.uncommitted,
            "findings_count": len(self.findings),
            "findings": [
                {"code": str(found.code), "detail": found.detail, "seq": found.seq}
                for found in self.findings[:LISTED_FINDINGS]
            ],
        }


def verify_bundle(
    path: Path, trusted: bundle.TrustedKeys | None = None, *, held: Sequence[bytes] = ()
) -> BundleReport:
    """Verify a bundle in one pass over its events.

    `trusted` are the public keys that the verifier obtained from an independent source. Without
    them the keys in the bundle are used, and the report says so. `held` are earlier checkpoints
    (signed notes) that the verifier or a witness has stored. A log that was reset to an older
    backup, or rewritten, does not agree with them; nothing else could show this.

    Raises OSError if the file does not exist; faults of the file are in the report.
    """
    with BundleArchive(path) as archive:
        findings: list[Finding] = []
        own = _own_keys(archive, findings)
        keys = trusted or own
        notes = {name: archive.small_part(name) for name in archive.checkpoint_names()}
        signed = _opened(notes, keys, findings)
        if own and not all(own.cover(one.note) for one in signed):
            findings.append(Finding(FindingCode.CHECKPOINT_DAMAGED, _FOREIGN_SIGNATURE))
        kept = _opened(
            {f"held {number}": note for number, note in enumerate(held)}, keys, findings
        )
        if keys and archive.small_part(bundle.HEADER_NAME) != bundle.header(keys.log.name):
            findings.append(
                Finding(FindingCode.ARCHIVE_DAMAGED, "The header does not belong to this log.")
            )
        rows = tuple(_rows(archive, findings))
        log = check_log(archive.lines(bundle.EVENTS_NAME), (*signed, *kept), rows)
        return BundleReport(
            origin=keys.log.name if keys else "",
            is_key_given=trusted is not None,
            checkpoints=len(signed),
            cosigned=_furthest(signed),
            log=log,
            findings=(*archive.findings, *findings, *log.findings),
        )


def _own_keys(archive: BundleArchive, findings: list[Finding]) -> bundle.TrustedKeys | None:
    try:
        log_keys = bundle.parse_key_lines(archive.small_part(bundle.LOG_KEY_NAME))
        witnesses = bundle.parse_key_lines(archive.small_part(bundle.WITNESS_KEYS_NAME))
    except InvalidNoteError as error:
        findings.append(Finding(FindingCode.KEY_DAMAGED, error.detail))
        return None
    if len(log_keys) != 1:
        findings.append(
            Finding(
                FindingCode.KEY_DAMAGED, "The bundle does not contain exactly one key of the log."
            )
        )
        return None
    return bundle.TrustedKeys(log_keys[0], witnesses)


def _opened(
    notes: Mapping[str, bytes], keys: bundle.TrustedKeys | None, findings: list[Finding]
) -> tuple[SignedCheckpoint, ...]:
    """Check the signatures of notes; the keys of `notes` are the names used in findings."""
    if keys is None:
        return ()
    opened = []
    for name, note in notes.items():
        try:
            opened.append(open_checkpoint(note, keys.log, keys.witnesses))
        except InvalidNoteError as error:
            findings.append(Finding(FindingCode.CHECKPOINT_DAMAGED, f"{name}: {error.detail}"))
    return tuple(opened)


def _rows(archive: BundleArchive, findings: list[Finding]) -> Iterator[StateRow]:
    faults = 0
    for line in archive.lines(bundle.STATE_NAME):
        try:
            yield read_row(line + b"\n")
        except LogDamagedError as error:
            findings.append(Finding(FindingCode.ARCHIVE_DAMAGED, error.detail))
            faults += 1
        if faults >= MAX_FINDINGS:
            findings.append(stopped("the statement of state"))
            return


def _furthest(signed: tuple[SignedCheckpoint, ...]) -> tuple[Cosigned, ...]:
    furthest: dict[str, Cosigned] = {}
    for one in sorted(signed, key=lambda each: each.checkpoint.size):
        for endorsement in one.cosignatures:
            if endorsement.at is not None:
                name = endorsement.key.name
                furthest[name] = Cosigned(name, one.checkpoint.size, endorsement.at)
    return tuple(furthest[name] for name in sorted(furthest))
