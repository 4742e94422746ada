"""The memory of a witness: one file, held under a lock, replaced whole, and checked when read."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from domain.errors import WitnessRefusedError
from service.provenance.durable_files import replace
from service.provenance.log.checkpoints import SignedCheckpoint
from service.provenance.log.notes import Note
from service.provenance.log.witness import CosignRequest, Witness


def last_seen(path: Path, witness: Witness) -> SignedCheckpoint:
    """Return the checkpoint that the witness cosigned last.

    Raises WitnessRefusedError when there is no memory, InvalidNoteError when a byte of the file
    was changed, or the file is not this witness's of this log.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise WitnessRefusedError(
            "The witness has not seen this log before: run it once with --start first."
        ) from error
    return witness.open(data)


def cosign_first(path: Path, witness: Witness, request: CosignRequest, *, at: datetime) -> Note:
    """Cosign the first checkpoint a witness sees, and make the file of its memory.

    A step of its own, taken by a person: a witness that began again by itself whenever its file
    is gone could be made to forget by deleting the file. Raises WitnessRefusedError when there
    is a memory already, and as `Witness.cosign`.
    """
    with _locked(path):
        if path.exists():
            raise WitnessRefusedError("This witness has already been started.")
        note = witness.cosign(None, request, at)
        replace(path, note.encode())
        return note


def cosign_next(path: Path, witness: Witness, request: CosignRequest, *, at: datetime) -> Note:
    """Cosign a checkpoint that continues the last, remembering it before it is handed out.

    Reading, checking and writing happen under a lock, so that two requests at once cannot take
    the memory back. Raises as `last_seen` and `Witness.cosign`.
    """
    with _locked(path):
        note = witness.cosign(last_seen(path, witness), request, at)
        replace(path, note.encode())
        return note


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = path.with_name(f"{path.name}.lock")
    with lock.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
