"""Many captures in columns: a few arrays instead of an object for each finger."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError, InvalidQualityError, InvalidTemplateError
from domain.prints.prints import IMPRESSION_TYPES

FINGER_COUNT = 10
UNIT_TOLERANCE = 1e-3
"""The greatest permitted deviation of a float32 unit vector from length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class CaptureColumns:
    """n captures in f columns of impressions: f = 10 for tenprints, f = 1 for marks.

    Column j of a tenprint is finger position j + 1. Raises InvalidInputError for a wrong shape or
    dtype or an unknown impression code, and InvalidQualityError for a quality above 100. Vectors
    are checked separately by `check_vectors`.
    """

    vectors: npt.NDArray[np.float32]
    """float32 (n, f, d), rows of unit length; may be float16 while being moved to storage."""
    presence: npt.NDArray[np.bool_]
    """bool (n, 10). For a tenprint: the fingers that were captured. For a mark: the fingers that
    may have made it.
    """
    qualities: npt.NDArray[np.uint8]
    """uint8 (n, f): 0-100."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n, f): index into `domain.prints.prints.IMPRESSION_TYPES`."""

    def __post_init__(self) -> None:
        if self.vectors.ndim != 3 or self.vectors.shape[1] not in (1, FINGER_COUNT):
            raise InvalidInputError(
                "Each capture must be an array of ten impressions, and each mark an array of one."
            )
        if self.vectors.dtype not in (np.float16, np.float32):
            raise InvalidTemplateError("Template vectors must be float16 or float32.")
        n, f, _ = self.vectors.shape
        check_column("presence", self.presence, (n, FINGER_COUNT), np.bool_)
        check_column("qualities", self.qualities, (n, f), np.uint8)
        check_column("impression_codes", self.impression_codes, (n, f), np.uint8)
        if np.any(self.qualities > 100):
            raise InvalidQualityError("The quality must be a whole number from 0 to 100.")
        if np.any(self.impression_codes[self.filled] >= len(IMPRESSION_TYPES)):
            raise InvalidInputError(
                "There is no impression type with this code: correct the code."
            )

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def dimension(self) -> int:
        """The number of values in a template."""
        return int(self.vectors.shape[2])

    @property
    def are_marks(self) -> bool:
        """Whether each capture is a mark: one impression whose finger may be unknown."""
        return bool(self.vectors.shape[1] == 1)

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """bool (n, f): the columns that hold an impression. For marks, all of them."""
        return np.ones((len(self), 1), dtype=np.bool_) if self.are_marks else self.presence

    def take(
        self, places: slice | npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]
    ) -> CaptureColumns:
        """Return the captures at these places; `places` may be a mask."""
        return CaptureColumns(*(getattr(self, field.name)[places] for field in fields(self)))


def possible_fingers(positions: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Return bool (n, 10): the fingers that may have made marks of these positions, (n,).

    A mark of position 0 (unknown) may come from any finger. Raises InvalidInputError for a
    position outside 0-10.
    """
    if np.any((positions < 0) | (positions > FINGER_COUNT)):
        raise InvalidInputError("The finger position is out of range: use 0 (unknown) to 10.")
    column = np.asarray(positions)[:, None]
    return np.asarray((column == 0) | (column == np.arange(1, FINGER_COUNT + 1)))


def check_vectors(vectors: npt.NDArray[np.floating[Any]], presence: npt.NDArray[np.bool_]) -> None:
    """Check that vectors are float32 (..., d), of unit length where present and zero elsewhere.

    `presence` is bool (...). Raises InvalidTemplateError.
    """
    if vectors.dtype != np.float32 or vectors.shape[:-1] != presence.shape:
        raise InvalidTemplateError("Templates must be float32 vectors, one for each finger.")
    lengths = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))
    if not np.all(np.isfinite(lengths)):
        raise InvalidTemplateError("A template contains a value that is not finite.")
    if np.any(np.abs(lengths - presence) > UNIT_TOLERANCE):
        raise InvalidTemplateError(
            "A template does not have unit length: normalise it. Use zeros for a missing finger."
        )


def check_column(
    name: str, column: npt.NDArray[Any], shape: tuple[int, ...], dtype: type[np.generic]
) -> None:
    """Check that a column has the documented shape and dtype. Raises InvalidInputError."""
    if column.shape != shape or column.dtype != dtype:
        raise InvalidInputError(f"Column {name} has the wrong shape or type.")
