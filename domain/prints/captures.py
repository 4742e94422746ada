"""Captures as arrays, instead of an object for each finger: many in columns, or one as a probe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from domain import errors
from domain.arrays import AnyArray, Bools, Float32s, UInt8s
from domain.prints.prints import IMPRESSION_TYPES, FingerPosition, Impression, check_positions
from domain.prints.templates import TemplateFormat

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

    vectors: Float32s
    """float32 (n, f, d), rows of unit length; may be float16 while being moved to storage."""
    presence: Bools
    """bool (n, 10): the fingers of a tenprint, or those that may have made a mark."""
    qualities: UInt8s
    """uint8 (n, f): 0-100."""
    impression_codes: UInt8s
    """uint8 (n, f): index into `domain.prints.prints.IMPRESSION_TYPES`."""

    def __post_init__(self) -> None:
        if self.vectors.ndim != 3 or self.vectors.shape[1] not in (1, FINGER_COUNT):
            raise errors.InvalidInputError(
                "Each capture must be an array of ten impressions, and each mark an array of one."
            )
        if self.vectors.dtype not in (np.float16, np.float32):
            raise errors.InvalidTemplateError("Template vectors must be float16 or float32.")
        n, f, _ = self.vectors.shape
        check_column("presence", self.presence, (n, FINGER_COUNT), np.bool_)
        check_column("qualities", self.qualities, (n, f), np.uint8)
        check_column("impression_codes", self.impression_codes, (n, f), np.uint8)
        if np.any(self.qualities > 100):
            raise errors.InvalidQualityError("The quality must be a whole number from 0 to 100.")
        if np.any(self.impression_codes[self.filled] >= len(IMPRESSION_TYPES)):
            raise errors.InvalidInputError(
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
    def filled(self) -> Bools:
        """bool (n, f): the columns that hold an impression. For marks, all of them."""
        return np.ones((len(self), 1), dtype=np.bool_) if self.are_marks else self.presence

    def take(self, places: slice | npt.NDArray[np.integer[Any]] | Bools) -> CaptureColumns:
        """Return the captures at these places; `places` may be a mask."""
        return CaptureColumns(*(getattr(self, field.name)[places] for field in fields(self)))


def possible_fingers(positions: npt.NDArray[np.integer[Any]]) -> Bools:
    """Return bool (n, 10): the fingers that may have made marks of these positions, (n,).

    0 (unknown) may be any finger. Raises InvalidInputError for a position outside 0-10.
    """
    if np.any((positions < 0) | (positions > FINGER_COUNT)):
        raise errors.InvalidInputError(
            "The finger position is out of range: use 0 (unknown) to 10."
        )
    column = np.asarray(positions)[:, None]
    return np.asarray((column == 0) | (column == np.arange(1, FINGER_COUNT + 1)))


def check_vectors(vectors: npt.NDArray[np.floating[Any]], presence: Bools) -> None:
    """Check that vectors are float32 (..., d), of unit length where present and zero elsewhere.

    `presence` is bool (...). Raises InvalidTemplateError.
    """
    if vectors.dtype != np.float32 or vectors.shape[:-1] != presence.shape:
        raise errors.InvalidTemplateError(
            "Templates must be float32 vectors, one for each finger."
        )
    lengths = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))
    if not np.all(np.isfinite(lengths)):
        raise errors.InvalidTemplateError("A template contains a value that is not finite.")
    if np.any(np.abs(lengths - presence) > UNIT_TOLERANCE):
        raise errors.InvalidTemplateError(
            "A template does not have unit length: normalise it. Use zeros for a missing finger."
        )


def check_column(
    name: str, column: AnyArray, shape: tuple[int, ...], dtype: type[np.generic]
) -> None:
    """Check that a column has the documented shape and dtype. Raises InvalidInputError."""
    if column.shape != shape or column.dtype != dtype:
        raise errors.InvalidInputError(f"Column {name} has the wrong shape or type.")


@dataclass(frozen=True, slots=True, eq=False)
class TenprintProbe:
    """One capture of one to ten known fingers. Column j is finger position j + 1.

    Raises InvalidInputError, InvalidTemplateError, InvalidQualityError, and EmptyProbeError if no
    finger is present.
    """

    vectors: Float32s
    """float32 (10, d): rows of unit length where present, zero where missing."""
    presence: Bools
    """bool (10,)."""
    qualities: UInt8s
    """uint8 (10,): 0-100."""

    def __post_init__(self) -> None:
        if self.presence.shape != (FINGER_COUNT,) or self.presence.dtype != np.bool_:
            raise errors.InvalidInputError(
                "The list of fingers present must have one flag for each of the ten fingers."
            )
        if self.qualities.shape != (FINGER_COUNT,) or self.qualities.dtype != np.uint8:
            raise errors.InvalidInputError(
                "The quality must have one byte for each of the ten fingers."
            )
        if np.any(self.qualities > 100):
            raise errors.InvalidQualityError("The quality must be a whole number from 0 to 100.")
        check_vectors(self.vectors, self.presence)
        if not np.any(self.presence):
            raise errors.EmptyProbeError("The probe has no finger: add at least one.")

    @property
    def dimension(self) -> int:
        """The number of values in a template."""
        return int(self.vectors.shape[-1])


@dataclass(frozen=True, slots=True, eq=False)
class MarkProbe:
    """One impression whose finger is one of `positions`. Without positions it may be any of the
    ten.

    Raises InvalidTemplateError and InvalidInputError.
    """

    vector: Float32s
    """float32 (d,), of unit length."""
    positions: tuple[int, ...] = ()
    """Finger positions 1-10 to search, each once; empty means all ten."""

    def __post_init__(self) -> None:
        if self.vector.ndim != 1:
            raise errors.InvalidTemplateError("The template of a mark must be one vector.")
        check_vectors(self.vector, np.ones((), dtype=np.bool_))
        known = all(1 <= position <= FINGER_COUNT for position in self.positions)
        if not known or len(set(self.positions)) != len(self.positions):
            raise errors.InvalidInputError(
                "A finger position of the mark is wrong or repeated: use 1 to 10, each once."
            )

    @property
    def dimension(self) -> int:
        """The number of values in a template."""
        return len(self.vector)

    @property
    def searched_positions(self) -> tuple[int, ...]:
        """The finger positions that the search covers, in ascending order."""
        return tuple(sorted(self.positions)) or tuple(range(1, FINGER_COUNT + 1))


PrintProbe = TenprintProbe | MarkProbe
"""Any probe with which prints are looked up or compared."""


def tenprint_probe(impressions: Sequence[Impression], fmt: TemplateFormat) -> TenprintProbe:
    """Return the probe of a capture whose fingers are all known and whose templates have one
    format.

    Raises UnsupportedSearchError for a finger of unknown position, DuplicatePositionError,
    UnknownTemplateFormatError and EmptyProbeError.
    """
    check_positions(tuple(impressions))
    vectors = np.zeros((FINGER_COUNT, fmt.dimension), dtype=np.float32)
    qualities = np.zeros(FINGER_COUNT, dtype=np.uint8)
    presence = np.zeros(FINGER_COUNT, dtype=np.bool_)
    for impression in impressions:
        if impression.fmt != fmt:
            raise fmt.other_format()
        if impression.position == FingerPosition.UNKNOWN:
            raise errors.UnsupportedSearchError(
                "A finger has no position: state the position of each finger."
            )
        column = impression.position - 1
        vectors[column] = impression.vector
        qualities[column] = impression.quality
        presence[column] = True
    return TenprintProbe(vectors, presence, qualities)


def mark_probe(
    impression: Impression, fmt: TemplateFormat, *, positions: tuple[int, ...] = ()
) -> MarkProbe:
    """Return the probe of one mark. If `positions` is empty, the mark's own position is used, if
    it is known.

    Raises UnknownTemplateFormatError and InvalidInputError.
    """
    if impression.fmt != fmt:
        raise fmt.other_format()
    if not positions and impression.position:
        positions = (int(impression.position),)
    return MarkProbe(impression.vector, positions)
