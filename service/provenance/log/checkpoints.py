"""Checkpoints of the log as signed notes, with the cosignatures of witnesses."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import InvalidInputError, InvalidNoteError
from service.provenance.log.merkle import HASH_BYTES
from service.provenance.log.note_keys import (
    NoteKey,
    SignatureType,
    SigningKey,
    VerifierKey,
    decode_base64,
)

_HAS_SIZE_FORM = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
_HAS_ORIGIN_FORM = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}").fullmatch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` events and this root (32 bytes). Raises InvalidNoteError."""

    origin: str
    """The name of the log, which is a URL without a scheme, and also the name of its key."""
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _HAS_ORIGIN_FORM(self.origin):
            raise InvalidNoteError("The origin of a log must not contain spaces or plus signs.")
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise InvalidNoteError("A checkpoint must state a size and a root of 32 bytes.")

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; raises InvalidNoteError if it has another form."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _HAS_SIZE_FORM(lines[1]):
        raise InvalidNoteError(
            "A checkpoint must have at least three lines: origin, size and root."
        )
    return Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]))


TIME_BYTES = 8
"""The length of the time before a cosignature; the time is in seconds since 1970, big-endian."""

_SUBTREE_LABEL = b"subtree/v1\n\x00"


def cosigned_message(key: VerifierKey, text: str, at_s: int) -> bytes:
    """Return the bytes that this witness's key signs; `at_s`: seconds since 1970.

    Raises InvalidNoteError if the key is of the ML-DSA type and the text is not a checkpoint.
    """
    if key.signature_type is SignatureType.ML_DSA_COSIGNATURE:
        return _tree_message(key.name, text, at_s)
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _tree_message(name: str, text: str, at_s: int) -> bytes:
    signed = parse_checkpoint(text)
    whole_tree_from = _number(0)
    return b"".join(
        (
            _SUBTREE_LABEL,
            _counted(name),
            _number(at_s),
            _counted(signed.origin),
            whole_tree_from,
            _number(signed.size),
            signed.root,
        )
    )


def _number(value: int) -> bytes:
    return value.to_bytes(TIME_BYTES, "big")


def _counted(text: str) -> bytes:
    """Return `opaque <1..2^8-1>` of RFC 8446: a length byte, then the bytes."""
    data = text.encode()
    return bytes([len(data)]) + data


MAX_NOTE_BYTES = 65_536
"""The longest note, more than 16 signatures need; a longer note is refused unread."""

_DASH = "\u2014"
_SIGNATURE_LINE = re.compile(_DASH + r" ([^\s+]+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the claimed signer, and the bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as written in the note, without its newline."""
        encoded = base64.b64encode(self.key_id + self.signature).decode()
        return f"{_DASH} {self.name} {encoded}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its last newline, and the signatures below it, none checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note as it is stored and sent, in UTF-8."""
        lines = "".join(f"{signature.line()}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def signed_also(self, signature: NoteSignature) -> Note:
        """The note with one more signature line; a line by the same key is replaced."""
        same = (signature.name, signature.key_id)
        others = tuple(old for old in self.signatures if (old.name, old.key_id) != same)
        return Note(self.text, (*others, signature))


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A signature that was checked: its key, and the time that it states, if any."""

    key: VerifierKey
    at: datetime | None


def sign_note(text: str, key: NoteKey) -> Note:
    """Return the text as a note with the key's Ed25519 signature.

    Raises InvalidNoteError for a text that has no final newline or has control characters, and for
    a witness's key, because a witness only cosigns, with a time.
    """
    _check_text(text)
    if key.verifier.signature_type is not SignatureType.ED25519:
        raise InvalidNoteError("The key of a witness cannot sign a note: use the key of the log.")
    verifier = key.verifier
    signature = NoteSignature(key.name, verifier.key_id, key.sign(text.encode()))
    return Note(text, (signature,))


def cosign_note(note: Note, key: SigningKey, at: datetime) -> NoteSignature:
    """Return a witness's cosignature of the note's text at a time (in whole seconds).

    Raises InvalidNoteError for a key that is not a witness's, InvalidInputError for a time without
    a zone.
    """
    if not key.signature_type.is_witness:
        raise InvalidNoteError("A cosignature must be made with the key of a witness.")
    if at.tzinfo is None:
        raise InvalidInputError("The time of a cosignature must have a time zone.")
    at_s = int(at.timestamp())
    verifier = key.verifier
    signature = key.sign(cosigned_message(verifier, note.text, at_s))
    stamp = at_s.to_bytes(TIME_BYTES, "big")
    return NoteSignature(key.name, verifier.key_id, stamp + signature)


def parse_note(data: bytes) -> Note:
    """Read a note and check its form, but not its signatures; raises InvalidNoteError."""
    text, tail = _split(data)
    _check_text(text)
    return Note(text, tuple(_parse_signature(line) for line in tail.split("\n")[:-1]))


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[Endorsement, ...]:
    """Check every signature by one of these keys; signatures by other keys are ignored.

    Raises InvalidNoteError if one of these signatures does not verify, or if there are none.
    """
    known = {(key.name, key.key_id): key for key in keys}
    endorsements = tuple(
        _check_signature(note.text, signature, known[signature.name, signature.key_id])
        for signature in note.signatures
        if (signature.name, signature.key_id) in known
    )
    if not endorsements:
        raise InvalidNoteError("The note is not signed with a trusted key.")
    return endorsements


def _check_signature(text: str, signature: NoteSignature, key: VerifierKey) -> Endorsement:
    at: datetime | None = None
    message, raw = text.encode(), signature.signature
    if key.signature_type.is_witness:
        at_s, raw = int.from_bytes(raw[:TIME_BYTES], "big"), raw[TIME_BYTES:]
        message = cosigned_message(key, text, at_s)
        # With ML-DSA, a time of zero means that the witness states no time.
        at = _moment_of(at_s) if at_s or key.signature_type is SignatureType.COSIGNATURE else None
    if len(raw) != key.signature_type.signature_bytes or not key.accepts(raw, message):
        raise InvalidNoteError("A signature of the note does not verify.")
    return Endorsement(key, at)


def _moment_of(at_s: int) -> datetime:
    try:
        return datetime.fromtimestamp(at_s, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise InvalidNoteError("A cosignature states a time that does not exist.") from error


def _split(data: bytes) -> tuple[str, str]:
    if len(data) > MAX_NOTE_BYTES:
        raise InvalidNoteError("The note is too long.")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidNoteError("The note is not UTF-8.") from error
    head, separator, tail = whole.rpartition("\n\n")
    # After the last blank line there must be at least one signature line.
    if not separator or not tail.endswith("\n"):
        raise InvalidNoteError("A note must have a text, a blank line and signature lines.")
    return head + "\n", tail


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise InvalidNoteError("The text of a note must end in a newline.")
    if _CONTROL.search(text):
        raise InvalidNoteError("The text of a note must not contain control characters.")


def _parse_signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise InvalidNoteError("A signature line of the note is malformed.")
    data = decode_base64(match[2])
    if len(data) <= _ID_BYTES:
        raise InvalidNoteError("A signature of the note is too short.")
    return NoteSignature(match[1], data[:_ID_BYTES], data[_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures were checked, with the note that contains it."""

    checkpoint: Checkpoint
    note: Note
    cosignatures: tuple[Endorsement, ...] = ()
    """Cosignatures of the trusted witnesses, each with its time."""


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey) -> Note:
    """Sign a checkpoint. Raises InvalidNoteError unless the key has the name of the log.

    The caller must make sure that the log never signs two inconsistent checkpoints.
    """
    if key.name != checkpoint.origin:
        raise InvalidNoteError("A checkpoint must be signed with the key of its own log.")
    return sign_note(checkpoint.text(), key)


def open_checkpoint(
    data: bytes, log_key: VerifierKey, witness_keys: Iterable[VerifierKey] = ()
) -> SignedCheckpoint:
    """Read a checkpoint, require the log's signature, and check the signatures of known witnesses.

    Raises InvalidNoteError if the log's signature is missing, if any signature by a known key does
    not verify, or if the checkpoint and the key belong to different logs.
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
