"""The whole log or the whole database leaves the store as a file: on record before it does."""

from __future__ import annotations

from pathlib import Path

from domain.access import Caller
from domain.events.log import BackupBegun, LogExportBegun
from service.ports.signing import LogSigner
from service.provenance.log.note_keys import VerifierKey
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.export import export_log
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def hand_out_log(
    services: StoreServices,
    signer: LogSigner,
    caller: Caller,
    path: Path,
    witnesses: tuple[VerifierKey, ...],
) -> int:
    """Write the bundle of the log, whose last event says so; return its number of events.

    Raises LogDamagedError, InvalidNoteError; then nothing is written.
    """
    # A log that does not continue its last checkpoint is refused before anything is added to it.
    make_checkpoint(services, signer)
    with services.units.write() as unit:
        event = LogExportBegun(events=unit.events.size())
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return export_log(services, signer, path, witnesses)


def begin_backup(services: StoreServices, caller: Caller, *, with_keys: bool) -> None:
    """Put on record that a backup is made, which then holds this event."""
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, BackupBegun(with_keys=with_keys))
        unit.commit()
