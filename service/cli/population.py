"""The people of the demo, in the form that the store takes for bulk enrolment."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from data.synthetic.blocks import PeopleBlock
from data.synthetic.population import Population
from domain.people.people import Record
from indexing.codes.batches import Gallery
from service.cli.enrolling import PlannedChunk
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
