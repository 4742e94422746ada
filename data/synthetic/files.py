"""Reads a written population, chunk by chunk; each file is checked by the manifest."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from data.synthetic.parameters import DIMENSION
from data.synthetic.templates import FINGERS_EACH, unit_rows
from domain.arrays import AnyArray
from domain.errors import InvalidInputError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.people.people import Details, Record
from domain.plain_values import read_plain
from domain.prints.captures import CaptureColumns

FILES_FORMAT = "identlink-synthetic-files/2"
MANIFEST_NAME = "manifest.json"

_BUFFER_BYTES = 1 << 20

Json = dict[str, Any]
"""Details and records are in the form of `domain.plain_values`."""


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


@dataclass(frozen=True, slots=True)
class StoredEncounter:
    """One encounter as a loader needs it. Its prints are row `row` of the chunk's arrays."""

    encounter_id: EncounterId
    person_id: PersonId
    force: ForceCode
    captured_at: datetime
    said_json: Json
    row: int

    @property
    def said(self) -> Details:
        """The statement at the booking, built on demand: a loader does not need it."""
        return read_plain(Details, self.said_json)


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """One person in the form that a loader needs."""

    person_id: PersonId
    record: Record | None
    encounters: tuple[StoredEncounter, ...]


@dataclass(frozen=True, slots=True, eq=False)
class StoredChunk:
    """A chunk of verified files. `prints`: m tenprints, with zero vectors for absent fingers."""

    index: int
    people: tuple[StoredPerson, ...]
    prints: CaptureColumns


def read_chunks(directory: Path, *, first_chunk: int = 0) -> Iterator[StoredChunk]:
    """Yield the chunks from `first_chunk` onwards, so that an interrupted load can resume.

    If a file of a chunk is missing or does not match its digest, raises InvalidInputError with the
    name of the file, before anything of that chunk is yielded.
    """
    manifest = read_manifest(directory)
    for chunk in range(first_chunk, manifest.chunks):
        yield _read_chunk(directory, manifest, chunk)


def read_truth(directory: Path) -> Iterator[Json]:
    """Yield the truth about each person as a JSON object: number, person_id, relations, claims."""
    manifest = read_manifest(directory)
    for chunk in range(manifest.chunks):
        yield from _lines(directory, manifest, chunk, FileKind.TRUTH)


def _read_chunk(directory: Path, manifest: Manifest, chunk: int) -> StoredChunk:
    people: list[StoredPerson] = []
    rows = 0
    for line in _lines(directory, manifest, chunk, FileKind.PEOPLE):
        people.append(_person(line, rows))
        rows += len(people[-1].encounters)
    templates = _array(directory, manifest, chunk, FileKind.TEMPLATES)
    fingers = _array(directory, manifest, chunk, FileKind.FINGERS)
    if templates.shape != (rows, FINGERS_EACH, DIMENSION) or fingers.shape != (
        rows,
        FINGERS_EACH,
        3,
    ):
        raise InvalidInputError(
            "The lengths of the arrays of a chunk do not match the number of its people:"
            " generate the population again."
        )
    return StoredChunk(
        index=chunk,
        people=tuple(people),
        prints=CaptureColumns(
            vectors=unit_rows(templates),
            presence=fingers[..., 0].astype(np.bool_),
            qualities=np.ascontiguousarray(fingers[..., 1]),
            impression_codes=np.ascontiguousarray(fingers[..., 2]),
        ),
    )


def _lines(directory: Path, manifest: Manifest, chunk: int, kind: FileKind) -> Iterator[Json]:
    path = verified_path(directory, manifest.entry(chunk, kind))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _array(directory: Path, manifest: Manifest, chunk: int, kind: FileKind) -> AnyArray:
    path = verified_path(directory, manifest.entry(chunk, kind))
    array: AnyArray = np.load(path, allow_pickle=False)
    return array


def _person(line: Json, first_row: int) -> StoredPerson:
    person_id = PersonId(line["person_id"])
    return StoredPerson(
        person_id=person_id,
        record=read_plain(Record, line["record"]) if line["record"] else None,
        encounters=tuple(
            StoredEncounter(
                encounter_id=EncounterId(encounter["encounter_id"]),
                person_id=person_id,
                force=ForceCode(encounter["force"]),
                captured_at=datetime.fromisoformat(encounter["captured_at"]),
                said_json=encounter["said"],
                row=first_row + at,
            )
            for at, encounter in enumerate(line["encounters"])
        ),
    )
