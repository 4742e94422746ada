"""Probes as arrays: a tenprint or a mark, checked once before it is searched or compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain import errors
from domain.prints.captures import FINGER_COUNT, check_vectors
from domain.prints.prints import FingerPosition, Impression, check_positions
from domain.prints.templates import TemplateFormat


@dataclass(frozen=True, slots=True, eq=False)
class TenprintProbe:
    """One capture of one to ten known fingers. Column j is finger position j + 1.

    Raises InvalidInputError, InvalidTemplateError, InvalidQualityError, and EmptyProbeError if no
    finger is present.
    """

    vectors: npt.NDArray[np.float32]
    """float32 (10, d): rows of unit length where present, zero where missing."""
    presence: npt.NDArray[np.bool_]
    """bool (10,)."""
    qualities: npt.NDArray[np.uint8]
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

    vector: npt.NDArray[np.float32]
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
