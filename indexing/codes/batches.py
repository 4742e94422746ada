"""Batches of captures to be added to the gallery, checked when they are made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Int16s, Int64s, UInt8s
from domain.errors import InvalidInputError, InvalidTemplateError
from domain.prints.captures import CaptureColumns, check_column, check_vectors
from domain.prints.templates import CODE_BYTES, IndexedFormat
from indexing.manifests import Kind

MISSING_CODE = 255
"""The impression code of a finger that was not captured."""


class Gallery(IntEnum):
    """Which collection an encounter belongs to."""

    TENPRINTS = 0
    UNSOLVED_MARKS = 1
    STAFF = 2
    """Staff and elimination prints. They are candidates only if a search asks for them."""


@dataclass(frozen=True, slots=True, eq=False)
class GalleryBatch:
    """n tenprints or n unsolved marks, with their encounter rows and person rows.

    Marks made by the same unknown person share a person row, and a search merges them into one
    hit. Raises InvalidInputError for a wrong shape, dtype or gallery, and InvalidTemplateError for
    vectors that are not finite or not of unit length.
    """

    encounter_rows: Int64s
    """int64 (n,): the rows of the captures. They are distinct and never negative."""
    person_rows: Int64s
    """int64 (n,): the rows of the people captured. They are never negative."""
    captures: CaptureColumns
    galleries: UInt8s
    """uint8 (n,): a `Gallery`. `UNSOLVED_MARKS` for marks and one of the others for tenprints."""
    forces: Int16s
    """int16 (n,): force codes that the caller defines."""
    years_of_birth: Int16s
    """int16 (n,): 0 if unknown."""
    codes: UInt8s | None = None
    """uint8 (n, f, m, 16): codes of the best minutiae of each impression, zero where there are no
    more. None in a format without minutiae."""

    def __post_init__(self) -> None:
        shape = (len(self.captures),)
        check_column("encounter_rows", self.encounter_rows, shape, np.int64)
        check_column("person_rows", self.person_rows, shape, np.int64)
        check_column("galleries", self.galleries, shape, np.uint8)
        check_column("forces", self.forces, shape, np.int16)
        check_column("years_of_birth", self.years_of_birth, shape, np.int16)
        _check_rows(self.encounter_rows, self.person_rows)
        _check_galleries(self.galleries, are_marks=self.captures.are_marks)
        check_vectors(self.captures.vectors, self.captures.filled)
        if self.codes is not None:
            shape = (*self.captures.vectors.shape[:2], *self.codes.shape[2:3], CODE_BYTES)
            check_column("codes", self.codes, shape, np.uint8)

    def __len__(self) -> int:
        return len(self.encounter_rows)

    @property
    def coded_minutiae(self) -> int:
        """The most minutiae of an impression that are coded."""
        return 0 if self.codes is None else int(self.codes.shape[2])

    def check_codes(self, fmt: IndexedFormat) -> None:
        """Raise InvalidTemplateError unless there are as many codes as the format has."""
        if self.coded_minutiae != fmt.coded_minutiae:
            raise InvalidTemplateError(
                f"Each impression of {fmt.label} must come with {fmt.coded_minutiae} codes."
            )

    @property
    def kind(self) -> Kind:
        """The kind of segment these captures belong to."""
        return Kind.MARKS if self.captures.are_marks else Kind.TENPRINTS

    def take(self, places: slice | npt.NDArray[np.integer[Any]] | Bools) -> GalleryBatch:
        """Return the captures at these places, or where this mask is true."""
        columns = {
            field.name: getattr(self, field.name)[places]
            for field in fields(self)
            if field.name != "captures" and getattr(self, field.name) is not None
        }
        return GalleryBatch(captures=self.captures.take(places), **columns)


def _check_rows(encounter_rows: Int64s, person_rows: Int64s) -> None:
    if np.any(encounter_rows < 0) or np.any(person_rows < 0):
        raise InvalidInputError("Row numbers must not be negative.")
    if len(np.unique(encounter_rows)) != len(encounter_rows):
        raise InvalidInputError(
            "The batch contains the same encounter twice: remove one of the two."
        )


def _check_galleries(galleries: UInt8s, *, are_marks: bool) -> None:
    in_marks = galleries == Gallery.UNSOLVED_MARKS
    if np.any(in_marks != are_marks) or np.any(galleries > max(Gallery)):
        raise InvalidInputError(
            "Put tenprints in the tenprint or the staff gallery, and marks in the unsolved "
            "mark file."
        )
