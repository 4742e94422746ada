"""The bundle: one zip file with all that an outsider needs to verify the log, and no secret.

    bundle.json            format and origin of the log
    keys/log.vkey          the public key of the log
    keys/witnesses.vkey    the public keys of its witnesses
    checkpoints/N.note     each signed checkpoint with its cosignatures; N is its size in 12
                           digits, and the bundle has the key of every signature on it
    events.ndjson          the canonical bodies of all events, one per line, from number 0
    state.ndjson           the statement of state (`state_rows`)

The keys are included for convenience. A verifier should get them from an independent source;
otherwise the check shows only that the bundle agrees with itself.
"""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import rfc8785

from domain.errors import InvalidInputError, InvalidNoteError
from service.provenance.bundle.state_rows import StateRow, row_line
from service.provenance.durable_files import beside
from service.provenance.log.checkpoints import Note, open_checkpoint
from service.provenance.log.note_keys import VerifierKey, parse_verifier_key

FORMAT = "identlink-log-bundle/1"

HEADER_NAME = "bundle.json"
LOG_KEY_NAME = "keys/log.vkey"
WITNESS_KEYS_NAME = "keys/witnesses.vkey"
CHECKPOINT_FOLDER = "checkpoints/"
EVENTS_NAME = "events.ndjson"
STATE_NAME = "state.ndjson"

PART_NAMES = (HEADER_NAME, LOG_KEY_NAME, WITNESS_KEYS_NAME, EVENTS_NAME, STATE_NAME)
"""Parts of which every bundle has exactly one each."""

_COMPRESSION_LEVEL = 3
"""The zlib level: events compress about ninefold at little cost."""


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """Public keys that a verifier trusts: the log's key, and the keys of its witnesses."""

    log: VerifierKey
    witnesses: tuple[VerifierKey, ...] = ()

    def cover(self, note: Note) -> bool:
        """Whether every signature on the note names one of these keys as its signer."""
        known = {(key.name, key.key_id) for key in (self.log, *self.witnesses)}
        return all((line.name, line.key_id) in known for line in note.signatures)


@dataclass(frozen=True, slots=True)
class BundleParts:
    """The content of a bundle. The iterables are read only once, in bounded memory."""

    keys: TrustedKeys
    checkpoints: tuple[bytes, ...]
    """Signed notes; the last covers every event."""
    bodies: Iterable[bytes]
    """The canonical bodies of all events, in order from number 0."""
    rows: Iterable[StateRow]


def write_bundle(path: Path, parts: BundleParts) -> None:
    """Write a bundle; the file appears complete or not at all, and is the same for the same log.

    Raises InvalidNoteError for a checkpoint with a signature by another key, InvalidInputError,
    and ConflictError while another command writes the same bundle.
    """
    if path.exists() and not path.is_file():
        # A device such as /dev/null would be replaced by the file.
        raise InvalidInputError("The bundle needs the name of a file: what stands there is none.")
    notes = {_checkpoint_name(note, parts.keys): note for note in parts.checkpoints}
    with (
        beside(path, ".new") as handle,
        zipfile.ZipFile(
            handle, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL
        ) as archive,
    ):
        _write_small_parts(archive, parts.keys, notes)
        _write_lines(archive, EVENTS_NAME, _body_lines(parts.bodies))
        _write_lines(archive, STATE_NAME, map(row_line, parts.rows))


def header(origin: str) -> bytes:
    """Return the content of `bundle.json`, as canonical JSON."""
    return rfc8785.dumps({"format": FORMAT, "origin": origin})


def checkpoint_name(size: int) -> str:
    """Return the name of the part that holds the checkpoint at this size."""
    return f"{CHECKPOINT_FOLDER}{size:012d}.note"


def key_lines(keys: Iterable[VerifierKey]) -> bytes:
    """Return keys as text, one per line."""
    return "".join(f"{key}\n" for key in keys).encode()


def parse_key_lines(data: bytes) -> tuple[VerifierKey, ...]:
    """Read the text of `key_lines`; raises InvalidNoteError."""
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise InvalidNoteError("The public keys in the bundle are not text.") from error
    return tuple(map(parse_verifier_key, lines))


def _checkpoint_name(note: bytes, keys: TrustedKeys) -> str:
    signed = open_checkpoint(note, keys.log, keys.witnesses)
    if not keys.cover(signed.note):
        raise InvalidNoteError("A checkpoint is signed with a key that is not in the bundle.")
    return checkpoint_name(signed.checkpoint.size)


def _write_small_parts(
    archive: zipfile.ZipFile, keys: TrustedKeys, notes: dict[str, bytes]
) -> None:
    small = {
        HEADER_NAME: header(keys.log.name),
        LOG_KEY_NAME: key_lines([keys.log]),
        WITNESS_KEYS_NAME: key_lines(keys.witnesses),
        **dict(sorted(notes.items())),
    }
    for name, content in small.items():
        with _part(archive, name) as part:
            part.write(content)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> None:
    with _part(archive, name) as part:
        part.writelines(lines)


def _body_lines(bodies: Iterable[bytes]) -> Iterator[bytes]:
    for body in bodies:
        if b"\n" in body:
            raise InvalidInputError("The body of an event must not contain a newline.")
        yield body + b"\n"


@contextmanager
def _part(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    # The sizes are not known beforehand, and a large log exceeds 4 GiB. A part that is opened by
    # name has a fixed time (1980), so that the same log gives the same file.
    with archive.open(name, "w", force_zip64=True) as part:
        yield part
