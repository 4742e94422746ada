"""Fingers, their impressions, the tools that process them, and the results of comparisons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Self

from domain.arrays import Float32s, UInt8s
from domain.errors import DuplicatePositionError, InvalidQualityError
from domain.ids import EncounterId, ForceCode, PersonId
from domain.prints.templates import TemplateFormat


class FingerPosition(IntEnum):
    """Finger by ANSI/NIST-ITL number: 1-5 right, 6-10 left, from the thumb; 0 if unknown."""

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
    """One captured finger. `vector`: float32 (d,), L2-normalised. Raises InvalidQualityError."""

    position: FingerPosition
    impression_type: ImpressionType
    quality: int
    """0 (useless) to 100, as NFIQ 2."""
    vector: Float32s
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

    cosines: Float32s
    """float32 (k, 10)."""
    qualities: UInt8s
    """uint8 (k, 10): quality of the candidate's impression."""
    impression_codes: UInt8s
    """uint8 (k, 10): the candidate's impression type, an index into `IMPRESSION_TYPES`."""


IMPRESSION_TYPES = tuple(ImpressionType)
"""The order by which an impression type is turned into a small integer in arrays and files."""


@dataclass(frozen=True, slots=True)
class PrintTool:
    """An extractor, quality meter, vector maker or matcher. Equal tools give equal results."""

    name: str
    version: str
    digest: str
    """SHA-256, hexadecimal, of what decides the result besides this version's code: a model file,
    a library, the constants."""

    @property
    def label(self) -> str:
        """The form for people to read: `name/version`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class FingerPair:
    """A finger of a probe and the exemplar's finger with which it is compared."""

    probe: FingerPosition
    exemplar: FingerPosition

    @property
    def position(self) -> FingerPosition:
        """The finger to name: the exemplar's, or the probe's if that is unknown."""
        return self.exemplar or self.probe


def finger_pairs(
    probe: Iterable[FingerPosition], exemplar: Sequence[FingerPosition]
) -> tuple[FingerPair, ...]:
    """Return the pairs to compare: equal fingers, and an unknown finger with every finger."""
    return tuple(
        FingerPair(ours, theirs)
        for ours in probe
        for theirs in exemplar
        if ours == theirs or not ours or not theirs
    )


def comparable(
    probe: Iterable[Impression], exemplar: Iterable[Impression]
) -> tuple[Impression, ...]:
    """Return those impressions of an exemplar whose finger the probe also has, in order.

    More would reveal something: a missing finger is missing in every capture of a person.
    """
    ours = {one.position for one in probe}
    is_unknown = not all(ours)
    return tuple(one for one in exemplar if is_unknown or not one.position or one.position in ours)


@dataclass(frozen=True, slots=True)
class Fingers:
    """The fingers compared, and those of them identified, each once and in order."""

    compared: tuple[FingerPosition, ...] = ()
    identified: tuple[FingerPosition, ...] = ()

    @property
    def compared_codes(self) -> str:
        """The fingers compared, as text: "2,7"."""
        return codes_of(self.compared)

    @property
    def identified_codes(self) -> str:
        """The fingers identified, as text."""
        return codes_of(self.identified)

    @classmethod
    def read(cls, compared: str | None, identified: str | None) -> Self | None:
        """Return the fingers that the two texts name; None if fingers were not recorded."""
        if compared is None or identified is None:
            return None
        return cls(positions_of(compared), positions_of(identified))


def common_fingers(several: Sequence[Fingers | None]) -> Fingers | None:
    """Return all fingers compared, and those that every examiner identified.

    None if one of the findings was made by a release that did not record fingers.
    """
    known = [fingers for fingers in several if fingers is not None]
    if not known or len(known) < len(several):
        return None
    compared = {position for fingers in known for position in fingers.compared}
    identified = set.intersection(*(set(fingers.identified) for fingers in known))
    return Fingers(in_order(compared), in_order(identified))


def in_order(positions: Iterable[FingerPosition]) -> tuple[FingerPosition, ...]:
    """Return the positions in the order of their numbers, each once."""
    return tuple(sorted(set(positions)))


def codes_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions as text: their FGP numbers, separated by commas."""
    return ",".join(str(int(position)) for position in positions)


def positions_of(codes: str) -> tuple[FingerPosition, ...]:
    """Return the positions in a text of `codes_of`. Raises ValueError for any other text."""
    return tuple(FingerPosition(int(code)) for code in codes.split(",") if code)


NOT_RECORDED = "not recorded"
"""Shown in place of the fingers if the finding was made by a release that did not record them."""


def words_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions in words for an examiner: "right index, left thumb"."""
    return ", ".join(p.words if p else "finger unknown" for p in positions)
