"""Checkpoints: the log as it stands is signed, and the note is stored with it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import LinkingError, LogDamagedError
from domain.outages import StoreLockedError
from domain.refusals import StorePart
from service.ports.signing import LogSigner
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import VerifierKey
from service.provenance.log.tree_heads import Checkpoint
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.roots import root_at
from service.usecases.log.state_age import demand_age_in
from service.usecases.services import StoreServices

LEASE = timedelta(seconds=10)
"""A host that is silent for longer under the lease loses it."""
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class CheckpointPlan:
    """How often checkpoints are made by a serving process."""

    events: int
    seconds: int


def make_checkpoint(services: StoreServices, signer: LogSigner) -> StoredCheckpoint:
    """Sign the log as it stands and store the note; the one there is when nothing was added.

    Raises StateBehindError when the log does not continue the checkpoint that the key remembers,
    LogDamagedError when its stored tree contradicts itself.
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
            with suppress(LinkingError):
                _give_back(services, epoch)
            raise
        return keep_checkpoint(services, checkpoint.size, note, epoch)


def _give_back(services: StoreServices, epoch: int) -> None:
    with services.units.write() as unit:
        unit.hosts.give_lease_back(epoch)
        unit.commit()


def take_signing_lease(services: StoreServices) -> int:
    """Return the epoch of the lease; another host is waited for, as long as it may hold it.

    The lease is for one signature and given back with it. A host that was paused under it and
    wakes has lost it: what it signed is not stored, because its epoch is over.

    Raises StoreLockedError when it is not free then.
    """
    until = time.monotonic() + LEASE.total_seconds() + 1
    while True:
        with services.units.write() as unit:
            epoch = unit.hosts.take_lease(services.host, LEASE)
            unit.commit()
        if epoch is not None:
            return epoch
        if time.monotonic() > until:
            raise StoreLockedError(
                "Another host is signing the log: try again.", part=StorePart.DATABASE
            )
        time.sleep(_LOOK_S)


def _covering(services: StoreServices, signer: LogSigner) -> StoredCheckpoint | None:
    """Return the checkpoint that covers the whole log, None if there is none."""
    with services.units.read() as unit:
        demand_age_in(unit, signer)
        latest = unit.checkpoints.latest()
        is_covered = latest is not None and latest.size == present_checkpoint(unit, signer).size
    return latest if is_covered else None


def present_checkpoint(unit: UnitOfWork, signer: LogSigner) -> Checkpoint:
    """Return the log as it stands, to be signed; raises LogDamagedError for a false head."""
    size, root = unit.events.size(), unit.events.root()
    if root_at(unit, size) != root:
        raise LogDamagedError("The head of the log is not the root of its tree.")
    return Checkpoint(signer.verifier.name, size, root)


def keep_checkpoint(
    services: StoreServices, size: int, note: bytes, epoch: int | None = None
) -> StoredCheckpoint:
    """Store a note of the log's first `size` events, and give back the lease of its epoch.

    Raises StoreLockedError when another host took the lease over: the note is not stored.
    """
    made = StoredCheckpoint(size, note, services.surroundings.clock())
    with services.units.write() as unit:
        if epoch is not None:
            unit.hosts.give_lease_back(epoch)
        unit.checkpoints.add(made)
        unit.commit()
        return made


def is_due(
    services: StoreServices, plan: CheckpointPlan, *, unsigned_since: datetime | None
) -> bool:
    """Whether a checkpoint is to be made now; `unsigned_since`: when the oldest event not covered
    was first seen, None when there is none."""
    waiting = unsigned_events(services)
    if waiting >= plan.events:
        return True
    if waiting == 0 or unsigned_since is None:
        return False
    # Either way: a clock that was set back must not keep the log from being signed.
    waited = abs(services.surroundings.clock() - unsigned_since)
    return waited >= timedelta(seconds=plan.seconds)


def unsigned_events(services: StoreServices) -> int:
    """Return how many events no checkpoint covers."""
    with services.units.read() as unit:
        latest = unit.checkpoints.latest()
        return unit.events.size() - (latest.size if latest else 0)


def latest_checkpoint(services: StoreServices) -> StoredCheckpoint:
    """Return the checkpoint that covers most; raises NotFoundError before the first."""
    with services.units.read() as unit:
        return existing(unit.checkpoints.latest())


def keep_cosigned(
    services: StoreServices,
    note: bytes,
    log_key: VerifierKey,
    witness_keys: tuple[VerifierKey, ...],
) -> tuple[str, ...]:
    """Store a note cosigned by witnesses and return their names.

    Raises InvalidNoteError for a note that does not verify, LogDamagedError when it is not of a
    checkpoint this log holds or no known witness has signed it.
    """
    signed = open_checkpoint(note, log_key, witness_keys)
    with services.units.write() as unit:
        stored = unit.checkpoints.covering(signed.checkpoint.size)
        if stored is None or stored.size != signed.checkpoint.size:
            raise LogDamagedError("The log holds no checkpoint of this size.")
        if open_checkpoint(stored.note, log_key).checkpoint != signed.checkpoint:
            raise LogDamagedError("The log holds another checkpoint of this size.")
        names = tuple(found.key.name for found in signed.cosignatures)
        if not names:
            raise LogDamagedError("The note has no cosignature of a known witness.")
        for name in names:
            unit.checkpoints.add_cosigned(signed.checkpoint.size, name, note)
        unit.commit()
    return names
