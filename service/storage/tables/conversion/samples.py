"""Decisions on lots, draws and their readings."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Table,
)

from service.storage.tables.about import Seen, Via, about, about_nobody
from service.storage.tables.conversion.columns import (
    ONCE,
    by_at,
    count,
    flag,
    key,
    lot,
    payload,
    text,
)
from service.storage.tables.metadata import (
    METADATA,
)

conversion_lot_decisions = Table(
    "conversion_lot_decisions",
    METADATA,
    lot(),
    key("round"),
    Column("decision", String, primary_key=True),
    key("draw"),
    *by_at("decided"),
    payload(),
    info=ONCE | about_nobody("words on a whole lot, which is of many people"),
)
"""Accepted or rejected on a draw, or withdrawn."""

conversion_draws = Table(
    "conversion_draws",
    METADATA,
    lot(),
    key("round"),
    key("draw"),
    Column("seed", BigInteger, nullable=False),
    count("units"),
    count("seeded"),
    *by_at("drawn"),
    info=ONCE,
)

_DRAW = ["conversion_draws.lot_id", "conversion_draws.round", "conversion_draws.draw"]

conversion_draw_units = Table(
    "conversion_draw_units",
    METADATA,
    Column("lot_id", String, primary_key=True),
    key("round"),
    key("draw"),
    key("place"),
    Column("frame_id", String, ForeignKey("conversion_frames.frame_id"), nullable=False),
    text("field"),
    text("error_class"),
    flag("is_seeded"),
    payload(),
    ForeignKeyConstraint(["lot_id", "round", "draw"], _DRAW, name="fk_conversion_draw_units_draw"),
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.AS_RECORD),
)
"""The payload of a seeded unit is the wrong value that its reader is shown."""

conversion_unit_readings = Table(
    "conversion_unit_readings",
    METADATA,
    Column("lot_id", String, primary_key=True),
    key("round"),
    key("draw"),
    key("place"),
    flag("is_right"),
    *by_at("read"),
    ForeignKeyConstraint(
        ["lot_id", "round", "draw", "place"],
        [f"conversion_draw_units.{name}" for name in ("lot_id", "round", "draw", "place")],
        name="fk_conversion_unit_readings_unit",
    ),
    info=ONCE,
)
