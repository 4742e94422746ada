"""What goes into the gallery: encounters and unsolved marks as columns, checked on the way in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError, InvalidQualityError, InvalidTemplateError
from domain.prints import IMPRESSION_TYPES, SYNTHETIC_192

FINGER_COUNT = 10
DIMENSION = SYNTHETIC_192.dimension
MISSING_CODE = 255
"""The impression code of a finger that was not captured."""
_UNIT_TOLERANCE = 1e-3


class Gallery(IntEnum):
    """Which collection an encounter belongs to."""

    TENPRINTS = 0
    UNSOLVED_MARKS = 1
    STAFF = 2
    """Staff and elimination prints: never a candidate unless asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class EncounterBatch:
    """n captures of up to ten fingers each; column j is finger position j + 1.

    Raises InvalidInputError for a wrong shape or dtype, InvalidTemplateError for vectors that
    are not finite or not of unit length, InvalidQualityError for a quality above 100.
    """

    encounter_rows: npt.NDArray[np.int64]
    """int64 (n,): which capture; distinct, never negative."""
    person_rows: npt.NDArray[np.int64]
    """int64 (n,): who was captured; never negative."""
    vectors: npt.NDArray[np.float32]
    """float32 (n, 10, 192): rows of unit length where present, zero where missing."""
    presence: npt.NDArray[np.bool_]
    """bool (n, 10)."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (n, 10): 0-100."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n, 10): index into `domain.prints.IMPRESSION_TYPES`."""
    galleries: npt.NDArray[np.uint8]
    """uint8 (n,): a `Gallery`."""
    forces: npt.NDArray[np.int16]
    """int16 (n,): a code given by the caller."""
    years_of_birth: npt.NDArray[np.int16]
    """int16 (n,): 0 is unknown."""

    def __post_init__(self) -> None:
        _check_columns(self, fingers=FINGER_COUNT)
        _check_galleries(self.galleries)
        if self.presence.shape != self.qualities.shape or self.presence.dtype != np.bool_:
            raise InvalidInputError("Presence is one flag for each finger.")
        check_vectors(self.vectors, self.presence)
        _check_prints(self.qualities, self.impression_codes, self.presence)

    def __len__(self) -> int:
        return len(self.encounter_rows)


@dataclass(frozen=True, slots=True, eq=False)
class MarkBatch:
    """n unsolved marks: one impression each, its finger often unknown.

    A mark has a person row too: the caller's number for whoever left it, so that marks known to
    come from one hand merge into one hit. Raises as `EncounterBatch` does.
    """

    encounter_rows: npt.NDArray[np.int64]
    """int64 (n,): which mark; distinct, never negative."""
    person_rows: npt.NDArray[np.int64]
    """int64 (n,): who left it, in a numbering of the caller's own."""
    vectors: npt.NDArray[np.float32]
    """float32 (n, 192): rows of unit length."""
    positions: npt.NDArray[np.uint8]
    """uint8 (n,): 1-10, or 0 when the finger is unknown."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (n,): 0-100."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n,): index into `domain.prints.IMPRESSION_TYPES`."""
    forces: npt.NDArray[np.int16]
    """int16 (n,): a code given by the caller."""

    def __post_init__(self) -> None:
        _check_columns(self, fingers=0)
        if np.any(self.positions > FINGER_COUNT):
            raise InvalidInputError("A finger position is 0 (unknown) to 10.")
        present = np.ones(len(self.encounter_rows), dtype=np.bool_)
        check_vectors(self.vectors, present)
        _check_prints(self.qualities, self.impression_codes, present)

    def __len__(self) -> int:
        return len(self.encounter_rows)


def check_vectors(vectors: npt.NDArray[np.float32], presence: npt.NDArray[np.bool_]) -> None:
    """Refuse vectors that are not float32 (..., 192), of unit length where present, else zero.

    Raises InvalidTemplateError.
    """
    if vectors.dtype != np.float32 or vectors.shape != (*presence.shape, DIMENSION):
        raise InvalidTemplateError(f"Templates are float32 vectors of {DIMENSION} values.")
    lengths = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))
    if not np.all(np.isfinite(lengths)):
        raise InvalidTemplateError("A template holds finite values only.")
    if np.any(np.abs(lengths - presence) > _UNIT_TOLERANCE):
        raise InvalidTemplateError("A template has unit length; a missing finger is all zero.")


def _check_columns(batch: Any, *, fingers: int) -> None:
    """Refuse columns of unequal length or of another dtype than documented."""
    n = len(batch.encounter_rows)
    per_finger = (n, fingers) if fingers else (n,)
    expected = {
        "encounter_rows": ((n,), np.int64),
        "person_rows": ((n,), np.int64),
        "qualities": (per_finger, np.uint8),
        "impression_codes": (per_finger, np.uint8),
        "forces": ((n,), np.int16),
        "galleries": ((n,), np.uint8),
        "years_of_birth": ((n,), np.int16),
        "positions": ((n,), np.uint8),
    }
    for field in fields(batch):
        shape, dtype = expected.get(field.name, (None, None))
        column = getattr(batch, field.name)
        if shape is not None and (column.shape != shape or column.dtype != dtype):
            raise InvalidInputError(f"Column {field.name} has the wrong shape or type.")
    _check_rows(batch.encounter_rows, batch.person_rows)


def _check_rows(encounter_rows: npt.NDArray[np.int64], person_rows: npt.NDArray[np.int64]) -> None:
    if np.any(encounter_rows < 0) or np.any(person_rows < 0):
        raise InvalidInputError("Rows are never negative.")
    if len(np.unique(encounter_rows)) != len(encounter_rows):
        raise InvalidInputError("An encounter appears once in a batch.")


def _check_galleries(galleries: npt.NDArray[np.uint8]) -> None:
    if not np.all((galleries == Gallery.TENPRINTS) | (galleries == Gallery.STAFF)):
        raise InvalidInputError("Tenprints belong to the tenprint or the staff gallery.")


def _check_prints(
    qualities: npt.NDArray[np.uint8],
    impression_codes: npt.NDArray[np.uint8],
    presence: npt.NDArray[np.bool_],
) -> None:
    if np.any(qualities > 100):
        raise InvalidQualityError("Quality is a whole number from 0 to 100.")
    if np.any(impression_codes[presence] >= len(IMPRESSION_TYPES)):
        raise InvalidInputError("An impression code is an index into the impression types.")
