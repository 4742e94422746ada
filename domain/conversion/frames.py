"""Lots and frames of old records: capture and its floor, states, and outcomes of matching."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import FrameId, LinkId, LotId, PersonId, SearchId, UserId

# The medium is distinguished from the type of an impression: a rolled print may be live, inked or
# on film. A resolution is recorded as scanned; nothing here scales a picture up.


class CaptureMedium(StrEnum):
    """The scanned medium."""

    LIVE = "live"
    INKED = "inked"
    FILM = "film"


SEARCHABLE_PPI = 500
"""Pixels to an inch of the original form: ANSI/NIST captures begin there."""

LAST_SEARCHABLE_GENERATION = 1
"""The master of a film. A copy of it has lost ridges that no test here measures."""


@dataclass(frozen=True, slots=True)
class Capture:
    """How a lot was captured. Raises InvalidInputError for an impossible number."""

    medium: CaptureMedium
    ppi: int
    """Pixels to an inch of the original, the reduction of a film counted in."""
    generation: int = 1
    """1: the form itself or the master of a film; 2: a copy of it, and so on."""

    def __post_init__(self) -> None:
        if not 50 <= self.ppi <= 4_000:
            raise InvalidInputError(
                "The resolution is not plausible for a scan: give 50 to 4000 ppi.", pointer="/ppi"
            )
        if not 1 <= self.generation <= 9:
            raise InvalidInputError(
                "The generation must be 1 to 9: correct it.", pointer="/generation"
            )

    @property
    def is_searchable(self) -> bool:
        """Whether prints on its frames may be searched and enrolled.

        Below the floor they are kept, and only people compare them.
        """
        return self.ppi >= SEARCHABLE_PPI and self.generation <= LAST_SEARCHABLE_GENERATION


_LABEL = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,39}").fullmatch

MOST_FRAMES = 100_000
"""Most frames in a lot: a roll has some thousand, a room of boxes is many lots."""


class LotKind(StrEnum):
    """The kind of a lot."""

    ROLL = "roll"
    BOX = "box"


class LotState(StrEnum):
    """Where a lot stands."""

    OPEN = "open"
    SAMPLED = "sampled"
    """Its sample is drawn, and being read."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Its writings are being taken back, before it is keyed again."""
    WITHDRAWN = "withdrawn"
    """Its writings are taken back for good."""


class LotVerdict(StrEnum):
    """A decision on a lot."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    VOID = "void"
    """The reader of the sample missed too many seeded errors: another is drawn."""
    WITHDRAWN = "withdrawn"


class FrameState(StrEnum):
    """Where a frame stands."""

    RECEIVED = "received"
    KEYED_ONCE = "keyed once"
    DIFFERS = "differs"
    """A third person settles the differences of two keyings."""
    UNCODED = "uncoded"
    """A text has no code: a person gives one, or leaves the text."""
    MATCHING = "matching"
    PROPOSED = "proposed"
    WRITTEN = "written"
    UNATTACHED = "unattached"
    MERGING = "merging"
    """Written once two records of one human being are merged."""
    SET_ASIDE = "set aside"
    """Cannot be keyed as it is, or names no day of a conviction."""
    NOT_KEPT = "not kept"
    """May no longer be kept: waits for its destruction."""
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
"""The states of a lot in which its frames are worked."""

KEYABLE = frozenset({FrameState.RECEIVED, FrameState.KEYED_ONCE})


@dataclass(frozen=True, slots=True)
class Lot:
    """One roll or box. Raises InvalidInputError for a malformed label."""

    lot_id: LotId
    label: str
    """The office's own name of it, as on the roll; no personal data."""
    kind: LotKind
    capture: Capture
    opened_by: UserId
    opened_at: datetime
    state: LotState = LotState.OPEN
    round: int = 1
    """Which keying of the lot: a rejected lot is keyed again whole."""

    def __post_init__(self) -> None:
        if _LABEL(self.label) is None:
            raise InvalidInputError(
                "The label is malformed: write 1 to 40 capitals, digits, dots, strokes, dashes.",
                pointer="/label",
            )


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a lot."""

    frame_id: FrameId
    lot_id: LotId
    number: int
    """Its place on the roll or in the box, from 1."""
    part: int
    """0: the frame as scanned; 1 to 9: a sheet of a frame that held several."""
    sha256: str
    """SHA-256 of the picture's bytes, in hexadecimal."""
    received_by: UserId
    received_at: datetime
    state: FrameState = FrameState.RECEIVED
    round: int = 1


def check_place(number: int, part: int) -> None:
    """Raise InvalidInputError for a place that no frame can have."""
    if not 1 <= number <= MOST_FRAMES:
        raise InvalidInputError("The number of a frame must be 1 to 100000.", pointer="/number")
    if not 0 <= part <= 9:
        raise InvalidInputError("The part of a frame must be 0 to 9.", pointer="/part")


class MatchBasis(StrEnum):
    """The ground of a match."""

    PRINTS = "prints"
    """A link of two sealed decisions, or a search that ended without one."""
    DETAILS = "details"
    """Two people compared the words of the frame with those of the record."""


class MatchOutcome(StrEnum):
    """To which record a frame belongs."""

    EXISTING = "existing record"
    NEW = "new record"
    MERGE = "two records"
    """A merge of records of one human being: they are merged first."""
    CANNOT_TELL = "cannot tell"
    """Stays unattached."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal of an outcome, and its reading by a second person."""

    number: int
    outcome: MatchOutcome
    basis: MatchBasis
    search_id: SearchId
    candidates: int
    """How many people the search named above its floor."""
    proposed_by: UserId
    person_id: PersonId | None = None
    other_person_id: PersonId | None = None
    link_id: LinkId | None = None
    words: str = ""
    agrees: bool | None = None
    """None until a second person has read it."""
    read_by: UserId | None = None
