"""Fingers, their impressions, the tools that process them, and the results of exact
comparisons.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

from domain.errors import DuplicatePositionError, InvalidQualityError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.prints.templates import TemplateFormat


class FingerPosition(IntEnum):
    """Finger, by ANSI/NIST-ITL number: 1-5 for the right hand from the thumb, 6-10 for the left
    hand, 0 if unknown.
    """

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10

    @property
    def words(self) -> str:
        """The name for an examiner to read, for example "right index"."""
        return self.name.lower().replace("_", " ")


FINGERS = tuple(position for position in FingerPosition if position)
"""The ten known positions, 1-10."""


class ImpressionType(StrEnum):
    """How the print was made."""

    ROLLED = "rolled"
    PLAIN = "plain"
    LATENT = "latent"


@dataclass(frozen=True, slots=True, eq=False)
class Impression:
    """One finger, captured once.

    `vector`: float32 (d,), L2-normalised. Raises InvalidQualityError.
    """

    position: FingerPosition
    impression_type: ImpressionType
    quality: int
    """0 (useless) to 100, as NFIQ 2."""
    vector: npt.NDArray[np.float32]
    fmt: TemplateFormat

    def __post_init__(self) -> None:
        if not 0 <= self.quality <= 100:
            raise InvalidQualityError("The quality must be a whole number from 0 to 100.")


def check_positions(impressions: tuple[Impression, ...]) -> None:
    """Check that no known finger appears twice in a capture. Raises DuplicatePositionError."""
    known = [impression.position for impression in impressions if impression.position]
    if len(set(known)) != len(known):
        raise DuplicatePositionError("Each finger position may appear only once in a capture.")


@dataclass(frozen=True, slots=True, eq=False)
class Encounter:
    """One capture of a person's prints at one time: a booking with up to ten impressions."""

    encounter_id: EncounterId
    person_id: PersonId
    force: ForceCode
    captured_at: datetime
    impressions: tuple[Impression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FingerComparisons:
    """The exact finger-by-finger comparison of one probe with k candidates.

    Column j is finger position j + 1 of the candidate. If a finger was not compared, its cosine is
    NaN, and its quality and impression code are 0.
    """

    cosines: npt.NDArray[np.float32]
    """float32 (k, 10)."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (k, 10): quality of the candidate's impression."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (k, 10): the candidate's impression type, an index into `IMPRESSION_TYPES`."""


IMPRESSION_TYPES = tuple(ImpressionType)
"""The order by which an impression type is turned into a small integer in arrays and files."""


@dataclass(frozen=True, slots=True)
class PrintTool:
    """An extractor, quality meter, vector maker or matcher. Equal tools give equal results."""

    name: str
    version: str
    digest: str
    """SHA-256, in hexadecimal, of everything besides this version's code on which the result
    depends: a model file, a library, the constants.
    """

    @property
    def label(self) -> str:
        """The form for people to read: `name/version`."""
        return f"{self.name}/{self.version}"
