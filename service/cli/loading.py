"""`identlink load`: loads a directory of generated people into the store and the index."""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from data.synthetic.files import MANIFEST_NAME, Manifest, StoredChunk, read_chunks, read_manifest
from indexing.codes.batches import Gallery
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call
from service.cli.enrolling import PlannedChunk, enrol_chunks, progress_of
from service.cli.loading_workers import check_workers, enrol_together
from service.cli.population import year_of_birth
from service.storage.loading.batch import EnrolmentBatch

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
