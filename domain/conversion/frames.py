"""Lots and frames, the states of a frame and the steps between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.conversion.capture import Capture
from domain.errors import InvalidInputError
from domain.ids import FrameId, LotId, UserId

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
