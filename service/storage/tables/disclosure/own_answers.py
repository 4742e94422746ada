"""Answers to people about their own data, as they were prepared, with the removed parts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from service.storage.tables.about import OfPerson, Seen, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

own_answers = Table(
    "own_answers",
    METADATA,
    numbered("answer_row"),
    Column("answer_id", String, nullable=False, unique=True),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("prepared_by", String, nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    sealed(),
    Index(None, "request_id", "number"),
    Index(None, "person_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""The last one of a version of a request counts. The payload goes with the person."""

own_answer_removals = Table(
    "own_answer_removals",
    METADATA,
    Column("answer_id", String, ForeignKey("own_answers.answer_id"), primary_key=True),
    Column("place", String, primary_key=True),
    Column("ground", String, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Removed by the preparer of the answer. A place holds ids and no data."""
