"""Reads a written population back, chunk by chunk, and checks each file against its digest."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.synthetic.encoding import Json, details_from_json, record_from_json
from data.synthetic.manifest import FileKind, Manifest, read_manifest, verified_path
from data.synthetic.parameters import DIMENSION
from data.synthetic.templates import FINGERS_EACH, unit_rows
from domain.errors import InvalidInputError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.people.people import Details, Record
from domain.prints.captures import CaptureColumns


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
        return details_from_json(self.said_json)


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


def _array(directory: Path, manifest: Manifest, chunk: int, kind: FileKind) -> npt.NDArray[Any]:
    path = verified_path(directory, manifest.entry(chunk, kind))
    array: npt.NDArray[Any] = np.load(path, allow_pickle=False)
    return array


def _person(line: Json, first_row: int) -> StoredPerson:
    person_id = PersonId(line["person_id"])
    return StoredPerson(
        person_id=person_id,
        record=record_from_json(line["record"]) if line["record"] else None,
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
