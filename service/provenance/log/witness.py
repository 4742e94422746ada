"""A witness: a second party that cosigns a checkpoint only if the log has grown consistently.

The rules and the request follow the C2SP specification tlog-witness (c2sp.org). The witness stores
only the last checkpoint that it cosigned. That note proves itself, so a damaged or forged memory
is noticed when it is read.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import InvalidNoteError, InvalidProofError, WitnessRefusedError
from service.provenance.durable_files import locked, replace
from service.provenance.log.checkpoints import (
    Checkpoint,
    Note,
    SignedCheckpoint,
    cosign_note,
    open_checkpoint,
)
from service.provenance.log.merkle import EMPTY_ROOT
from service.provenance.log.note_keys import SigningKey, VerifierKey, decode_base64
from service.provenance.log.proofs import verify_consistency

MAX_PROOF_STEPS = 63
"""The longest consistency proof (tlog-witness)."""

_OLD_LINE = re.compile(r"old (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class CosignRequest:
    """A checkpoint for the witness, and the proof that it continues the size last seen."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note."""

    def encode(self) -> bytes:
        """The request as a file or message (the body of `add-checkpoint` in tlog-witness)."""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.proof)
        return f"old {self.old_size}\n{steps}\n".encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of one log: its own key, and the key of the log."""

    key: SigningKey
    log_key: VerifierKey

    def open(self, data: bytes) -> SignedCheckpoint:
        """Read a checkpoint that this witness itself cosigned; raises InvalidNoteError."""
        remembered = open_checkpoint(data, self.log_key, (self.key.verifier,))
        if not remembered.cosignatures:
            raise InvalidNoteError(
                "What the witness has stored is not signed by the witness, so it may have"
                " been changed."
            )
        return remembered

    def cosign(
        self, remembered: SignedCheckpoint | None, request: CosignRequest, at: datetime
    ) -> Note:
        """Return the checkpoint with this witness's cosignature, which the caller must store.

        `remembered` is the last checkpoint, or None before the first one. Raises InvalidNoteError
        if the log did not sign the checkpoint; WitnessRefusedError if the log has not grown from
        the last checkpoint, or if `at` is before the last cosignature.
        """
        offered = open_checkpoint(request.checkpoint, self.log_key)
        last = remembered.checkpoint if remembered else None
        _check_growth(last, offered.checkpoint, request)
        if remembered and any(old.at and old.at > at for old in remembered.cosignatures):
            raise WitnessRefusedError(
                "The witness's clock shows a time before its last cosignature: set the clock."
            )
        return offered.note.signed_also(cosign_note(offered.note, self.key, at))


def parse_request(data: bytes) -> CosignRequest:
    """Read a request; raises InvalidNoteError."""
    head, separator, note = data.partition(b"\n\n")
    try:
        first, *steps = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise InvalidNoteError("The request to the witness is malformed.") from error
    match = _OLD_LINE.fullmatch(first)
    if not separator or match is None or len(steps) > MAX_PROOF_STEPS:
        raise InvalidNoteError("The request to the witness is malformed.")
    return CosignRequest(int(match[1]), tuple(map(decode_base64, steps)), note)


def _check_growth(last: Checkpoint | None, offered: Checkpoint, request: CosignRequest) -> None:
    last_size, last_root = (last.size, last.root) if last else (0, EMPTY_ROOT)
    if request.old_size != last_size:
        raise WitnessRefusedError(
            f"The proof does not start at size {last_size}, which the witness saw last."
        )
    try:
        verify_consistency(
            last_size,
            offered.size,
            proof=request.proof,
            old_root=last_root,
            root=offered.root,
        )
    except InvalidProofError as error:
        raise WitnessRefusedError(
            f"The log does not continue the checkpoint that the witness saw at size {last_size}."
        ) from error


def last_seen(path: Path, witness: Witness) -> SignedCheckpoint:
    """Return the checkpoint that the witness cosigned last.

    Raises WitnessRefusedError if there is no memory file, InvalidNoteError if a byte of the file
    was changed, or if the file belongs to another witness or another log.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise WitnessRefusedError(
            "The witness has not seen this log before: run the witness with --start once."
        ) from error
    return witness.open(data)


def cosign_first(path: Path, witness: Witness, request: CosignRequest, *, at: datetime) -> Note:
    """Cosign the first checkpoint that a witness sees, and create the file for its memory.

    A person must do this: a witness that began again by itself without its file could be made to
    forget by deleting the file. Raises WitnessRefusedError if there is such a file already, and
    the errors of `Witness.cosign`.
    """
    with locked(path):
        if path.exists():
            raise WitnessRefusedError(
                "This witness has already been started: run it without --start."
            )
        note = witness.cosign(None, request, at)
        replace(path, note.encode())
        return note


def cosign_next(path: Path, witness: Witness, request: CosignRequest, *, at: datetime) -> Note:
    """Cosign a checkpoint that continues the last one, and store it before it is returned.

    Reading, checking and writing happen under a lock, so that two simultaneous requests cannot
    reset the memory. Raises the errors of `last_seen` and `Witness.cosign`.
    """
    with locked(path):
        note = witness.cosign(last_seen(path, witness), request, at)
        replace(path, note.encode())
        return note
