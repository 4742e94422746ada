"""Evidence on a single scale: bits (log2 of a likelihood ratio), each with its source."""

from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import NamedTuple


class EvidenceSource(StrEnum):
    """The source of a row of evidence."""

    PRIOR = "prior"
    PRINT = "print"
    PRINT_DEPENDENCE = "print dependence"
    NAME = "name"
    MIDDLE_NAME = "middle name"
    DATE_OF_BIRTH = "date of birth"
    SEX = "sex"
    PLACE_OF_BIRTH = "place of birth"
    POSTCODE = "postcode"
    PNC_ID = "PNC ID"
    CRO_NUMBER = "CRO number"
    DETAILS_BOUND = "bound on details"
    COUNTS_BOUND = "bound by counts"


WITHHELD = "withheld"
"""The level of a row of prints for whose format no model is fitted. Such a row has no bits."""
BIOMETRIC_SOURCES = frozenset(
    {EvidenceSource.PRINT, EvidenceSource.PRINT_DEPENDENCE, EvidenceSource.COUNTS_BOUND}
)


_MOST_SHOWN = 0.999


class Band(StrEnum):
    """The posterior probability of a candidate in words, by fixed limits; never a link."""

    PROPOSED = "proposed"
    """Strong enough to be presented to examiners as a probable link."""
    POSSIBLE = "possible"
    """Worth an examiner's time."""
    UNLIKELY = "unlikely"
    NONE = "none"
    """No grade: no model weighs the prints, so candidates are only ranked."""


class Flag(StrEnum):
    """A pattern that is shown to examiners and supervisors after the decision is sealed."""

    POSSIBLE_ALIAS = "possible alias"
    POSSIBLE_TWIN = "possible twin"
    POSSIBLE_RECORD_MIX_UP = "possible record mix-up"
    POSSIBLE_FINGER_SWAP = "possible finger swap"


def millibits(bits: float) -> int:
    """Return bits as a whole number of thousandths, the form in which scores are recorded."""
    return round(bits * 1000)


def probability_words(probability: float) -> str:
    """Return a probability for people to read, no more certain than the counts behind it."""
    if probability > _MOST_SHOWN:
        return f"more than {_MOST_SHOWN}"
    if probability < 1.0 - _MOST_SHOWN:
        return "less than 0.001"
    return f"{probability:.3f}"


class EvidenceRow(NamedTuple):
    """One piece of evidence: its source, the level reached, its bits, and a sentence.

    A tuple, like `Evidence`: a search over thousands of candidates makes tens of thousands of
    rows, and a tuple is built four times faster than a frozen dataclass.
    """

    source: EvidenceSource
    level: str
    bits: float
    note: str


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag, with the reason for raising it."""

    flag: Flag
    reason: str
    """The reason in one sentence."""


class Evidence(NamedTuple):
    """All evidence for or against one candidate; the rows sum to the total."""

    rows: tuple[EvidenceRow, ...]
    posterior: float | None
    """Probability that probe and candidate are the same person, from the recalibrated total. None
    if no model weighs the prints; `band` is then `none`."""
    band: Band
    flags: tuple[RaisedFlag, ...] = ()

    def reaches(self, floor: float) -> bool:
        """Whether there is a posterior and it is at least `floor`."""
        return self.posterior is not None and self.posterior >= floor

    @property
    def is_withheld(self) -> bool:
        """Whether the prints have no bits, because no model is fitted for their format."""
        return any(row.level == WITHHELD for row in self.rows)

    @property
    def total_bits(self) -> float:
        """The sum of prior, biometric and demographic bits."""
        return fsum([bits for _, _, bits, _ in self.rows])

    @property
    def prior_bits(self) -> float:
        """Prior log2 odds. Each search has one row of them."""
        return fsum(row.bits for row in self.rows if row.source is EvidenceSource.PRIOR)

    @property
    def biometric_bits(self) -> float:
        """The bits of the prints."""
        return fsum(row.bits for row in self.rows if row.source in BIOMETRIC_SOURCES)

    @property
    def demographic_bits(self) -> float:
        """The bits of the details. If prints lead, they are bounded and demote no candidate."""
        apart = BIOMETRIC_SOURCES | {EvidenceSource.PRIOR}
        return fsum(row.bits for row in self.rows if row.source not in apart)
