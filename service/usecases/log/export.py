"""The bundle for outsiders: every event, the signed checkpoints, and the statement of state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from service.ports.signing import LogSigner
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import VerifierKey
from service.provenance.log.notes import Note, parse_note
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.services import StoreServices


def export_log(
    services: StoreServices, signer: LogSigner, path: Path, witnesses: tuple[VerifierKey, ...]
) -> int:
    """Write the bundle of the log as it stands and return its number of events.

    A checkpoint over all of them is made first. Raises LogDamagedError when the log does not
    continue its last checkpoint, InvalidNoteError for a stored checkpoint that does not verify.
    """
    covered = make_checkpoint(services, signer).size
    keys = TrustedKeys(signer.verifier, witnesses)
    with services.units.read() as unit:
        parts = BundleParts(
            keys=keys,
            checkpoints=signed_notes(unit, keys, up_to=covered),
            bodies=_bodies(unit, covered),
            rows=unit.state.rows() if unit.events.size() == covered else (),
        )
        if unit.events.size() == covered:
            write_bundle(path, parts)
            return covered
    # Somebody wrote between the signature and the snapshot: sign what there is now.
    return export_log(services, signer, path, witnesses)


def signed_notes(
    unit: UnitOfWork, keys: TrustedKeys, *, up_to: int | None = None
) -> tuple[bytes, ...]:
    """Return the stored checkpoints, each with the cosignatures of known witnesses."""
    cosigned: dict[int, list[bytes]] = defaultdict(list)
    for size, note in unit.checkpoints.cosigned():
        cosigned[size].append(note)
    return tuple(
        _with_cosignatures(stored.note, cosigned[stored.size], keys)
        for stored in unit.checkpoints.every()
        if up_to is None or stored.size <= up_to
    )


def _with_cosignatures(note: bytes, others: list[bytes], keys: TrustedKeys) -> bytes:
    merged: Note = parse_note(note)
    for other in others:
        signed = open_checkpoint(other, keys.log, keys.witnesses)
        known = {(found.key.name, found.key.key_id) for found in signed.cosignatures}
        for line in signed.note.signatures:
            if (line.name, line.key_id) in known:
                merged = merged.signed_also(line)
    return merged.encode()


def _bodies(unit: UnitOfWork, count: int) -> Iterator[bytes]:
    for entry in unit.events.every():
        if entry.seq >= count:
            return
        yield entry.body
