"""Back record conversion: lots, frames from picture to record, samples and verdicts."""

from domain.conversion import frames
from domain.conversion.form import FrameFault
from domain.events.declaring import Event, Subject, event
from domain.events.rows import RECORD_PARTS, Committed, Leaves
from domain.ids import FrameId, LotId, PersonId, RecordId, SearchId


@event("lot-opened", leaves=Leaves("conversion_lots", by="opened_by"))
class LotOpened(Event):
    """A roll or box of old records was opened for conversion."""

    lot_id: Subject[LotId]
    kind: frames.LotKind
    medium: frames.CaptureMedium
    ppi: int
    generation: int


@event("frame-received", leaves=Leaves("conversion_frames", by="received_by"))
class FrameReceived(Event):
    """A frame of a lot was received as a picture."""

    frame_id: Subject[FrameId]
    lot_id: Subject[LotId]
    number: int
    part: int
    sha256: str
    """SHA-256 of the picture."""


@event(
    "frame-keyed",
    leaves=Leaves("conversion_keyings", by="keyed_by", where=("frame_id", "round", "place")),
)
class FrameKeyed(Event):
    """A frame was keyed by a person who could not see the other keying."""

    frame_id: Subject[FrameId]
    round: int
    place: int
    """1 for the first keying, 2 for the second."""
    fault: FrameFault


@event(
    "frame-settled",
    leaves=Leaves(
        "conversion_settlements",
        says=("round", "fault", "uncoded", "provision"),
        where=("frame_id", "round"),
    ),
)
class FrameSettled(Event):
    """Two keyings of a frame agreed, or a third person settled their differences."""

    frame_id: Subject[FrameId]
    round: int
    differing: int
    """The number of fields in which the two keyings differed."""
    fault: FrameFault
    uncoded: int
    """The number of texts for which no table has a code."""
    provision: str
    """The retention provision that applies."""
    state: frames.FrameState


@event(
    "frame-coded", leaves=Leaves("conversion_codings", by="coded_by", where=("frame_id", "round"))
)
class FrameCoded(Event):
    """A person assigned codes to the texts of a frame, or left them as texts."""

    frame_id: Subject[FrameId]
    round: int
    left_as_text: int


@event(
    "frame-searched",
    leaves=Leaves("conversion_searches", by="started_by", where=("frame_id", "round", "number")),
)
class FrameSearched(Event):
    """The records were searched for the person of a frame."""

    frame_id: Subject[FrameId]
    search_id: Subject[SearchId]
    round: int
    number: int
    basis: frames.MatchBasis


@event(
    "match-proposed",
    leaves=Leaves("conversion_matches", by="proposed_by", where=("frame_id", "round", "number")),
)
class MatchProposed(Event):
    """A person proposed which record a frame belongs to, or that the match cannot be decided."""

    frame_id: Subject[FrameId]
    round: int
    number: int
    outcome: frames.MatchOutcome
    basis: frames.MatchBasis
    candidates: int
    person_id: Subject[PersonId | None] = None
    other_person_id: Subject[PersonId | None] = None


@event(
    "match-read",
    leaves=Leaves(
        "conversion_match_readings", by="read_by", where=("frame_id", "round", "number")
    ),
)
class MatchRead(Event):
    """A second person agreed or disagreed with the proposed match of a frame."""

    frame_id: Subject[FrameId]
    round: int
    number: int
    agrees: bool


@event(
    "record-begun",
    leaves=(
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
    """The names enquiry whose candidates might have been this person."""
    excluded: int | None = None
    """The number of people in that enquiry who were stated not to be this person."""


@event(
    "frame-written",
    leaves=Leaves(
        "conversion_writings",
        by="written_by",
        where=("frame_id", "round"),
        parts=("conversion_written_items",),
    ),
)
class FrameWritten(Event):
    """A frame was written to a record, or became a further source of the record's content."""

    frame_id: Subject[FrameId]
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    round: int
    version: int
    is_new: bool
    """Whether the frame began the record."""
    added: int
    """The number of items added to the record."""
    confirmed: int
    """The number of items that the record already held."""


@event(
    "frame-taken-back",
    leaves=Leaves("conversion_takebacks", by="taken_by", where=("frame_id", "round")),
)
class FrameTakenBack(Event):
    """The items of a frame were withdrawn from the record to which they had been written."""

    frame_id: Subject[FrameId]
    round: int
    withdrawn: int


@event("frames-destroyed", leaves=Leaves("conversion_destructions", by="destroyed_by"))
class FramesDestroyed(Event):
    """Pictures and texts of frames that may no longer be kept were destroyed."""

    frame_id: Subject[tuple[FrameId, ...]]
    count: int


@event(
    "sample-drawn",
    leaves=Leaves(
        "conversion_draws",
        by="drawn_by",
        where=("lot_id", "round", "draw"),
        parts=("conversion_draw_units",),
    ),
)
class SampleDrawn(Event):
    """The sample of a lot was drawn."""

    lot_id: Subject[LotId]
    round: int
    draw: int
    seed: int
    units: int
    seeded: int
    """The number of units shown with a planted error, to measure the sampler."""
    drawn: Subject[tuple[str, ...]]
    """The frame and field of each unit, joined by a colon, in the order of reading."""


@event(
    "sample-unit-read",
    leaves=Leaves(
        "conversion_unit_readings", by="read_by", where=("lot_id", "round", "draw", "place")
    ),
)
class SampleUnitRead(Event):
    """A sampler compared a keyed field with the film frame."""

    lot_id: Subject[LotId]
    round: int
    draw: int
    place: int
    is_right: bool


@event(
    "lot-decided",
    leaves=Leaves(
        "conversion_lot_decisions", by="decided_by", where=("lot_id", "round", "decision", "draw")
    ),
)
class LotDecided(Event):
    """A lot was accepted or rejected on the basis of its sample, or was withdrawn."""

    lot_id: Subject[LotId]
    round: int
    decision: frames.LotVerdict
    draw: int
    """0 if the lot was withdrawn."""
    critical_errors: int
    major_errors: int
    minor_errors: int
