"""The age of the state: the log held against the checkpoint that its signing key remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidNoteError, LogDamagedError, StateBehindError
from service.ports.signing import LogSigner, Remembered
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import VerifierKey
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.roots import root_at
from service.usecases.services import StoreServices


class AgeFault(StrEnum):
    """The ways in which a log does not continue the memory of its key."""

    SHORTER = "shorter"
    """The key signed more events than there are."""
    DIFFERENT = "different"
    """The events that the key signed are others."""
    MEMORY_MISSING = "memory-missing"
    """The key remembers nothing, and a checkpoint is stored."""
    MEMORY_DAMAGED = "memory-damaged"
    """The memory cannot be read, or another key signed it."""


@dataclass(frozen=True, slots=True)
class StateAge:
    """What the key remembers, and what the database holds."""

    fault: AgeFault | None
    remembered: Remembered | None
    size: int
    root: bytes
    last_event_at: datetime | None
    agreed: StoredCheckpoint | None
    """The newest stored checkpoint by this key that the log continues."""

    @property
    def sentence(self) -> str:
        """The state in one sentence, without the remedy."""
        signed = self.remembered.checkpoint.size if self.remembered else 0
        match self.fault:
            case None:
                return "The database continues the checkpoint that the keys remember."
            case AgeFault.SHORTER:
                return (
                    f"The database has {self.size} events, and the keys remember {signed}: events"
                    " are missing."
                )
            case AgeFault.DIFFERENT:
                return f"The first {signed} events are not those that the keys remember."
            case AgeFault.MEMORY_MISSING:
                return "The keys remember no checkpoint, and the database holds one."
            case AgeFault.MEMORY_DAMAGED:
                return "The file checkpoint.last of the keys is damaged or of another key."

    def demand(self) -> None:
        """Raise StateBehindError unless the log continues the memory."""
        if self.fault is not None:
            raise StateBehindError(
                f"{self.sentence} `identlink log age` tells which of the two is right."
            )


def age_of(services: StoreServices, signer: LogSigner) -> StateAge:
    """Hold the log against the memory of its key; nothing is changed."""
    # The memory is read first: a log that has grown since continues it.
    remembered, is_damaged = _remembered(signer)
    with services.units.read() as unit:
        found = _age(unit, remembered, signer.verifier, is_damaged=is_damaged)
    if found.fault is AgeFault.MEMORY_MISSING and signer.remembered() is not None:
        # Another process signed the first checkpoint in the meantime.
        return age_of(services, signer)
    return found


def demand_age(services: StoreServices, signer: LogSigner) -> None:
    """Raise StateBehindError unless the log continues the memory of its key."""
    age_of(services, signer).demand()


def demand_age_in(unit: UnitOfWork, signer: LogSigner) -> None:
    """Demand it in a snapshot, inside `signer.alone()`; raises StateBehindError."""
    age_in(unit, signer).demand()


def age_in(unit: UnitOfWork, signer: LogSigner) -> StateAge:
    """Hold the log of a snapshot against the memory of its key, inside `signer.alone()`."""
    remembered, is_damaged = _remembered(signer)
    return _age(unit, remembered, signer.verifier, is_damaged=is_damaged)


def age_findings(services: StoreServices, signer: LogSigner) -> tuple[Finding, ...]:
    """Return the finding of a verification when the log does not continue the memory."""
    found = age_of(services, signer)
    if found.fault is None:
        return ()
    return (Finding(FindingCode.STATE_BEHIND, f"{found.sentence} See `identlink log age`."),)


def _remembered(signer: LogSigner) -> tuple[Remembered | None, bool]:
    """Return the memory, and whether it is damaged."""
    try:
        return signer.remembered(), False
    except StateBehindError:
        return None, True


def _age(
    unit: UnitOfWork, remembered: Remembered | None, key: VerifierKey, *, is_damaged: bool
) -> StateAge:
    size = unit.events.size()
    fault = AgeFault.MEMORY_DAMAGED if is_damaged else _fault(unit, remembered, size)
    last = unit.events.entries(start=size - 1, limit=1) if fault and size else ()
    return StateAge(
        fault=fault,
        remembered=remembered,
        size=size,
        root=unit.events.root(),
        last_event_at=last[0].at if last else None,
        agreed=_agreed(unit, key) if fault else None,
    )


def _fault(unit: UnitOfWork, remembered: Remembered | None, size: int) -> AgeFault | None:
    if remembered is None:
        return AgeFault.MEMORY_MISSING if unit.checkpoints.latest() else None
    signed = remembered.checkpoint
    if size < signed.size:
        return AgeFault.SHORTER
    return None if _has_root(unit, signed.size, signed.root) else AgeFault.DIFFERENT


def _agreed(unit: UnitOfWork, key: VerifierKey) -> StoredCheckpoint | None:
    agreed = None
    for stored in unit.checkpoints.every():
        try:
            signed = open_checkpoint(stored.note, key).checkpoint
        except InvalidNoteError:
            continue
        if signed.size > unit.events.size() or not _has_root(unit, signed.size, signed.root):
            break
        agreed = stored
    return agreed


def _has_root(unit: UnitOfWork, size: int, root: bytes) -> bool:
    try:
        return root_at(unit, size) == root
    except LogDamagedError:
        return False
