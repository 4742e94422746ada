"""`identlink load`: generated people, from files or drawn, enrolled in bulk."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from data.synthetic.blocks import PeopleBlock
from data.synthetic.files import MANIFEST_NAME, Manifest, StoredChunk, read_chunks, read_manifest
from data.synthetic.population import Population
from domain.people.people import Record
from indexing.codes.batches import Gallery
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call
from service.cli.enrolling import PlannedChunk, enrol_chunks, progress_of
from service.cli.loading_workers import check_workers, enrol_together
from service.storage.loading.batch import EnrolmentBatch

CHUNK_PEOPLE = 1_000
"""People enrolled in one transaction: about 5 MB of templates, a few commits per second."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A synthetic population, and the number of its people to enrol."""

    population: Population
    persons: int

    @property
    def source_digest(self) -> str:
        """SHA-256 of everything that determines these people."""
        identity = [self.population.seed, self.persons, self.population.parameters.digest]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()

    def chunks(self) -> Iterator[PlannedChunk]:
        """Yield the people in chunks, each of which is made only when needed."""
        for number, start in enumerate(range(0, self.persons, CHUNK_PEOPLE)):
            stop = min(start + CHUNK_PEOPLE, self.persons)
            yield PlannedChunk(number, stop - start, partial(self._batch, start, stop))

    def _batch(self, start: int, stop: int) -> EnrolmentBatch:
        return enrolment_batch(next(self.population.blocks(start, stop, chunk=CHUNK_PEOPLE)))


def enrolment_batch(block: PeopleBlock) -> EnrolmentBatch:
    """Return a block of synthetic people in the form that the store takes for bulk enrolment."""
    arrays, bookings = block.enrolled, block.bookings
    births = np.array([year_of_birth(record) for record in block.records], dtype=np.int16)
    people = arrays.numbers - block.start
    return EnrolmentBatch(
        person_ids=block.person_ids,
        records=[record for record in block.records if record is not None],
        encounter_ids=[booking.encounter_id for booking in bookings],
        person_indices=people,
        forces=[booking.force for booking in bookings],
        captured_at=[booking.captured_at for booking in bookings],
        captures=arrays.prints,
        galleries=np.full(len(arrays), Gallery.TENPRINTS, dtype=np.uint8),
        years_of_birth=births[people],
    )


def year_of_birth(record: Record | None) -> int:
    """Return the first known year of birth in a record; 0 if there is none."""
    dates = record.details.dates_of_birth if record else ()
    return next((date.year for date in dates if date.year), 0)


Source = Annotated[
    Path,
    typer.Argument(
        help="Directory written by `python -m data.synthetic generate`.",
        exists=True,
        file_okay=False,
    ),
]


def load(
    call: Call,
    source: Source,
    *,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="Number of processes that store chunks at the same time (PostgreSQL"
            " only); the main process also builds the index. Use one fewer than the number"
            " of cores.",
        ),
    ] = 1,
) -> None:
    """Load people from files into the store and the index; an interrupted load can be continued.

    Each chunk is one transaction: run an interrupted load again, and nothing is stored twice or
    left out. Each file is checked against the manifest before it is stored.
    """
    settings = call.settings()
    check_workers(settings, workers)
    manifest = read_manifest(source)
    digest = hashlib.sha256((source / MANIFEST_NAME).read_bytes()).hexdigest()
    with (
        open_runtime(settings) as runtime,
        progress_of("Loading people", manifest.persons, Console(stderr=True)) as advance,
    ):
        template = runtime.services.print_format.template
        if manifest.template_format != template.label:
            raise template.other_format()
        chunks = _chunks(source, manifest)
        if workers == 1:
            loaded = enrol_chunks(runtime, digest, chunks, advance=advance)
        else:
            loaded = enrol_together(runtime, digest, chunks, workers, advance=advance)
    call.say(
        f"Loaded {loaded:,} people; {manifest.persons - loaded:,} were there already.",
        {"loaded": loaded, "persons": manifest.persons},
    )


def _chunks(source: Path, manifest: Manifest) -> Iterator[PlannedChunk]:
    left = manifest.persons
    for number in range(manifest.chunks):
        persons = min(left, manifest.chunk_persons)
        yield PlannedChunk(number, persons, partial(_batch, source, number))
        left -= persons


def _batch(source: Path, number: int) -> EnrolmentBatch:
    return enrolment_batch_of(next(read_chunks(source, first_chunk=number)))


def enrolment_batch_of(chunk: StoredChunk) -> EnrolmentBatch:
    """Return a chunk read from files in the form that the store takes for bulk enrolment."""
    births = np.array([year_of_birth(person.record) for person in chunk.people], dtype=np.int16)
    encounters = [encounter for person in chunk.people for encounter in person.encounters]
    people = np.repeat(
        np.arange(len(chunk.people), dtype=np.int64),
        [len(person.encounters) for person in chunk.people],
    )
    return EnrolmentBatch(
        person_ids=[person.person_id for person in chunk.people],
        records=[person.record for person in chunk.people if person.record is not None],
        encounter_ids=[encounter.encounter_id for encounter in encounters],
        person_indices=people,
        forces=[encounter.force for encounter in encounters],
        captured_at=[encounter.captured_at for encounter in encounters],
        captures=chunk.prints,
        galleries=np.full(len(encounters), Gallery.TENPRINTS, dtype=np.uint8),
        years_of_birth=births[people],
    )
