"""People by number, with ten well-repeating fingers: all derives from the number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterId, ForceCode, PersonId, RecordId
from domain.people.people import Details, PersonName, Record
from domain.prints.captures import CaptureColumns, TenprintProbe
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from indexing.codes.batches import Gallery
from service.storage.loading.bulk import EnrolmentBatch
from tests.contract.builders import NOON
from tests.formats import FORMAT
from tests.integration.api.prints import finger

FORCE = ForceCode("01")


def fingers(person: int, *, capture: int) -> npt.NDArray[np.float32]:
    """Return float32 (10, 192), unit rows: one capture of a person."""
    return np.stack([finger(person, position, capture=capture) for position in range(1, 11)])


def impressions(person: int) -> tuple[Impression, ...]:
    """Return ten rolled impressions of a person."""
    return tuple(
        Impression(FingerPosition(place + 1), ImpressionType.ROLLED, 80, vector, FORMAT.template)
        for place, vector in enumerate(fingers(person, capture=0))
    )


def probe(person: int) -> TenprintProbe:
    """Return a later capture of a person."""
    return TenprintProbe(
        fingers(person, capture=5), np.ones(10, dtype=np.bool_), np.full(10, 80, dtype=np.uint8)
    )


def bulk_batch(people: range) -> EnrolmentBatch:
    """Return people with a record and one capture each, as a loader stores them."""
    n = len(people)
    ids = [PersonId(f"person-{number}") for number in people]
    return EnrolmentBatch(
        person_ids=ids,
        records=[
            Record(RecordId(f"record-{number}"), person_id, FORCE, details(number))
            for number, person_id in zip(people, ids, strict=True)
        ],
        encounter_ids=[EncounterId(f"encounter-{number}") for number in people],
        person_indices=np.arange(n, dtype=np.int64),
        forces=[FORCE] * n,
        captured_at=[NOON] * n,
        captures=CaptureColumns(
            vectors=np.stack([fingers(number, capture=0) for number in people]),
            presence=np.ones((n, 10), dtype=np.bool_),
            qualities=np.full((n, 10), 80, dtype=np.uint8),
            impression_codes=np.zeros((n, 10), dtype=np.uint8),
        ),
        galleries=np.full(n, Gallery.TENPRINTS, dtype=np.uint8),
        years_of_birth=np.full(n, 1980, dtype=np.int16),
    )


def details(number: int) -> Details:
    """Return the details of a person."""
    return Details(names=(PersonName(f"Forename{number}", f"Surname{number}"),))
