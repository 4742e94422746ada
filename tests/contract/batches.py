"""Enrolment batches for tests."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from domain.ids import EncounterId, PersonId
from domain.prints.captures import CaptureColumns
from indexing.codes.batches import Gallery
from service.storage.loading.bulk import EnrolmentBatch
from tests.contract.builders import FORCE, NOON, record


def batch(first: int = 1, people: int = 3, captures: int = 2, **changes: Any) -> EnrolmentBatch:
    """Return people `first` and on, each with a record and `captures` captures."""
    numbers = range(first, first + people)
    n = people * captures
    rng = np.random.default_rng(first)
    vectors = rng.standard_normal((n, 10, 192)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    presence = rng.random((n, 10)) > 0.3
    made = EnrolmentBatch(
        person_ids=[PersonId(f"person-{i}") for i in numbers],
        records=[record(f"person-{i}", f"record-{i}") for i in numbers],
        encounter_ids=[EncounterId(f"e-{i}-{c}") for i in numbers for c in range(captures)],
        person_indices=np.repeat(np.arange(people, dtype=np.int64), captures),
        forces=[FORCE] * n,
        captured_at=[NOON] * n,
        captures=CaptureColumns(
            vectors=vectors.astype(np.float16),
            presence=presence,
            qualities=rng.integers(0, 101, (n, 10)).astype(np.uint8),
            impression_codes=rng.integers(0, 2, (n, 10)).astype(np.uint8),
        ),
        galleries=np.full(n, Gallery.TENPRINTS, np.uint8),
        years_of_birth=rng.integers(1940, 2005, n).astype(np.int16),
    )
    own = {field.name for field in fields(CaptureColumns)} & set(changes)
    captures = replace(made.captures, **{name: changes.pop(name) for name in own})
    return replace(made, captures=captures, **changes)
