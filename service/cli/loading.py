"""`identlink load`: generated people, from files or drawn, enrolled in bulk.

With several processes, each stores whole chunks and the main one builds the index. A chunk is one
transaction of one process, stored once even if a process ends early, in the order of readiness.
"""

import atexit
import hashlib
import json
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from data.synthetic.blocks import PeopleBlock
from data.synthetic.files import MANIFEST_NAME, Manifest, StoredChunk, read_chunks, read_manifest
from data.synthetic.population import Population
from domain.errors import ConfigurationError
from indexing.codes.batches import Gallery
from service.adapters.surroundings import surroundings, use_one_thread_each
from service.background.thread import end_with_parent
from service.bootstrap.runtime import Runtime, open_runtime
from service.bootstrap.stores import open_database
from service.cli.context import Call
from service.cli.enrolling import PlannedChunk, enrol_chunks, enrolment_event, progress_of, take_in
from service.cli.serving.working import spare_long_lived
from service.settings import Settings
from service.storage.loading.bulk import BulkWriter, EnrolmentBatch, LoadedChunk
from service.usecases.people.enrolment import year_of_birth


def check_workers(settings: Settings, workers: int) -> None:
    """Raise ConfigurationError if the database allows only one writer at a time."""
    if workers > 1 and settings.database_address.startswith("sqlite"):
        raise ConfigurationError(
            "SQLite allows one writer at a time: use --workers 1, or load into "
            "PostgreSQL (IDENTLINK_DATABASE_URL)."
        )


def enrol_together(
    runtime: Runtime,
    source_digest: str,
    chunks: Iterable[PlannedChunk],
    workers: int,
    *,
    advance: Callable[[int], None],
) -> int:
    """Enrol like `enrol_chunks`, in this many processes besides the main one, which indexes.

    The chunks are sent to other processes, so `make` must be picklable. Raises the error of a
    process once the chunks being stored are finished; chunks not yet begun are skipped.
    """
    writer = runtime.database.bulk_writer()
    done = writer.done_chunks(source_digest)
    enrolled = 0
    # The template format of the store; for an empty store, the main process has just set it.
    label = runtime.services.print_format.template.label
    settings = runtime.settings.model_copy(update={"template_format": label})
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (settings, source_digest))
    try:
        sent: dict[Future[bool], PlannedChunk] = {}
        for chunk in chunks:
            if chunk.number in done:
                advance(chunk.persons)
            else:
                sent[pool.submit(_store, chunk)] = chunk
        for stored in as_completed(sent):
            persons = sent[stored].persons
            enrolled += persons if _is_new(stored) else 0
            take_in(runtime.services.gallery)
            advance(persons)
    finally:
        pool.shutdown(cancel_futures=True)
    if enrolled:
        writer.take_stock()
    return enrolled


def _is_new(stored: Future[bool]) -> bool:
    try:
        return stored.result()
    except BrokenProcessPool as error:
        raise ConfigurationError(
            "A loading process ended too early; it may have been killed, or have run out of "
            "memory. Run the same command again: it continues where it stopped."
        ) from error


@dataclass(frozen=True, slots=True)
class _Worker:
    """One process of the load, with its connection to the store."""

    writer: BulkWriter
    source_digest: str

    def store(self, chunk: PlannedChunk) -> bool:
        """Store a chunk; return False if it is stored already."""
        marker = LoadedChunk(self.source_digest, chunk.number)
        return self.writer.add_many(chunk.make(), enrolment_event(surroundings()), chunk=marker)


_working: list[_Worker] = []


def _begin(settings: Settings, source_digest: str) -> None:
    """Open the store; runs in each new process."""
    # Ctrl-C reaches all processes at once; the main process lets this one finish its chunk.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(1)
    use_one_thread_each()
    database = open_database(settings)
    atexit.register(database.close)
    _working.append(_Worker(database.bulk_writer(), source_digest))


def _store(chunk: PlannedChunk) -> bool:
    return _working[0].store(chunk)


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
    spare_long_lived()
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
