"""The bundle for outsiders: every event, the signed checkpoints, and the statement of state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.errors import InvalidNoteError
from service.ports.signing import LogSigner
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.log.note_keys import VerifierKey
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.stored_notes import notes_of_another_history, signed_notes
from service.usecases.services import StoreServices


def export_log(
    services: StoreServices, signer: LogSigner, path: Path, witnesses: tuple[VerifierKey, ...]
) -> int:
    """Write the bundle of the log as it stands and return its number of events.

    A checkpoint over all of them is made first. Raises LogDamagedError when the log does not
    continue its last checkpoint, InvalidNoteError for a stored note that does not verify or is of
    another history.
    """
    covered = make_checkpoint(services, signer).size
    keys = TrustedKeys(signer.verifier, witnesses)
    with services.units.read() as unit:
        if notes_of_another_history(unit):
            raise InvalidNoteError("A witness cosigned a checkpoint of another history.")
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
