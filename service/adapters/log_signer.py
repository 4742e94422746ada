"""The keys that sign: the log's, with the last checkpoint signed; the office's, for certificates.

The last checkpoint is kept in a file with the key, not with the database. A log that was restored
from an older backup, or rewritten, does not continue the last signed checkpoint, and the signer
refuses to sign it.
"""

import itertools
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import InvalidNoteError, LogDamagedError, StateBehindError
from domain.requests.certificates import CertificateContent
from service.ports.signing import Remembered, RootAt, Signing
from service.provenance.credentials import data_integrity
from service.provenance.durable_files import locked, replace
from service.provenance.log.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    sign_checkpoint,
)
from service.provenance.log.note_keys import NoteKey, VerifierKey

SUFFIX = ".note"
"""Suffix of the files that are read. Other files are ignored."""


@dataclass(frozen=True, slots=True)
class WitnessNotes:
    """The notes of the known witnesses. Thread-safe, because nothing is cached."""

    directory: Path | None = None
    witnesses: tuple[VerifierKey, ...] = ()

    def read(self, log_key: VerifierKey) -> tuple[SignedCheckpoint, ...]:
        """Return the checkpoints in the notes. Each must be cosigned by a known witness.

        Raises StateBehindError if the directory does not exist or a note is damaged.
        """
        if self.directory is None:
            return ()
        try:
            files = sorted(each for each in self.directory.iterdir() if each.suffix == SUFFIX)
        except OSError as error:
            raise StateBehindError(
                "The directory of the witnesses' notes cannot be read: restore it, or "
                "correct IDENTLINK_WITNESS_NOTES."
            ) from error
        return tuple(self._opened(file, log_key) for file in files)

    def demand_all(self, published: AbstractSet[str], found: AbstractSet[str]) -> None:
        """Raise StateBehindError if a known witness has stopped publishing."""
        if self.directory is None:
            return
        known = {key.name for key in self.witnesses}
        if (published & known) - found:
            raise StateBehindError(_MISSING)

    def _opened(self, file: Path, log_key: VerifierKey) -> SignedCheckpoint:
        try:
            signed = open_checkpoint(file.read_bytes(), log_key, self.witnesses)
        except (OSError, InvalidNoteError) as error:
            raise StateBehindError(_DAMAGED) from error
        if not signed.cosignatures:
            raise StateBehindError(_DAMAGED)
        return signed


_MISSING = (
    "The note of a witness is missing: get it from the witness again, or "
    "remove the witness from IDENTLINK_WITNESS_KEYS."
)
_DAMAGED = (
    "A note of a witness is damaged, belongs to another log, or comes from a "
    "witness who is not in IDENTLINK_WITNESS_KEYS: get the note from the "
    "witness again, or correct the setting."
)


MEMORY_NAME = "checkpoint.last"
SEEN_NAME = "witnesses.seen"
NO_NOTES = WitnessNotes()


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with a key in custody. Safe to share between threads and processes."""

    key: NoteKey
    memory: Path
    """The file with the note that was signed last. It is made with the first note."""
    witnesses: WitnessNotes = NO_NOTES

    @property
    def verifier(self) -> VerifierKey:
        """The public half of the signing key."""
        return self.key.verifier

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The public keys of the known witnesses."""
        return self.witnesses.witnesses

    def alone(self) -> AbstractContextManager[None]:
        """Hold a lock on the key. The log must be read and signed inside this block."""
        self.memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return locked(self.memory)

    def sign(self, checkpoint: Checkpoint, root_at: RootAt) -> bytes:
        """Return the signed note, which is saved before it is returned. Call this inside `alone`.

        Raises LogDamagedError if the log does not continue the last signed checkpoint. Raises
        StateBehindError if the file with that checkpoint is damaged.
        """
        last = self._last()
        if last is not None:
            _check_continues(last, checkpoint, root_at)
        note = sign_checkpoint(checkpoint, self.key).encode()
        if last is None or last.size < checkpoint.size:
            replace(self.memory, note)
        return note

    def accept(self, checkpoint: Checkpoint) -> bytes:
        """Return the signed note and save it in place of the last. Call this inside `alone`.

        The earlier file stays as `checkpoint.last.lost-SIZE`, as evidence of lost events.
        """
        self._keep_memory()
        note = sign_checkpoint(checkpoint, self.key).encode()
        replace(self.memory, note)
        return note

    def witnessed(self) -> tuple[SignedCheckpoint, ...]:
        """Return the last checkpoints that witnesses publish.

        Raises StateBehindError, also if a witness that published before has stopped.
        """
        found = self.witnesses.read(self.verifier)
        names = {each.key.name for signed in found for each in signed.cosignatures}
        self.witnesses.demand_all(self._seen_before(), names)
        if names - self._seen_before():
            seen = sorted(names | self._seen_before())
            replace(self._seen, "".join(f"{name}\n" for name in seen).encode())
        return found

    def signed_size(self) -> int:
        """Return how many events the last signed checkpoint covers, 0 without one.

        Raises StateBehindError.
        """
        last = self._last()
        return 0 if last is None else last.size

    def remembered(self) -> Remembered | None:
        """Return the last signed checkpoint and the time of its file, or None if there is none.

        Raises StateBehindError if the file is damaged or belongs to another key.
        """
        last = self._last()
        if last is None:
            return None
        return Remembered(last, datetime.fromtimestamp(self.memory.stat().st_mtime, UTC))

    @property
    def _seen(self) -> Path:
        return self.memory.with_name(SEEN_NAME)

    def _seen_before(self) -> frozenset[str]:
        """Return the names of all witnesses whose notes have ever been read."""
        try:
            return frozenset(self._seen.read_text("utf-8").splitlines())
        except FileNotFoundError:
            return frozenset()

    def _last(self) -> Checkpoint | None:
        try:
            data = self.memory.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return open_checkpoint(data, self.verifier).checkpoint
        except InvalidNoteError as error:
            raise StateBehindError(
                "The file checkpoint.last is damaged or belongs to another key: restore "
                "it from the backup of the keys, or run `identlink log age`."
            ) from error

    def _keep_memory(self) -> None:
        if not self.memory.exists():
            return
        try:
            size = str(self.signed_size())
        except StateBehindError:
            size = "unknown"
        kept = self.memory.with_name(f"{self.memory.name}.lost-{size}")
        replace(_unused(kept), self.memory.read_bytes())


def open_signer(directory: Path, key: NoteKey, witnesses: WitnessNotes = NO_NOTES) -> FileSigner:
    """Return the signer that keeps its last checkpoint in a keys directory."""
    return FileSigner(key, directory / MEMORY_NAME, witnesses)


def _check_continues(last: Checkpoint, checkpoint: Checkpoint, root_at: RootAt) -> None:
    if checkpoint.size < last.size:
        raise LogDamagedError(
            f"The log has {checkpoint.size} events, but {last.size} have been signed: "
            "events are missing."
        )
    root = checkpoint.root if checkpoint.size == last.size else root_at(last.size)
    if root != last.root:
        raise LogDamagedError(f"The first {last.size} events differ from the signed ones.")


def _unused(path: Path) -> Path:
    """Return the path or, if it exists, the first unused path with a number appended."""
    numbered = (path.with_name(f"{path.name}.{number}") for number in itertools.count(2))
    return next(each for each in itertools.chain((path,), numbered) if not each.exists())


@dataclass(frozen=True)
class OfficeKey:
    """Signs credentials with the cryptosuite eddsa-jcs-2022. Thread-safe."""

    signing: Signing

    @property
    def key(self) -> str:
        """The public key as a multikey."""
        return data_integrity.multikey(self.signing.public_key)

    def short(self, content: CertificateContent) -> str:
        """Return the signed short form of a certificate as the text of a QR code."""
        lines = data_integrity.ShortForm(
            content.number,
            content.kind,
            content.outcome.value,
            content.holder.name,
            content.holder.born_on,
            content.as_of.isoformat(),
        )
        return data_integrity.signed_text(lines, self.signing.sign)

    def signed(self, document: dict[str, Any], created: datetime) -> dict[str, Any]:
        """Return a credential with its proof."""
        return data_integrity.secured(
            document, self.signing.sign, method=data_integrity.method_of(self.key), created=created
        )
