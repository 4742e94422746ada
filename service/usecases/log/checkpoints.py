"""Checkpoints: signing the present log, cosignatures of witnesses, and the stored notes."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import errors
from domain.events.links import Linked
from domain.examination.cases import Link
from domain.outages import StoreLockedError
from service.ports.signing import LogSigner
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.log.checkpoints import Checkpoint, Note, open_checkpoint, parse_note
from service.provenance.log.note_keys import VerifierKey
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.state_age import age_in, root_at
from service.usecases.services import StoreServices, WitnessPolicy

LEASE = timedelta(seconds=10)
"""A host that holds the signing lease loses it if the host is silent for longer than this."""
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class CheckpointPlan:
    """How often a serving process makes checkpoints."""

    events: int
    seconds: int


def make_checkpoint(services: StoreServices, signer: LogSigner) -> StoredCheckpoint:
    """Sign the log in its present state and store the note.

    If no events were added since the last checkpoint, return that checkpoint. Raises
    StateBehindError if the log does not continue the checkpoint stored with the key, and
    LogDamagedError if its stored tree contradicts itself.
    """
    with signer.alone():
        if (covering := _covering(services, signer)) is not None:
            return covering
        epoch = take_signing_lease(services)
        try:
            with services.units.read() as unit:
                checkpoint = present_checkpoint(unit, signer)
                note = signer.sign(checkpoint, lambda at: root_at(unit, at))
        except BaseException:
            with suppress(errors.LinkingError):
                _give_back(services, epoch)
            raise
        return keep_checkpoint(services, checkpoint.size, note, epoch)


def _give_back(services: StoreServices, epoch: int) -> None:
    with services.units.begin() as unit:
        unit.hosts.give_lease_back(epoch)


def take_signing_lease(services: StoreServices) -> int:
    """Take the signing lease and return its epoch.

    If another host holds the lease, wait as long as that host may hold it. The lease is for one
    signature and is given back with it. If a host is paused while it holds the lease, it has lost
    the lease when it wakes: what it then signs is not stored, because its epoch is over. Raises
    StoreLockedError if the lease is not free after the wait.
    """
    until = time.monotonic() + LEASE.total_seconds() + 1
    while True:
        with services.units.begin() as unit:
            epoch = unit.hosts.take_lease(services.host, LEASE)
        if epoch is not None:
            return epoch
        if time.monotonic() > until:
            raise StoreLockedError(
                "Another host is signing the log: try again.", part=errors.StorePart.DATABASE
            )
        time.sleep(_LOOK_S)


def _covering(services: StoreServices, signer: LogSigner) -> StoredCheckpoint | None:
    """Return the checkpoint that covers the whole log; None if there is none."""
    with services.units.read() as unit:
        age_in(unit, signer).demand()
        latest = unit.checkpoints.latest()
        is_covered = latest is not None and latest.size == present_checkpoint(unit, signer).size
    return latest if is_covered else None


def present_checkpoint(unit: UnitOfWork, signer: LogSigner) -> Checkpoint:
    """Return a checkpoint of the present log, to be signed.

    Raises LogDamagedError if the stored head does not match the tree.
    """
    size, root = unit.events.size(), unit.events.root()
    if root_at(unit, size) != root:
        raise errors.LogDamagedError(
            "The stored head of the log differs from the root of the log's tree."
        )
    return Checkpoint(signer.verifier.name, size, root)


def keep_checkpoint(
    services: StoreServices, size: int, note: bytes, epoch: int | None = None
) -> StoredCheckpoint:
    """Store a note of the log's first `size` events, and give back the lease of this epoch.

    Raises StoreLockedError if another host has taken over the lease; then the note is not stored.
    """
    made = StoredCheckpoint(size, note, services.now())
    with services.units.begin() as unit:
        if epoch is not None:
            unit.hosts.give_lease_back(epoch)
        unit.checkpoints.add(made)
        return made


def is_due(
    services: StoreServices, plan: CheckpointPlan, *, unsigned_since: datetime | None
) -> bool:
    """Whether a checkpoint should be made now.

    `unsigned_since` is when the oldest uncovered event was first seen; None if every event is
    covered.
    """
    waiting = unsigned_events(services)
    if waiting >= plan.events:
        return True
    if waiting == 0 or unsigned_since is None:
        return False
    # In either direction: a clock that was set back must not keep the log from being signed.
    waited = abs(services.now() - unsigned_since)
    return waited >= timedelta(seconds=plan.seconds)


def unsigned_events(services: StoreServices) -> int:
    """Return the number of events that no checkpoint covers."""
    with services.units.read() as unit:
        latest = unit.checkpoints.latest()
        return unit.events.size() - (latest.size if latest else 0)


def latest_checkpoint(services: StoreServices) -> StoredCheckpoint:
    """Return the checkpoint that covers the most events. Raises NotFoundError if there is none."""
    with services.units.read() as unit:
        return errors.existing(unit.checkpoints.latest())


def keep_cosigned(
    services: StoreServices,
    note: bytes,
    log_key: VerifierKey,
    witness_keys: tuple[VerifierKey, ...],
) -> tuple[str, ...]:
    """Store a note cosigned by witnesses and return their names.

    Raises InvalidNoteError if the note does not verify, and LogDamagedError if this log has no
    such checkpoint or no known witness has signed the note.
    """
    signed = open_checkpoint(note, log_key, witness_keys)
    with services.units.begin() as unit:
        stored = unit.checkpoints.covering(signed.checkpoint.size)
        if stored is None or stored.size != signed.checkpoint.size:
            raise errors.LogDamagedError("The log has no checkpoint for this number of events.")
        if open_checkpoint(stored.note, log_key).checkpoint != signed.checkpoint:
            raise errors.LogDamagedError(
                "The log already has a different checkpoint for the same number of events."
            )
        names = tuple(found.key.name for found in signed.cosignatures)
        if not names:
            raise errors.LogDamagedError("The note has no cosignature from a known witness.")
        for name in names:
            unit.checkpoints.add_cosigned(signed.checkpoint.size, name, note)
    return names


def cosigned_size(unit: UnitOfWork, policy: WitnessPolicy) -> int:
    """Return how many events at least `policy.needed` witnesses have cosigned; 0 if none.

    Signatures and roots are checked again, because database rows prove nothing by themselves.
    """
    furthest: dict[VerifierKey, int] = {}
    for note in unit.checkpoints.newest_cosigned():
        try:
            signed = open_checkpoint(note, policy.log_key, policy.witnesses)
        except errors.InvalidNoteError:
            continue
        head = signed.checkpoint
        if head.size <= unit.events.size() and root_at(unit, head.size) == head.root:
            for found in signed.cosignatures:
                furthest[found.key] = max(head.size, furthest.get(found.key, 0))
    sizes = sorted(furthest.values(), reverse=True)
    return sizes[policy.needed - 1] if len(sizes) >= policy.needed else 0


def may_be_told(services: StoreServices, unit: UnitOfWork) -> int | None:
    """Return how many of the first events may be disclosed to forces; None means all."""
    policy = services.witnessing
    return None if policy is None else cosigned_size(unit, policy)


def awaits_witness(services: StoreServices, unit: UnitOfWork, link: Link) -> bool:
    """Whether a link must not be disclosed yet, because its event is not cosigned."""
    told = may_be_told(services, unit)
    return told is not None and not any(
        event.seq < told
        for event in unit.events.about(link.link_id)
        if event.event_type == Linked.event_type
    )


def demand_witnessed(services: StoreServices, unit: UnitOfWork, link: Link) -> None:
    """Raise AwaitsWitnessError if a link must not leave the office yet."""
    if awaits_witness(services, unit, link):
        raise errors.AwaitsWitnessError


@dataclass(frozen=True, slots=True)
class CosignatureFollower:
    """Stores the notes that witnesses publish in the database, for use in bundles."""

    services: StoreServices
    signer: LogSigner

    def follow(self) -> int:
        """Store new notes; return how many there were."""
        with self.services.units.read() as unit:
            kept = set(unit.checkpoints.newest_cosigned())
        fresh = [one for one in self.signer.witnessed() if one.note.encode() not in kept]
        for signed in fresh:
            keys = tuple(found.key for found in signed.cosignatures)
            keep_cosigned(self.services, signed.note.encode(), self.signer.verifier, keys)
        return len(fresh)


def signed_notes(
    unit: UnitOfWork, keys: TrustedKeys, *, up_to: int | None = None
) -> tuple[bytes, ...]:
    """Return the stored checkpoints, each with the cosignatures of known witnesses.

    Raises InvalidNoteError if a note does not verify.
    """
    cosigned: dict[int, list[bytes]] = defaultdict(list)
    for given in unit.checkpoints.cosigned():
        cosigned[given.size].append(given.note)
    return tuple(
        _with_cosignatures(stored.note, cosigned[stored.size], keys)
        for stored in unit.checkpoints.every()
        if up_to is None or stored.size <= up_to
    )


def notes_of_another_history(unit: UnitOfWork) -> tuple[bytes, ...]:
    """Return the cosigned notes that differ from the stored checkpoint of the same size.

    The log's key must once have signed them, so they reveal two different histories of the log.
    Raises InvalidNoteError if a note is malformed.
    """
    texts = {stored.size: parse_note(stored.note).text for stored in unit.checkpoints.every()}
    return tuple(
        given.note
        for given in unit.checkpoints.cosigned()
        if parse_note(given.note).text != texts.get(given.size)
    )


def misfiled_notes(unit: UnitOfWork) -> Iterator[Finding]:
    """Yield a finding for each note that is stored under a wrong size or witness name."""
    for stored in unit.checkpoints.every():
        if not _is_of_size(stored.note, stored.size):
            detail = f"The checkpoint stored for {stored.size} events has a different size."
            yield Finding(FindingCode.CHECKPOINT_DAMAGED, detail)
    for given in unit.checkpoints.cosigned():
        if not (_is_of_size(given.note, given.size) and _is_signed_by(given.note, given.witness)):
            detail = (
                f"The cosignature stored for {given.size} events belongs to a different checkpoint"
            )
            yield Finding(FindingCode.CHECKPOINT_DAMAGED, f"{detail} or witness.")


def _with_cosignatures(note: bytes, others: list[bytes], keys: TrustedKeys) -> bytes:
    merged: Note = parse_note(note)
    for other in others:
        signed = open_checkpoint(other, keys.log, keys.witnesses)
        if signed.note.text != merged.text:
            continue
        known = {(found.key.name, found.key.key_id) for found in signed.cosignatures}
        for line in signed.note.signatures:
            if (line.name, line.key_id) in known:
                merged = merged.signed_also(line)
    return merged.encode()


def _is_of_size(note: bytes, size: int) -> bool:
    return note.partition(b"\n")[2].startswith(b"%d\n" % size)


def _is_signed_by(note: bytes, name: str) -> bool:
    return any(signature.name == name for signature in parse_note(note).signatures)
