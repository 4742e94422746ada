"""Searches, matches and their readings, writings, takebacks and destructions."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    exists,
    select,
)

from service.storage.tables.about import OfPerson, Seen, Via, about, view
from service.storage.tables.conversion.columns import (
    ONCE,
    by_at,
    count,
    flag,
    frame,
    key,
    payload,
    text,
)
from service.storage.tables.metadata import (
    METADATA,
    ROW,
)

conversion_searches = Table(
    "conversion_searches",
    METADATA,
    frame(),
    key("round"),
    key("number"),
    text("basis"),
    text("search_id"),
    *by_at("started"),
    info=ONCE | about(Via("frame_id", "frame_persons"), seen=Seen.NO_CONTENT),
)

conversion_matches = Table(
    "conversion_matches",
    METADATA,
    frame(),
    key("round"),
    key("number"),
    text("outcome"),
    text("basis"),
    text("search_id"),
    Column("link_id", String),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    Column("other_row", ROW, ForeignKey("persons.person_row")),
    count("candidates"),
    *by_at("proposed"),
    payload(),
    Index(None, "person_row"),
    info=ONCE
    | about(
        OfPerson("person_row"),
        OfPerson("other_row"),
        Via("frame_id", "frame_persons"),
        seen=Seen.OFFICE_WORDS,
        shared="a reason why a frame is of one person and not of another",
    ),
)

conversion_match_readings = Table(
    "conversion_match_readings",
    METADATA,
    Column("frame_id", String, primary_key=True),
    key("round"),
    key("number"),
    flag("agrees"),
    text("proposed_by"),
    *by_at("read"),
    Column("link_id", String),
    ForeignKeyConstraint(
        ["frame_id", "round", "number"],
        ["conversion_matches.frame_id", "conversion_matches.round", "conversion_matches.number"],
        name="fk_conversion_match_readings_match",
    ),
    CheckConstraint("link_id IS NOT NULL OR read_by <> proposed_by", name="two_people"),
    info=ONCE,
)
"""One person suffices on a link alone: two examiners have decided it."""

conversion_writings = Table(
    "conversion_writings",
    METADATA,
    frame(),
    key("round"),
    text("record_id"),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("version", ROW, nullable=False),
    flag("is_new"),
    *by_at("written"),
    Index(None, "record_id"),
    Index(None, "person_row"),
    info=ONCE | about(OfPerson("person_row"), seen=Seen.AS_RECORD),
)
"""`version`: of the record, as it was after the frame was written to it."""

conversion_written_items = Table(
    "conversion_written_items",
    METADATA,
    Column("frame_id", String, primary_key=True),
    key("round"),
    Column("item_id", String, primary_key=True),
    flag("is_second_source"),
    ForeignKeyConstraint(
        ["frame_id", "round"],
        ["conversion_writings.frame_id", "conversion_writings.round"],
        name="fk_conversion_written_items_writing",
    ),
    info=ONCE,
)
"""The items of the record that have the frame as a source."""

conversion_takebacks = Table(
    "conversion_takebacks",
    METADATA,
    frame(),
    key("round"),
    Column("version", ROW),
    *by_at("taken"),
    info=ONCE,
)
"""Writings taken back; `version` is that of the record afterwards, empty where none was made."""

conversion_destructions = Table(
    "conversion_destructions",
    METADATA,
    frame(),
    text("provision"),
    *by_at("destroyed"),
    info=ONCE,
)

_other = conversion_writings.alias("other")
_IS_TAKEN_BACK = exists().where(
    conversion_takebacks.c.frame_id == _other.c.frame_id,
    conversion_takebacks.c.round == _other.c.round,
)
_STANDS_ELSEWHERE = exists().where(
    _other.c.frame_id == conversion_writings.c.frame_id,
    _other.c.person_row != conversion_writings.c.person_row,
    ~_IS_TAKEN_BACK,
)
frame_persons = view(
    "frame_persons",
    select(conversion_writings.c.frame_id, conversion_writings.c.person_row).where(
        ~_STANDS_ELSEWHERE
    ),
    OfPerson("person_row"),
)
"""Frames and the people to whose records they were written.

One that was taken back and keyed again may stand in the record of another: it is theirs.
"""
