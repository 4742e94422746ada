"""The age of the database: its log compared with the checkpoint stored with the signing key."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidNoteError, LogDamagedError, NotFoundError, StateBehindError
from service.ports.signing import LogSigner, Remembered
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint
from service.provenance.log.merkle import fold, frontier_nodes
from service.provenance.log.note_keys import VerifierKey
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import StoreServices


def root_at(unit: UnitOfWork, size: int) -> bytes:
    """Return the root of the first `size` events, from about twenty stored nodes.

    Raises LogDamagedError if a node is missing.
    """
    places = frontier_nodes(size)
    try:
        found = unit.events.nodes(places)
    except NotFoundError as error:
        raise LogDamagedError("A node of the log's tree is missing.") from error
    return fold(tuple(found[place] for place in places))


class AgeFault(StrEnum):
    """The ways in which a log can fail to continue the checkpoint stored with its key."""

    SHORTER = "shorter"
    """The key has signed more events than the log contains."""
    DIFFERENT = "different"
    """The first events differ from those that the key signed."""
    MEMORY_MISSING = "memory-missing"
    """No checkpoint is stored with the key, but the database holds one."""
    MEMORY_DAMAGED = "memory-damaged"
    """The checkpoint stored with the key cannot be read, or was signed with another key."""
    WITNESS_AHEAD = "witness-ahead"
    """A witness cosigned more events than the log contains."""
    WITNESS_DIFFERS = "witness-differs"
    """The first events differ from those that a witness cosigned."""


_SENTENCES = {
    AgeFault.SHORTER: "The checkpoint stored with the keys covers {signed} events, but the "
    "database has {size}: events are missing.",
    AgeFault.DIFFERENT: "The first {signed} events differ from those in the checkpoint stored "
    "with the keys.",
    AgeFault.MEMORY_MISSING: "The database has a checkpoint, but no checkpoint is stored with the "
    "keys.",
    AgeFault.MEMORY_DAMAGED: "The file checkpoint.last of the keys is damaged or was signed with "
    "another key.",
    AgeFault.WITNESS_AHEAD: "The database has {size} events, but a witness cosigned {witnessed}: "
    "events are missing.",
    AgeFault.WITNESS_DIFFERS: "The first {witnessed} events differ from those that a witness has "
    "cosigned.",
}


@dataclass(frozen=True, slots=True)
class StateAge:
    """The checkpoint stored with the key, and the present state of the database."""

    fault: AgeFault | None
    remembered: Remembered | None
    size: int
    root: bytes
    last_event_at: datetime | None
    agreed: StoredCheckpoint | None
    """The newest stored checkpoint that this key signed and that the log continues."""
    witnessed: SignedCheckpoint | None = None
    """The checkpoint cosigned by a witness that the log does not continue."""

    @property
    def sentence(self) -> str:
        """The state in one sentence, without saying what to do."""
        if self.fault is None:
            return "The database continues the checkpoint stored with the keys."
        return _SENTENCES[self.fault].format(
            size=self.size,
            signed=self.remembered.checkpoint.size if self.remembered else 0,
            witnessed=self.witnessed.checkpoint.size if self.witnessed else 0,
        )

    def demand(self) -> None:
        """Raise StateBehindError unless the log continues the checkpoint stored with the key."""
        if self.fault is not None:
            raise StateBehindError(
                f"{self.sentence} Run `identlink log age` to see which of the two is right."
            )


def age_of(services: StoreServices, signer: LogSigner) -> StateAge:
    """Compare the log with the checkpoint stored with its key, without changing anything."""
    # Read the checkpoint stored with the key first: a log that has grown since then still
    # continues it.
    remembered, is_damaged = _remembered(signer)
    witnessed = signer.witnessed()
    with services.units.read() as unit:
        found = _age(unit, remembered, signer.verifier, is_damaged=is_damaged)
        found = _beside_witnesses(unit, found, witnessed, signer.verifier)
    if found.fault is AgeFault.MEMORY_MISSING and signer.remembered() is not None:
        # Another process signed the first checkpoint in the meantime.
        return age_of(services, signer)
    return found


def age_in(unit: UnitOfWork, signer: LogSigner) -> StateAge:
    """Do the same as `age_of` in a snapshot, inside `signer.alone()`."""
    remembered, is_damaged = _remembered(signer)
    found = _age(unit, remembered, signer.verifier, is_damaged=is_damaged)
    return _beside_witnesses(unit, found, signer.witnessed(), signer.verifier)


def age_findings(services: StoreServices, signer: LogSigner) -> tuple[Finding, ...]:
    """Return a verification finding if the log does not continue its key's checkpoint."""
    try:
        found = age_of(services, signer)
    except StateBehindError as error:
        return (Finding(FindingCode.STATE_BEHIND, error.detail),)
    if found.fault is None:
        return ()
    return (Finding(FindingCode.STATE_BEHIND, f"{found.sentence} See `identlink log age`."),)


def _remembered(signer: LogSigner) -> tuple[Remembered | None, bool]:
    """Return the checkpoint stored with the key, and whether it is damaged."""
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


def _beside_witnesses(
    unit: UnitOfWork, found: StateAge, witnessed: tuple[SignedCheckpoint, ...], key: VerifierKey
) -> StateAge:
    """Compare a log that continues its key's checkpoint with what witnesses have cosigned."""
    if found.fault is not None:
        return found
    for signed in witnessed:
        head = signed.checkpoint
        if head.size > found.size:
            fault = AgeFault.WITNESS_AHEAD
        elif not _has_root(unit, head.size, head.root):
            fault = AgeFault.WITNESS_DIFFERS
        else:
            continue
        return replace(found, fault=fault, witnessed=signed, agreed=_agreed(unit, key))
    return found


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
