"""Doubts about the gallery, and the supervisors' conclusions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, SmallInteger, String, Table, UniqueConstraint

from service.storage.tables.about import OF_PAIR, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

gallery_cases = Table(
    "gallery_cases",
    METADATA,
    numbered("case_row"),
    Column("case_id", String, nullable=False, unique=True),
    Column("doubt", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("prints", String, nullable=False),
    Column("person_id", String, ForeignKey("persons.person_id"), nullable=False),
    Column("other_person_id", String, ForeignKey("persons.person_id")),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id"), nullable=False),
    Column("other_encounter_id", String, ForeignKey("encounters.encounter_id"), nullable=False),
    Column("position", SmallInteger),
    Column("other_position", SmallInteger),
    Column("opened_at", UtcDateTime, nullable=False),
    UniqueConstraint("doubt", "subject", "prints"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        OfPerson("person_id"), OfPerson("other_person_id"), seen=Seen.NO_CONTENT, shared=OF_PAIR
    ),
)
"""`subject` and `prints` name a doubt once for all; the columns of two persons and of two
positions exclude each other."""

gallery_conclusions = Table(
    "gallery_conclusions",
    METADATA,
    Column("case_id", String, ForeignKey("gallery_cases.case_id"), primary_key=True),
    Column("outcome", String, nullable=False),
    Column("merge_id", String, ForeignKey("person_merges.merge_id")),
    Column("concluded_by", String, nullable=False),
    Column("concluded_at", UtcDateTime, nullable=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("case_id", "gallery_cases"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR),
)
"""`payload_id`: the reason."""
