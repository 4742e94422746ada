"""Batches of people for a load, and the update of table statistics after a load."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from domain.errors import InvalidInputError, InvalidTemplateError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.people.people import Record
from domain.prints.captures import CaptureColumns, check_column
from indexing.codes.batches import Gallery
from service.storage.tables.people import (
    encounters,
    gallery_changes,
    live_records,
    payloads,
    persons,
    record_changes,
    records,
)

UNIT_TOLERANCE = 2e-3
"""How far the length of a unit vector may differ from 1; rounding to float16 changes it by up to
1e-3."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentBatch:
    """New people with their records and n tenprints.

    Raises InvalidInputError for a wrong shape, dtype or code, or a capture of a person outside the
    batch. Raises InvalidTemplateError when the vector of a present finger is not finite or does
    not have unit length.
    """

    person_ids: Sequence[PersonId]
    records: Sequence[Record]
    """Records of people in this batch; at most one for each person."""
    encounter_ids: Sequence[EncounterId]
    person_indices: npt.NDArray[np.int64]
    """int64 (n,): the person of each capture, an index into `person_ids`."""
    forces: Sequence[ForceCode]
    """n force codes: the force that took each capture."""
    captured_at: Sequence[datetime]
    """n times, timezone-aware."""
    captures: CaptureColumns
    """n tenprints; vectors of missing fingers are not read."""
    galleries: npt.NDArray[np.uint8]
    """uint8 (n,): tenprints or staff, as in `indexing.codes.batches.Gallery`."""
    years_of_birth: npt.NDArray[np.int16]
    """int16 (n,): the year of birth, 0 when unknown."""

    def __post_init__(self) -> None:
        n = len(self.encounter_ids)
        if not n == len(self.forces) == len(self.captured_at) == len(self.captures):
            raise InvalidInputError(
                "Give one police force, one date and time, and one tenprint for each capture."
            )
        if self.captures.are_marks:
            raise InvalidInputError("The batch contains a mark: send tenprints only.")
        check_column("person_indices", self.person_indices, (n,), np.int64)
        check_column("galleries", self.galleries, (n,), np.uint8)
        check_column("years_of_birth", self.years_of_birth, (n,), np.int16)
        if n and not 0 <= self.person_indices.min() <= self.person_indices.max() < len(
            self.person_ids
        ):
            raise InvalidInputError(
                "A capture has the number of a person who is not in its batch: correct it."
            )
        if not np.isin(self.galleries, (Gallery.TENPRINTS, Gallery.STAFF)).all():
            raise InvalidInputError(
                "The gallery of the batch holds no tenprints: use the tenprint or the "
                "staff gallery."
            )
        _check_lengths(self.captures)


def _check_lengths(captures: CaptureColumns) -> None:
    """Refuse vectors that no index accepts; one of them would block the feed for ever."""
    wide = captures.vectors.astype(np.float32, copy=False)
    lengths = np.sqrt(np.einsum("nfd,nfd->nf", wide, wide))[captures.presence]
    # NaN fails every comparison, so it is refused as well.
    if not np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE):
        raise InvalidTemplateError(
            "A template has a value that is not finite, or does not have unit length: compute it "
            "again and normalise it."
        )


@dataclass(frozen=True, slots=True)
class LoadedChunk:
    """One chunk of a source; a chunk is loaded exactly once."""

    source_digest: str
    """SHA-256 of the source's manifest, hexadecimal."""
    chunk: int


_LOADED = ", ".join(
    table.name
    for table in (
        persons,
        records,
        live_records,
        record_changes,
        encounters,
        gallery_changes,
        payloads,
    )
)
# A table that is already being vacuumed is skipped.
_TAKE_STOCK = f"VACUUM (FREEZE, ANALYZE, SKIP_LOCKED) {_LOADED}"


def take_stock(connection: Connection) -> None:
    """Vacuum the tables that a load fills, and update their statistics, not their content.

    The connection must not have begun a transaction, because VACUUM cannot run in one. Does
    nothing on SQLite.
    """
    if connection.dialect.name == "sqlite":
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("SET statement_timeout = 0")
    try:
        driver.execute(_TAKE_STOCK)
    finally:
        driver.execute("RESET statement_timeout")
