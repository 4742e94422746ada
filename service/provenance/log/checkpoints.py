"""Checkpoints: signed notes that state the length and the root hash of the log.

Source: the C2SP specification tlog-checkpoint (c2sp.org).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import InvalidNoteError
from service.provenance.log.note_keys import NoteKey, VerifierKey
from service.provenance.log.notes import Endorsement, Note, parse_note, sign_note, verify_note
from service.provenance.log.tree_heads import Checkpoint, parse_checkpoint


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures were checked, with the note it came in."""

    checkpoint: Checkpoint
    note: Note
    cosignatures: tuple[Endorsement, ...] = ()
    """Cosignatures of the trusted witnesses, each with its time."""


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey) -> Note:
    """Sign a checkpoint with the key of its log.

    The caller sees to it that the log never signs two that are inconsistent. Raises
    InvalidNoteError unless the key bears the name of the log.
    """
    if key.name != checkpoint.origin:
        raise InvalidNoteError("A checkpoint must be signed with the key of its own log.")
    return sign_note(checkpoint.text(), key)


def open_checkpoint(
    data: bytes, log_key: VerifierKey, witness_keys: Iterable[VerifierKey] = ()
) -> SignedCheckpoint:
    """Read a checkpoint, demand the log's signature, and check those of known witnesses.

    Raises InvalidNoteError when the log's signature is missing, when any signature by a known
    key does not verify, or when the checkpoint is of another log than the key.
    """
    note = parse_note(data)
    endorsements = verify_note(note, (log_key, *witness_keys))
    if all(endorsement.key != log_key for endorsement in endorsements):
        raise InvalidNoteError("The checkpoint is not signed by the log.")
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log_key.name:
        raise InvalidNoteError("The checkpoint belongs to another log.")
    cosignatures = tuple(found for found in endorsements if found.key != log_key)
    return SignedCheckpoint(checkpoint, note, cosignatures)
