"""Checkpoints: signed notes that state the length and the root hash of the log.

Source: the C2SP specification tlog-checkpoint (c2sp.org). Extension lines are never written and
are refused when read, because they cannot be audited.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import InvalidNoteError
from service.provenance.log.merkle import HASH_BYTES
from service.provenance.log.note_keys import SigningKey, VerifierKey, decode_base64
from service.provenance.log.notes import Endorsement, Note, parse_note, sign_note, verify_note

_HAS_SIZE_FORM = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
_HAS_ORIGIN_FORM = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}").fullmatch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log of `origin` has `size` events and this root (32 bytes). Raises InvalidNoteError."""

    origin: str
    """The name of the log, a URL without a scheme; the name of its key as well."""
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _HAS_ORIGIN_FORM(self.origin):
            raise InvalidNoteError("The origin of a log has neither spaces nor plus signs.")
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise InvalidNoteError("A checkpoint states a size and a root of 32 bytes.")

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures were checked, with the note it came in."""

    checkpoint: Checkpoint
    note: Note
    cosignatures: tuple[Endorsement, ...] = ()
    """By the trusted witnesses, each with its time."""


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Sign a checkpoint with the key of its log.

    The caller sees to it that the log never signs two that are inconsistent. Raises
    InvalidNoteError unless the key bears the name of the log.
    """
    if key.name != checkpoint.origin:
        raise InvalidNoteError("A checkpoint is signed with the key of its own log.")
    return sign_note(checkpoint.text(), key)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; raises InvalidNoteError for any other form."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not _HAS_SIZE_FORM(lines[1]):
        raise InvalidNoteError("A checkpoint has three lines: origin, size and root.")
    return Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]))


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
        raise InvalidNoteError("The checkpoint is of another log.")
    cosignatures = tuple(found for found in endorsements if found.key != log_key)
    return SignedCheckpoint(checkpoint, note, cosignatures)
