"""Back record conversion: lots, frames, keyings, matches, writings, samples.

Images and texts are payloads. The outcome of a step is written once. The state of a frame or lot
is a projection of these outcomes, used to find the next piece of work.
"""

import sqlalchemy as sa

from service.storage.tables.about import OfPerson, Seen, Via, about, about_nobody, sealed, view
from service.storage.tables.metadata import (
    ROW,
    Rows,
    big_numbers,
    by_at,
    identified,
    keys,
    moments,
    number_keys,
    numbered,
    numbers,
    protected,
    refers,
    refers_together,
    stored,
    texts,
    truths,
)

conversion_lots = stored(
    "conversion_lots",
    numbered("lot_row"),
    *texts("lot_id", "label", unique=True),
    *texts("kind", "medium"),
    *numbers("ppi", "generation"),
    *by_at("opened"),
)

conversion_lot_states = stored(
    "conversion_lot_states",
    refers("lot_id", "conversion_lots", primary_key=True),
    *texts("state"),
    *numbers("round"),
    info=protected(Rows.MOVING, fixed=("lot_id",), growing=("round",)),
)

conversion_frames = stored(
    "conversion_frames",
    *identified("frame_row", "frame_id"),
    refers("lot_id", "conversion_lots"),
    *numbers("number", "part"),
    *texts("sha256", "media_type"),
    *by_at("received"),
    sealed(of=("frame_id", "lot_id")),
    sa.UniqueConstraint("lot_id", "number", "part", name="uq_conversion_frames_place"),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)

conversion_frame_states = stored(
    "conversion_frame_states",
    refers("frame_id", "conversion_frames", primary_key=True),
    refers("lot_id", "conversion_lots"),
    *numbers("number"),
    *texts("state"),
    *numbers("round"),
    sa.Index(None, "lot_id", "state", "number"),
    info=protected(Rows.MOVING, fixed=("frame_id", "lot_id", "number"), growing=("round",)),
)

conversion_keyings = stored(
    "conversion_keyings",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round", "place"),
    *by_at("keyed"),
    *texts("fault"),
    sealed(of=("frame_id", "round", "place")),
    sa.CheckConstraint("place IN (1, 2)", name="twice"),
    sa.UniqueConstraint("frame_id", "round", "keyed_by", name="uq_conversion_keyings_two_people"),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)

conversion_settlements = stored(
    "conversion_settlements",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round"),
    *texts("settled_by", nullable=True),
    *moments("settled_at"),
    *texts(
        "first_keyer", "second_keyer", "fault", "differing", "overruled_first", "overruled_second"
    ),
    *numbers("uncoded"),
    *texts("provision"),
    sealed(of=("frame_id", "round")),
    sa.CheckConstraint(
        "settled_by IS NULL OR (settled_by <> first_keyer AND settled_by <> second_keyer)",
        name="third_person",
    ),
    sa.CheckConstraint("first_keyer <> second_keyer", name="two_keyers"),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)
"""`settled_by` is empty if the two keyings agreed.

Fields are listed as codes separated by commas. `provision` is the provision of retention law under
which the frame is kept or not.
"""

conversion_codings = stored(
    "conversion_codings",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round"),
    *by_at("coded"),
    *numbers("left_as_text"),
    sealed(of=("frame_id", "round")),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)


conversion_searches = stored(
    "conversion_searches",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round", "number"),
    *texts("basis", "search_id"),
    *by_at("started"),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.NO_CONTENT),
)

conversion_matches = stored(
    "conversion_matches",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round", "number"),
    *texts("outcome", "basis", "search_id"),
    *texts("link_id", nullable=True),
    refers("person_row", "persons", nullable=True, index=True),
    refers("other_row", "persons.person_row", nullable=True),
    *numbers("candidates"),
    *by_at("proposed"),
    sealed(of=("frame_id", "round", "number")),
    info=about(
        OfPerson("person_row"),
        OfPerson("other_row"),
        Via("frame_id", "frame_persons"),
        seen=Seen.OFFICE_WORDS,
        shared="a reason why a frame is about one person and not another",
    ),
)

conversion_match_readings = stored(
    "conversion_match_readings",
    *keys("frame_id"),
    *number_keys("round", "number"),
    *truths("agrees"),
    *texts("proposed_by"),
    *by_at("read"),
    *texts("link_id", nullable=True),
    refers_together(
        "conversion_matches",
        "frame_id",
        "round",
        "number",
        name="fk_conversion_match_readings_match",
    ),
    sa.CheckConstraint("link_id IS NOT NULL OR read_by <> proposed_by", name="two_people"),
)
"""One person is enough if there is a link, because two examiners have decided the link."""

conversion_writings = stored(
    "conversion_writings",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round"),
    *texts("record_id", index=True),
    refers("person_row", "persons", index=True),
    sa.Column("version", ROW, nullable=False),
    *truths("is_new"),
    *by_at("written"),
    info=about(OfPerson("person_row"), seen=Seen.AS_RECORD),
)
"""`version` is the version of the record after the frame was written to it."""

conversion_written_items = stored(
    "conversion_written_items",
    *keys("frame_id"),
    *number_keys("round"),
    *keys("item_id"),
    *truths("is_second_source"),
    refers_together(
        "conversion_writings", "frame_id", "round", name="fk_conversion_written_items_writing"
    ),
)
"""The items of the record for which the frame is a source."""

conversion_takebacks = stored(
    "conversion_takebacks",
    refers("frame_id", "conversion_frames", primary_key=True),
    *number_keys("round"),
    sa.Column("version", ROW),
    *by_at("taken"),
)
"""Withdrawn writings; `version` is that of the record afterwards, empty if none was made."""

conversion_destructions = stored(
    "conversion_destructions",
    refers("frame_id", "conversion_frames", primary_key=True),
    *texts("provision"),
    *by_at("destroyed"),
)

_other = conversion_writings.alias("other")
_IS_TAKEN_BACK = sa.exists().where(
    conversion_takebacks.c.frame_id == _other.c.frame_id,
    conversion_takebacks.c.round == _other.c.round,
)
_STANDS_ELSEWHERE = sa.exists().where(
    _other.c.frame_id == conversion_writings.c.frame_id,
    _other.c.person_row != conversion_writings.c.person_row,
    ~_IS_TAKEN_BACK,
)
frame_persons = view(
    "frame_persons",
    sa.select(conversion_writings.c.frame_id, conversion_writings.c.person_row).where(
        ~_STANDS_ELSEWHERE
    ),
    OfPerson("person_row"),
)
"""Frames and the people to whose records they were written.

A frame that was withdrawn and keyed again may now be in the record of another person; it then
belongs to that person.
"""


conversion_lot_decisions = stored(
    "conversion_lot_decisions",
    refers("lot_id", "conversion_lots", primary_key=True),
    *number_keys("round"),
    *keys("decision"),
    *number_keys("draw"),
    *by_at("decided"),
    sealed(of=("lot_id", "round", "decision", "draw")),
    info=about_nobody("text about a whole lot, which concerns many people"),
)
"""Decisions on lots: accepted or rejected on the basis of a draw, or withdrawn."""

conversion_draws = stored(
    "conversion_draws",
    refers("lot_id", "conversion_lots", primary_key=True),
    *number_keys("round", "draw"),
    *big_numbers("seed"),
    *numbers("units", "seeded"),
    *by_at("drawn"),
)

conversion_draw_units = stored(
    "conversion_draw_units",
    *keys("lot_id"),
    *number_keys("round", "draw", "place"),
    refers("frame_id", "conversion_frames"),
    *texts("field", "error_class"),
    *truths("is_seeded"),
    sealed(of=("lot_id", "round", "draw", "place")),
    refers_together(
        "conversion_draws", "lot_id", "round", "draw", name="fk_conversion_draw_units_draw"
    ),
    info=about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)
"""The payload of a unit with a planted error is the wrong value shown to its reader."""

conversion_unit_readings = stored(
    "conversion_unit_readings",
    *keys("lot_id"),
    *number_keys("round", "draw", "place"),
    *truths("is_right"),
    *by_at("read"),
    refers_together(
        "conversion_draw_units",
        *("lot_id", "round", "draw", "place"),
        name="fk_conversion_unit_readings_unit",
    ),
)
