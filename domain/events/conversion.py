"""Back record conversion: lots, frames from picture to record, samples and verdicts."""

from __future__ import annotations

from domain.conversion.capture import CaptureMedium
from domain.conversion.frames import FrameState, LotKind, LotVerdict
from domain.conversion.keying import FrameFault
from domain.conversion.matching import MatchBasis, MatchOutcome
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, RECORD_PARTS, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import FrameId, LotId, PersonId, RecordId, SearchId

_FRAME = ("frame_id", "frame_id")
_ROUND = ("round", "round")
_NUMBER = ("number", "number")
_LOT = ("lot_id", "lot_id")
_DRAW = ("draw", "draw")


@event(
    "lot-opened",
    rows=(
        Row(
            "conversion_lots",
            key="lot_id",
            by="opened_by",
            says=("kind", "medium", "ppi", "generation"),
        ),
        Committed("conversion_lots", (_LOT,)),
    ),
    demands=ITS_ROW,
)
class LotOpened(Event):
    """A roll or box of old records was opened for conversion."""

    lot_id: Subject[LotId]
    kind: LotKind
    medium: CaptureMedium
    ppi: int
    generation: int


@event(
    "frame-received",
    rows=(
        Row(
            "conversion_frames",
            key="frame_id",
            by="received_by",
            says=("lot_id", "number", "part", "sha256"),
        ),
        Committed("conversion_frames", (_FRAME,)),
    ),
    demands=ITS_ROW,
)
class FrameReceived(Event):
    """A frame of a lot was received as a picture."""

    frame_id: Subject[FrameId]
    lot_id: Subject[LotId]
    number: int
    part: int
    sha256: str
    """Of the picture."""


@event(
    "frame-keyed",
    rows=(
        Row("conversion_keyings", key="frame_id", by="keyed_by", says=("round", "place", "fault")),
        Committed("conversion_keyings", (_FRAME, _ROUND, ("place", "place"))),
    ),
    demands=ITS_ROW,
)
class FrameKeyed(Event):
    """A frame was keyed, without sight of another keying."""

    frame_id: Subject[FrameId]
    round: int
    place: int
    """1 or 2."""
    fault: FrameFault


@event(
    "frame-settled",
    rows=(
        Row(
            "conversion_settlements",
            key="frame_id",
            says=("round", "fault", "uncoded", "provision"),
        ),
        Committed("conversion_settlements", (_FRAME, _ROUND)),
    ),
    demands=ITS_ROW,
)
class FrameSettled(Event):
    """Two keyings of a frame agreed, or a third person settled their differences."""

    frame_id: Subject[FrameId]
    round: int
    differing: int
    """How many fields they gave differently."""
    fault: FrameFault
    uncoded: int
    """How many texts no table has a code for."""
    provision: str
    """Of the law of retention."""
    state: FrameState
    """After it."""


@event(
    "frame-coded",
    rows=(
        Row("conversion_codings", key="frame_id", by="coded_by", says=("round", "left_as_text")),
        Committed("conversion_codings", (_FRAME, _ROUND)),
    ),
    demands=ITS_ROW,
)
class FrameCoded(Event):
    """A person gave codes to the texts of a frame, or left them as texts."""

    frame_id: Subject[FrameId]
    round: int
    left_as_text: int


@event(
    "frame-searched",
    rows=(
        Row(
            "conversion_searches",
            key="frame_id",
            by="started_by",
            says=("round", "number", "basis", "search_id"),
        ),
        Committed("conversion_searches", (_FRAME, _ROUND, _NUMBER)),
    ),
    demands=ITS_ROW,
)
class FrameSearched(Event):
    """The records were searched for the person of a frame."""

    frame_id: Subject[FrameId]
    search_id: Subject[SearchId]
    round: int
    number: int
    basis: MatchBasis


@event(
    "match-proposed",
    rows=(
        Row(
            "conversion_matches",
            key="frame_id",
            by="proposed_by",
            says=("round", "number", "outcome", "basis", "candidates"),
        ),
        Committed("conversion_matches", (_FRAME, _ROUND, _NUMBER)),
    ),
    demands=ITS_ROW,
)
class MatchProposed(Event):
    """A person proposed to which record a frame belongs."""

    frame_id: Subject[FrameId]
    round: int
    number: int
    outcome: MatchOutcome
    basis: MatchBasis
    candidates: int
    person_id: Subject[PersonId | None] = None
    other_person_id: Subject[PersonId | None] = None


@event(
    "match-read",
    rows=(
        Row(
            "conversion_match_readings",
            key="frame_id",
            by="read_by",
            says=("round", "number", "agrees"),
        ),
        Committed("conversion_match_readings", (_FRAME, _ROUND, _NUMBER)),
    ),
    demands=ITS_ROW,
)
class MatchRead(Event):
    """A second person agreed with the match of a frame, or did not."""

    frame_id: Subject[FrameId]
    round: int
    number: int
    agrees: bool


@event(
    "record-begun",
    rows=(
        Committed("persons", (("person_id", "person_id"),)),
        Committed("records", (("record_id", "record_id"),), RECORD_PARTS),
    ),
)
class RecordBegun(Event):
    """A record was begun without a capture: from a frame, or by a force or a case officer."""

    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    frame_id: Subject[FrameId | None] = None
    enquiry_id: Subject[SearchId | None] = None
    """The names enquiry that named people who may be this one."""
    excluded: int | None = None
    """How many people of that enquiry were said not to be this one."""


@event(
    "frame-written",
    rows=(
        Row(
            "conversion_writings",
            key="frame_id",
            by="written_by",
            says=("round", "record_id", "version", "is_new"),
        ),
        Committed(
            "conversion_writings",
            (_FRAME, _ROUND),
            (Part("conversion_written_items", (_FRAME, _ROUND)),),
        ),
    ),
    demands=ITS_ROW,
)
class FrameWritten(Event):
    """A frame was written to a record, or became a further source of its content."""

    frame_id: Subject[FrameId]
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    round: int
    version: int
    """Of the record."""
    is_new: bool
    """Whether the record began with it."""
    added: int
    """Items added to the record."""
    confirmed: int
    """Items that the record held already."""


@event(
    "frame-taken-back",
    rows=(
        Row("conversion_takebacks", key="frame_id", by="taken_by", says=("round",)),
        Committed("conversion_takebacks", (_FRAME, _ROUND)),
    ),
    demands=ITS_ROW,
)
class FrameTakenBack(Event):
    """A frame's items were withdrawn from the record that it was written to."""

    frame_id: Subject[FrameId]
    round: int
    withdrawn: int


@event(
    "frames-destroyed",
    rows=(
        Row("conversion_destructions", key="frame_id", by="destroyed_by"),
        Committed("conversion_destructions", (_FRAME,)),
    ),
    demands=ITS_ROW,
)
class FramesDestroyed(Event):
    """Pictures and texts of frames that may no longer be kept were destroyed."""

    frame_id: Subject[tuple[FrameId, ...]]
    count: int


@event(
    "sample-drawn",
    rows=(
        Row(
            "conversion_draws",
            key="lot_id",
            by="drawn_by",
            says=("round", "draw", "seed", "units", "seeded"),
        ),
        Committed(
            "conversion_draws",
            (_LOT, _ROUND, _DRAW),
            (Part("conversion_draw_units", (_LOT, _ROUND, _DRAW)),),
        ),
    ),
    demands=ITS_ROW,
)
class SampleDrawn(Event):
    """The sample of a lot was drawn."""

    lot_id: Subject[LotId]
    round: int
    draw: int
    seed: int
    units: int
    seeded: int
    """How many units are shown with an error, to measure the reader."""
    drawn: Subject[tuple[str, ...]]
    """The list: frame and field of each unit, with a colon, in the order of reading."""


@event(
    "sample-unit-read",
    rows=(
        Row(
            "conversion_unit_readings",
            key="lot_id",
            by="read_by",
            says=("round", "draw", "place", "is_right"),
        ),
        Committed("conversion_unit_readings", (_LOT, _ROUND, _DRAW, ("place", "place"))),
    ),
    demands=ITS_ROW,
)
class SampleUnitRead(Event):
    """A sampler compared a field with its frame."""

    lot_id: Subject[LotId]
    round: int
    draw: int
    place: int
    is_right: bool


@event(
    "lot-decided",
    rows=(
        Row(
            "conversion_lot_decisions",
            key="lot_id",
            by="decided_by",
            says=("round", "decision", "draw"),
        ),
        Committed("conversion_lot_decisions", (_LOT, _ROUND, ("decision", "decision"), _DRAW)),
    ),
    demands=ITS_ROW,
)
class LotDecided(Event):
    """A lot was accepted or rejected on its sample, or withdrawn."""

    lot_id: Subject[LotId]
    round: int
    decision: LotVerdict
    draw: int
    """0 for a withdrawal."""
    critical_errors: int
    major_errors: int
    minor_errors: int
