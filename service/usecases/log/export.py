"""Exports of the log and backups of the database: each is logged before it is made."""

from collections.abc import Iterator
from pathlib import Path

from domain.access.access import Caller
from domain.errors import InvalidNoteError
from domain.events.log import BackupBegun, LogExportBegun
from service.ports.signing import LogSigner
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.log.note_keys import VerifierKey
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import (
    make_checkpoint,
    notes_of_another_history,
    signed_notes,
)
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def export_log(
    services: StoreServices, signer: LogSigner, path: Path, witnesses: tuple[VerifierKey, ...]
) -> int:
    """Write a bundle of the present log and return its number of events.

    A checkpoint over all of them is made first. Raises LogDamagedError if the log does not
    continue its last checkpoint, and InvalidNoteError if a stored note does not verify or belongs
    to another history.
    """
    covered = make_checkpoint(services, signer).size
    keys = TrustedKeys(signer.verifier, witnesses)
    with services.units.read() as unit:
        if notes_of_another_history(unit):
            raise InvalidNoteError("A witness cosigned another history of the log.")
        parts = BundleParts(
            keys=keys,
            checkpoints=signed_notes(unit, keys, up_to=covered),
            bodies=_bodies(unit, covered),
            rows=unit.state.rows() if unit.events.size() == covered else (),
        )
        if unit.events.size() == covered:
            write_bundle(path, parts)
            return covered
    # An event was written between the signature and the snapshot: sign the log as it is now.
    return export_log(services, signer, path, witnesses)


def _bodies(unit: UnitOfWork, count: int) -> Iterator[bytes]:
    for entry in unit.events.every():
        if entry.seq >= count:
            return
        yield entry.body


def hand_out_log(
    services: StoreServices,
    signer: LogSigner,
    caller: Caller,
    path: Path,
    witnesses: tuple[VerifierKey, ...],
) -> int:
    """Log the export, then write a bundle that ends with this event; return its number of events.

    Raises LogDamagedError, InvalidNoteError; then no bundle is written.
    """
    # A log that does not continue its last checkpoint is refused before anything is added to it.
    make_checkpoint(services, signer)
    with services.units.write() as unit:
        event = LogExportBegun(events=unit.events.size())
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return export_log(services, signer, path, witnesses)


def begin_backup(services: StoreServices, caller: Caller, *, with_keys: bool) -> None:
    """Log that a backup is being made. The backup then contains this event."""
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, BackupBegun(with_keys=with_keys))
        unit.commit()
