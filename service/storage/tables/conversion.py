"""Back record conversion: lots, frames, keyings, matches, writings, samples.

Pictures and texts are payloads. What a step did is written once; where a frame or a lot stands is
a projection of it, by which the next piece of work is found.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

_ONCE = protected(Rows.WRITTEN_ONCE)


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _payload() -> Column[int]:
    return Column("payload_id", ROW, nullable=False)


def _by_at(verb: str) -> tuple[Column[str], Column[object]]:
    return _text(f"{verb}_by"), Column(f"{verb}_at", UtcDateTime, nullable=False)


def _lot() -> Column[str]:
    return Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), primary_key=True)


def _frame() -> Column[str]:
    return Column("frame_id", String, ForeignKey("conversion_frames.frame_id"), primary_key=True)


conversion_lots = Table(
    "conversion_lots",
    METADATA,
    numbered("lot_row"),
    Column("lot_id", String, nullable=False, unique=True),
    Column("label", String, nullable=False, unique=True),
    _text("kind"),
    _text("medium"),
    _count("ppi"),
    _count("generation"),
    *_by_at("opened"),
    sqlite_autoincrement=True,
    info=_ONCE,
)

conversion_lot_states = Table(
    "conversion_lot_states",
    METADATA,
    _lot(),
    _text("state"),
    _count("round"),
    info=protected(Rows.MOVING, fixed=("lot_id",), growing=("round",)),
)

conversion_frames = Table(
    "conversion_frames",
    METADATA,
    numbered("frame_row"),
    Column("frame_id", String, nullable=False, unique=True),
    Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), nullable=False),
    _count("number"),
    _count("part"),
    _text("sha256"),
    _text("media_type"),
    *_by_at("received"),
    _payload(),
    UniqueConstraint("lot_id", "number", "part", name="uq_conversion_frames_place"),
    sqlite_autoincrement=True,
    info=_ONCE,
)

conversion_frame_states = Table(
    "conversion_frame_states",
    METADATA,
    _frame(),
    Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), nullable=False),
    _count("number"),
    _text("state"),
    _count("round"),
    Index(None, "lot_id", "state", "number"),
    info=protected(Rows.MOVING, fixed=("frame_id", "lot_id", "number"), growing=("round",)),
)

conversion_keyings = Table(
    "conversion_keyings",
    METADATA,
    _frame(),
    _key("round"),
    _key("place"),
    *_by_at("keyed"),
    _text("fault"),
    _payload(),
    CheckConstraint("place IN (1, 2)", name="twice"),
    UniqueConstraint("frame_id", "round", "keyed_by", name="uq_conversion_keyings_two_people"),
    info=_ONCE,
)

conversion_settlements = Table(
    "conversion_settlements",
    METADATA,
    _frame(),
    _key("round"),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime, nullable=False),
    _text("first_keyer"),
    _text("second_keyer"),
    _text("fault"),
    _text("differing"),
    _text("overruled_first"),
    _text("overruled_second"),
    _count("uncoded"),
    _text("provision"),
    _payload(),
    CheckConstraint(
        "settled_by IS NULL OR (settled_by <> first_keyer AND settled_by <> second_keyer)",
        name="third_person",
    ),
    CheckConstraint("first_keyer <> second_keyer", name="two_keyers"),
    info=_ONCE,
)
"""`settled_by`: empty where the two keyings agreed. Fields by their codes, with commas.
`provision`: of the law of retention, on which the frame is kept or not."""

conversion_codings = Table(
    "conversion_codings",
    METADATA,
    _frame(),
    _key("round"),
    *_by_at("coded"),
    _count("left_as_text"),
    _payload(),
    info=_ONCE,
)

conversion_searches = Table(
    "conversion_searches",
    METADATA,
    _frame(),
    _key("round"),
    _key("number"),
    _text("basis"),
    _text("search_id"),
    *_by_at("started"),
    info=_ONCE,
)

conversion_matches = Table(
    "conversion_matches",
    METADATA,
    _frame(),
    _key("round"),
    _key("number"),
    _text("outcome"),
    _text("basis"),
    _text("search_id"),
    Column("link_id", String),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    Column("other_row", ROW, ForeignKey("persons.person_row")),
    _count("candidates"),
    *_by_at("proposed"),
    _payload(),
    Index(None, "person_row"),
    info=_ONCE,
)

conversion_match_readings = Table(
    "conversion_match_readings",
    METADATA,
    Column("frame_id", String, primary_key=True),
    _key("round"),
    _key("number"),
    _flag("agrees"),
    _text("proposed_by"),
    *_by_at("read"),
    Column("link_id", String),
    ForeignKeyConstraint(
        ["frame_id", "round", "number"],
        ["conversion_matches.frame_id", "conversion_matches.round", "conversion_matches.number"],
        name="fk_conversion_match_readings_match",
    ),
    CheckConstraint("link_id IS NOT NULL OR read_by <> proposed_by", name="two_people"),
    info=_ONCE,
)
"""One person suffices on a link alone: two examiners have decided it."""

conversion_writings = Table(
    "conversion_writings",
    METADATA,
    _frame(),
    _key("round"),
    _text("record_id"),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("version", ROW, nullable=False),
    _flag("is_new"),
    *_by_at("written"),
    Index(None, "record_id"),
    Index(None, "person_row"),
    info=_ONCE,
)
"""`version`: of the record, as it was after the frame was written to it."""

conversion_written_items = Table(
    "conversion_written_items",
    METADATA,
    Column("frame_id", String, primary_key=True),
    _key("round"),
    Column("item_id", String, primary_key=True),
    _flag("is_second_source"),
    ForeignKeyConstraint(
        ["frame_id", "round"],
        ["conversion_writings.frame_id", "conversion_writings.round"],
        name="fk_conversion_written_items_writing",
    ),
    info=_ONCE,
)
"""The items of the record that have the frame as a source."""

conversion_takebacks = Table(
    "conversion_takebacks",
    METADATA,
    _frame(),
    _key("round"),
    Column("version", ROW),
    *_by_at("taken"),
    info=_ONCE,
)
"""Writings taken back; `version` is that of the record afterwards, empty where none was made."""

conversion_destructions = Table(
    "conversion_destructions",
    METADATA,
    _frame(),
    _text("provision"),
    *_by_at("destroyed"),
    info=_ONCE,
)

conversion_lot_decisions = Table(
    "conversion_lot_decisions",
    METADATA,
    _lot(),
    _key("round"),
    Column("decision", String, primary_key=True),
    _key("draw"),
    *_by_at("decided"),
    _payload(),
    info=_ONCE,
)
"""Accepted or rejected on a draw, or withdrawn."""

conversion_draws = Table(
    "conversion_draws",
    METADATA,
    _lot(),
    _key("round"),
    _key("draw"),
    Column("seed", BigInteger, nullable=False),
    _count("units"),
    _count("seeded"),
    *_by_at("drawn"),
    info=_ONCE,
)

_DRAW = ["conversion_draws.lot_id", "conversion_draws.round", "conversion_draws.draw"]

conversion_draw_units = Table(
    "conversion_draw_units",
    METADATA,
    Column("lot_id", String, primary_key=True),
    _key("round"),
    _key("draw"),
    _key("place"),
    Column("frame_id", String, ForeignKey("conversion_frames.frame_id"), nullable=False),
    _text("field"),
    _text("error_class"),
    _flag("is_seeded"),
    _payload(),
    ForeignKeyConstraint(["lot_id", "round", "draw"], _DRAW, name="fk_conversion_draw_units_draw"),
    info=_ONCE,
)
"""The payload of a seeded unit is the wrong value that its reader is shown."""

conversion_unit_readings = Table(
    "conversion_unit_readings",
    METADATA,
    Column("lot_id", String, primary_key=True),
    _key("round"),
    _key("draw"),
    _key("place"),
    _flag("is_right"),
    *_by_at("read"),
    ForeignKeyConstraint(
        ["lot_id", "round", "draw", "place"],
        [f"conversion_draw_units.{name}" for name in ("lot_id", "round", "draw", "place")],
        name="fk_conversion_unit_readings_unit",
    ),
    info=_ONCE,
)
