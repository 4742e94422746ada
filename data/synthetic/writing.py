"""Writes a population to files, chunk by chunk, in memory that does not grow with it."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.synthetic.blocks import PeopleBlock
from data.synthetic.bookings import Booking
from data.synthetic.captures import CaptureArrays
from data.synthetic.files import (
    MANIFEST_NAME,
    FileEntry,
    FileKind,
    Json,
    Manifest,
    digest_file,
    write_manifest,
)
from data.synthetic.names.tables import names_digest
from data.synthetic.parameters import GENERATOR_VERSION, TEMPLATE_FORMAT
from data.synthetic.population import Population
from domain.arrays import UInt8s
from domain.errors import InvalidInputError
from domain.plain_values import plain

_GZIP_LEVEL = 1

_INNER_CHUNK = 1000
"""The number of people made at a time while a chunk is written, which limits the memory."""


def write_population(
    population: Population,
    directory: Path,
    *,
    persons: int,
    chunk_persons: int = 10_000,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Write the first `persons` people and return the manifest, which is written last.

    `on_progress` is called with the number of people written since its last call. Raises
    InvalidInputError for impossible numbers, or for a directory that already contains a
    population.
    """
    if persons < 1 or chunk_persons < 1:
        raise InvalidInputError(
            "The numbers of people and of people in a chunk must be at least 1."
        )
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / MANIFEST_NAME).exists():
        raise InvalidInputError(
            "The directory already contains a population: choose another directory."
        )
    files: list[FileEntry] = []
    for chunk, start in enumerate(range(0, persons, chunk_persons)):
        stop = min(start + chunk_persons, persons)
        blocks = _reported(population.blocks(start, stop, chunk=_INNER_CHUNK), on_progress)
        files.extend(_write_chunk(directory, chunk, blocks))
    manifest = Manifest(
        seed=population.seed,
        persons=persons,
        chunk_persons=chunk_persons,
        generator_version=GENERATOR_VERSION,
        parameters_digest=population.parameters.digest,
        names_digest=names_digest(),
        template_format=TEMPLATE_FORMAT.label,
        files=tuple(files),
    )
    write_manifest(directory, manifest)
    return manifest


def _reported(
    blocks: Iterable[PeopleBlock], on_progress: Callable[[int], None]
) -> Iterator[PeopleBlock]:
    """Yield the blocks, and report each block when the next is requested."""
    for block in blocks:
        yield block
        on_progress(len(block))


def _write_chunk(directory: Path, chunk: int, blocks: Iterable[PeopleBlock]) -> list[FileEntry]:
    people: list[Json] = []
    truth: list[Json] = []
    templates: list[npt.NDArray[np.float16]] = []
    fingers: list[UInt8s] = []
    for block in blocks:
        templates.append(block.enrolled.prints.vectors.astype("<f2"))
        fingers.append(_fingers(block.enrolled))
        for number, bookings in _grouped(block):
            people.append(_person_json(block, number, bookings))
            truth.append(_truth_json(block, number, bookings))
    paths = {kind: directory / f"{kind.value}-{chunk:05d}.{_ENDINGS[kind]}" for kind in FileKind}
    _write_lines(paths[FileKind.PEOPLE], people)
    _write_lines(paths[FileKind.TRUTH], truth)
    np.save(paths[FileKind.TEMPLATES], np.concatenate(templates), allow_pickle=False)
    np.save(paths[FileKind.FINGERS], np.concatenate(fingers), allow_pickle=False)
    return [
        FileEntry(path.name, kind, chunk, digest_file(path), path.stat().st_size)
        for kind, path in paths.items()
    ]


_ENDINGS = {
    FileKind.PEOPLE: "ndjson.gz",
    FileKind.TRUTH: "ndjson.gz",
    FileKind.TEMPLATES: "npy",
    FileKind.FINGERS: "npy",
}


def _grouped(block: PeopleBlock) -> Iterable[tuple[int, list[Booking]]]:
    """Return the bookings of each person of the block. Every person has at least one."""
    groups: dict[int, list[Booking]] = {}
    for booking in block.bookings:
        groups.setdefault(booking.number, []).append(booking)
    return groups.items()


def _fingers(arrays: CaptureArrays) -> UInt8s:
    presence = arrays.prints.presence.astype(np.uint8)
    return np.stack([presence, arrays.prints.qualities, arrays.prints.impression_codes], axis=2)


def _person_json(block: PeopleBlock, number: int, bookings: list[Booking]) -> Json:
    record = block.records[number - block.start]
    return {
        "person_id": block.person_id(number),
        "record": plain(record) if record else None,
        "encounters": [
            {
                "encounter_id": booking.encounter_id,
                "force": booking.force,
                "captured_at": booking.captured_at.isoformat(),
                "said": plain(booking.said),
            }
            for booking in bookings
        ],
    }


def _truth_json(block: PeopleBlock, number: int, bookings: list[Booking]) -> Json:
    return {
        "number": number,
        "person_id": block.person_id(number),
        "true_details": plain(block.true_details(number)),
        "relations": asdict(block.relations(number)),
        "encounters": [
            {
                "encounter_id": booking.encounter_id,
                "claim": booking.claim.value,
                "borrowed_from": booking.borrowed_from,
                "booking_effect": booking.booking_effect,
            }
            for booking in bookings
        ],
    }


def _write_lines(path: Path, lines: list[Json]) -> None:
    # The gzip header has no file name and no time, so the same people give the same bytes.
    body = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
    )
    path.write_bytes(gzip.compress(body.encode(), compresslevel=_GZIP_LEVEL, mtime=0))
