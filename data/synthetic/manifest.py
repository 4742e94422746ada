"""The manifest of a written population: content, origin, and the digest of each file."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.errors import InvalidInputError

FILES_FORMAT = "identlink-synthetic-files/1"
MANIFEST_NAME = "manifest.json"

_BUFFER_BYTES = 1 << 20


class FileKind(StrEnum):
    """The content of a file. Every chunk has one file of each kind."""

    PEOPLE = "people"
    """Gzipped NDJSON: one person on each line, with record and encounters, without prints."""
    TEMPLATES = "templates"
    """NumPy float16 (m, 10, 192), little-endian: one row for each encounter of the chunk."""
    FINGERS = "fingers"
    """NumPy uint8 (m, 10, 3): presence 0 or 1, quality, impression code."""
    TRUTH = "truth"
    """Gzipped NDJSON: the truth about each person. It is never loaded into a gallery."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file and its digest."""

    name: str
    kind: FileKind
    chunk: int
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a directory of files."""

    seed: int
    persons: int
    chunk_persons: int
    generator_version: int
    parameters_digest: str
    names_digest: str
    template_format: str
    files: tuple[FileEntry, ...]

    @property
    def chunks(self) -> int:
        """The number of chunks."""
        return -(-self.persons // self.chunk_persons)

    def entry(self, chunk: int, kind: FileKind) -> FileEntry:
        """Return the file of this kind in this chunk. Raises InvalidInputError if not listed."""
        for entry in self.files:
            if entry.chunk == chunk and entry.kind is kind:
                return entry
        raise InvalidInputError(
            "The manifest does not list the file of a chunk: generate the population again."
        )


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest last, and by renaming: a directory without a manifest is unfinished."""
    body = json.dumps({"format": FILES_FORMAT, **asdict(manifest)}, indent=1, sort_keys=True)
    draft = directory / f"{MANIFEST_NAME}.part"
    draft.write_text(body + "\n", encoding="utf-8")
    draft.replace(directory / MANIFEST_NAME)


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest. Raises InvalidInputError if absent, damaged or of another format."""
    try:
        value = json.loads((directory / MANIFEST_NAME).read_text(encoding="utf-8"))
        return _parsed(value)
    except FileNotFoundError as error:
        raise InvalidInputError(
            "The directory has no population manifest: generate a population there first."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInputError(
            "The manifest of the population is damaged: generate the population again."
        ) from error


def _parsed(value: dict[str, Any]) -> Manifest:
    if value.pop("format") != FILES_FORMAT:
        raise InvalidInputError(
            f"The files do not have the format {FILES_FORMAT}: generate them again."
        )
    files = tuple(
        FileEntry(**{**entry, "kind": FileKind(entry["kind"])}) for entry in value.pop("files")
    )
    return Manifest(files=files, **value)


def digest_file(path: Path) -> str:
    """Return the SHA-256 (hex) of a file, which is read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_BUFFER_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def verified_path(directory: Path, entry: FileEntry) -> Path:
    """Return the path of a file whose content matches its digest. Raises InvalidInputError."""
    path = directory / Path(entry.name).name
    if not path.is_file():
        raise InvalidInputError(
            f"The file {path.name} is missing: restore it, or generate the population again."
        )
    if digest_file(path) != entry.sha256:
        raise InvalidInputError(
            f"The file {path.name} does not match its digest: restore it, or generate "
            "the population again."
        )
    return path
