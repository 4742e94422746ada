"""Lots and frames of old records: their capture, minimum quality, states and matches."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import FrameId, LinkId, LotId, PersonId, SearchId, UserId

# The medium is separate from the type of an impression: a rolled print may be live, inked or on
# film. A resolution is recorded as scanned: no picture is scaled up.


class CaptureMedium(StrEnum):
    """The medium that was scanned."""

    LIVE = "live"
    INKED = "inked"
    FILM = "film"


SEARCHABLE_PPI = 500
"""The least pixels per inch of the original form for searching: those of ANSI/NIST captures."""

LAST_SEARCHABLE_GENERATION = 1
"""The master of a film. A copy has lost ridges, and no test here measures the loss."""


@dataclass(frozen=True, slots=True)
class Capture:
    """How a lot was captured. Raises InvalidInputError for an impossible number."""

    medium: CaptureMedium
    ppi: int
    """Pixels per inch of the original form, after allowing for the reduction of a film."""
    generation: int = 1
    """1: the form itself or the master of a film; 2: a copy of that; and so on."""

    def __post_init__(self) -> None:
        if not 50 <= self.ppi <= 4_000:
            raise InvalidInputError(
                "The resolution is not plausible for a scan: give 50 to 4000 pixels per inch.",
                pointer="/ppi",
            )
        if not 1 <= self.generation <= 9:
            raise InvalidInputError(
                "The copy generation of the film must be from 1 (the original) to 9.",
                pointer="/generation",
            )

    @property
    def is_searchable(self) -> bool:
        """Whether its prints may be searched and enrolled.

        Prints below the minimum are kept, but only people compare them.
        """
        return self.ppi >= SEARCHABLE_PPI and self.generation <= LAST_SEARCHABLE_GENERATION


_LABEL = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,39}").fullmatch

MOST_FRAMES = 100_000
"""The most frames of a lot. A roll has some thousand; a room of boxes is many lots."""


class LotKind(StrEnum):
    """The kind of a lot."""

    ROLL = "roll"
    BOX = "box"


class LotState(StrEnum):
    """The state of a lot."""

    OPEN = "open"
    SAMPLED = "sampled"
    """Its sample has been drawn and is being read."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Its frames are being withdrawn from records, before the lot is keyed again."""
    WITHDRAWN = "withdrawn"
    """Its frames have been permanently withdrawn from records."""


class LotVerdict(StrEnum):
    """A decision on a lot."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    VOID = "void"
    """The sampler missed too many planted errors, so another sample must be drawn."""
    WITHDRAWN = "withdrawn"


class FrameState(StrEnum):
    """The state of a frame."""

    RECEIVED = "received"
    KEYED_ONCE = "keyed once"
    DIFFERS = "differs"
    """The two keyings differ, and a third person must settle the differences."""
    UNCODED = "uncoded"
    """A text has no code. A person must assign a code, or leave the text."""
    MATCHING = "matching"
    PROPOSED = "proposed"
    WRITTEN = "written"
    UNATTACHED = "unattached"
    MERGING = "merging"
    """The frame will be written after two records of one human being are merged."""
    SET_ASIDE = "set aside"
    """The frame cannot be keyed as it is, or states no complete date of conviction."""
    NOT_KEPT = "not kept"
    """The frame may no longer be kept, and is waiting for its destruction."""
    DESTROYED = "destroyed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset(
    {
        *(FrameState.WRITTEN, FrameState.UNATTACHED, FrameState.SET_ASIDE),
        *(FrameState.DESTROYED, FrameState.WITHDRAWN),
    }
)
"""The states in which nothing is left to do before the sample is drawn."""

SAMPLED = frozenset({FrameState.WRITTEN, FrameState.UNATTACHED})
"""The states of frames whose settled fields are sampled."""

WORKED = frozenset({LotState.OPEN})
"""The states of a lot in which its frames are worked on."""

KEYABLE = frozenset({FrameState.RECEIVED, FrameState.KEYED_ONCE})


@dataclass(frozen=True, slots=True)
class Lot:
    """One roll or box. Raises InvalidInputError for a malformed label."""

    lot_id: LotId
    label: str
    """The office's own label, as on the roll. It contains no personal data."""
    kind: LotKind
    capture: Capture
    opened_by: UserId
    opened_at: datetime
    state: LotState = LotState.OPEN
    round: int = 1
    """The number of times the lot is being keyed. A rejected lot is keyed again completely."""

    def __post_init__(self) -> None:
        if _LABEL(self.label) is None:
            raise InvalidInputError(
                "The lot's label is malformed: use 1 to 40 capital letters, digits, full "
                "stops, slashes or hyphens.",
                pointer="/label",
            )


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a lot."""

    frame_id: FrameId
    lot_id: LotId
    number: int
    """Its position on the roll or in the box, from 1."""
    part: int
    """0 for the frame as scanned; 1 to 9 for a single sheet of a frame that held several."""
    sha256: str
    """SHA-256 of the picture's bytes, in hexadecimal."""
    received_by: UserId
    received_at: datetime
    state: FrameState = FrameState.RECEIVED
    round: int = 1
    """Number of the keying of the lot."""


def check_place(number: int, part: int) -> None:
    """Raise InvalidInputError for a number or part that no frame can have."""
    if not 1 <= number <= MOST_FRAMES:
        raise InvalidInputError(
            "The number of a film frame must be from 1 to 100000.", pointer="/number"
        )
    if not 0 <= part <= 9:
        raise InvalidInputError(
            "The number of a film frame's part must be from 0 to 9.", pointer="/part"
        )


class MatchBasis(StrEnum):
    """The basis of a match."""

    PRINTS = "prints"
    """A link made by two sealed decisions, or a search that ended without a link."""
    DETAILS = "details"
    """Two people compared the text of the frame with the record."""


class MatchOutcome(StrEnum):
    """The record to which a frame belongs."""

    EXISTING = "existing record"
    NEW = "new record"
    MERGE = "two records"
    """Two records of one human being, which must be merged first."""
    CANNOT_TELL = "cannot tell"
    """The frame stays unattached to any record."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposed outcome, and the verdict of a second person on it."""

    number: int
    outcome: MatchOutcome
    basis: MatchBasis
    search_id: SearchId
    candidates: int
    """The number of people whom the search returned above its threshold."""
    proposed_by: UserId
    person_id: PersonId | None = None
    other_person_id: PersonId | None = None
    link_id: LinkId | None = None
    words: str = ""
    """Free text for people; it is never used in computation."""
    agrees: bool | None = None
    """None until a second person has checked the proposal."""
    read_by: UserId | None = None
