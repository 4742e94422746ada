"""Enrolling thousands of people at a time: a batch as columns, stored with one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError, InvalidTemplateError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.people import Record
from domain.prints import IMPRESSION_TYPES, SYNTHETIC_192, TemplateFormat
from indexing.batches import FINGER_COUNT, Gallery

UNIT_TOLERANCE = 2e-3
"""How far the length of a unit vector may be off: rounding to float16 moves it by up to 1e-3."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentBatch:
    """New people with their records and n captures; column j is finger position j + 1.

    Raises InvalidInputError for a wrong shape, dtype or code, or a capture of nobody in the batch,
    InvalidTemplateError for a present vector that is not finite or not of unit length.
    """

    person_ids: Sequence[PersonId]
    records: Sequence[Record]
    """Of people of this batch; at most one each."""
    encounter_ids: Sequence[EncounterId]
    person_indices: npt.NDArray[np.int64]
    """int64 (n,): whose capture it is, an index into `person_ids`."""
    forces: Sequence[ForceCode]
    """n: who took the capture."""
    captured_at: Sequence[datetime]
    """n: aware times."""
    vectors: npt.NDArray[np.floating[Any]]
    """float16 or float32 (n, 10, d): unit rows where present; the rest is not read."""
    presence: npt.NDArray[np.bool_]
    """bool (n, 10)."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (n, 10): 0-100."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n, 10): index into `domain.prints.IMPRESSION_TYPES`."""
    galleries: npt.NDArray[np.uint8]
    """uint8 (n,): tenprints or staff, an `indexing.batches.Gallery`."""
    years_of_birth: npt.NDArray[np.int16]
    """int16 (n,): 0 when unknown."""
    fmt: TemplateFormat = SYNTHETIC_192

    def __post_init__(self) -> None:
        n = len(self.encounter_ids)
        if len(self.forces) != n or len(self.captured_at) != n:
            raise InvalidInputError("A batch has one force and one time for each capture.")
        if self.vectors.shape != (n, FINGER_COUNT, self.fmt.dimension):
            raise InvalidInputError("A batch has ten template vectors for each capture.")
        if self.vectors.dtype not in (np.float16, np.float32):
            raise InvalidInputError("Template vectors are float16 or float32.")
        self._check_columns(n)
        if n and not 0 <= self.person_indices.min() <= self.person_indices.max() < len(
            self.person_ids
        ):
            raise InvalidInputError("A capture belongs to a person of its batch.")

        self._check_values()

    def _check_values(self) -> None:
        if np.any(self.galleries == Gallery.UNSOLVED_MARKS) or np.any(
            self.galleries > max(Gallery)
        ):
            raise InvalidInputError("A batch holds tenprints, of suspects or of staff.")
        if np.any(self.qualities > 100):
            raise InvalidInputError("Quality is a whole number from 0 to 100.")
        if np.any(self.impression_codes[self.presence] >= len(IMPRESSION_TYPES)):
            raise InvalidInputError("An impression code is an index into the impression types.")
        _check_lengths(self.vectors, self.presence)

    def _check_columns(self, n: int) -> None:
        per_finger, per_capture = (n, FINGER_COUNT), (n,)
        expected: tuple[tuple[npt.NDArray[Any], tuple[int, ...], type[np.generic]], ...] = (
            (self.person_indices, per_capture, np.int64),
            (self.galleries, per_capture, np.uint8),
            (self.years_of_birth, per_capture, np.int16),
            (self.presence, per_finger, np.bool_),
            (self.qualities, per_finger, np.uint8),
            (self.impression_codes, per_finger, np.uint8),
        )
        for column, shape, dtype in expected:
            if column.shape != shape or column.dtype != dtype:
                raise InvalidInputError("A column of the batch has the wrong shape or type.")


def _check_lengths(
    vectors: npt.NDArray[np.floating[Any]], presence: npt.NDArray[np.bool_]
) -> None:
    """Refuse what no index would take: one such vector would hold up the feed for good."""
    wide = vectors.astype(np.float32, copy=False)
    lengths = np.sqrt(np.einsum("nfd,nfd->nf", wide, wide))[presence]
    # A NaN compares as false, so it is refused as well.
    if not np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE):
        raise InvalidTemplateError("A template is finite and has unit length.")


@dataclass(frozen=True, slots=True)
class LoadedChunk:
    """One chunk of one source: what is loaded once and never twice."""

    source_digest: str
    """SHA-256 of the source's manifest, hexadecimal."""
    chunk: int
