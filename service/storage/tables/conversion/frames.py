"""Lots, frames, keyings, settlements and codings."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import Seen, Via, about
from service.storage.tables.conversion.columns import (
    ONCE,
    by_at,
    count,
    frame,
    key,
    lot,
    payload,
    text,
)
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

conversion_lots = Table(
    "conversion_lots",
    METADATA,
    numbered("lot_row"),
    Column("lot_id", String, nullable=False, unique=True),
    Column("label", String, nullable=False, unique=True),
    text("kind"),
    text("medium"),
    count("ppi"),
    count("generation"),
    *by_at("opened"),
    sqlite_autoincrement=True,
    info=ONCE,
)

conversion_lot_states = Table(
    "conversion_lot_states",
    METADATA,
    lot(),
    text("state"),
    count("round"),
    info=protected(Rows.MOVING, fixed=("lot_id",), growing=("round",)),
)

conversion_frames = Table(
    "conversion_frames",
    METADATA,
    numbered("frame_row"),
    Column("frame_id", String, nullable=False, unique=True),
    Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), nullable=False),
    count("number"),
    count("part"),
    text("sha256"),
    text("media_type"),
    *by_at("received"),
    payload(),
    UniqueConstraint("lot_id", "number", "part", name="uq_conversion_frames_place"),
    sqlite_autoincrement=True,
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)

conversion_frame_states = Table(
    "conversion_frame_states",
    METADATA,
    frame(),
    Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), nullable=False),
    count("number"),
    text("state"),
    count("round"),
    Index(None, "lot_id", "state", "number"),
    info=protected(Rows.MOVING, fixed=("frame_id", "lot_id", "number"), growing=("round",)),
)

conversion_keyings = Table(
    "conversion_keyings",
    METADATA,
    frame(),
    key("round"),
    key("place"),
    *by_at("keyed"),
    text("fault"),
    payload(),
    CheckConstraint("place IN (1, 2)", name="twice"),
    UniqueConstraint("frame_id", "round", "keyed_by", name="uq_conversion_keyings_two_people"),
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)

conversion_settlements = Table(
    "conversion_settlements",
    METADATA,
    frame(),
    key("round"),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime, nullable=False),
    text("first_keyer"),
    text("second_keyer"),
    text("fault"),
    text("differing"),
    text("overruled_first"),
    text("overruled_second"),
    count("uncoded"),
    text("provision"),
    payload(),
    CheckConstraint(
        "settled_by IS NULL OR (settled_by <> first_keyer AND settled_by <> second_keyer)",
        name="third_person",
    ),
    CheckConstraint("first_keyer <> second_keyer", name="two_keyers"),
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)
"""`settled_by`: empty where the two keyings agreed. Fields by their codes, with commas.
`provision`: of the law of retention, on which the frame is kept or not."""

conversion_codings = Table(
    "conversion_codings",
    METADATA,
    frame(),
    key("round"),
    *by_at("coded"),
    count("left_as_text"),
    payload(),
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)
