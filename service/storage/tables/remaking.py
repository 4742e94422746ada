"""Templates made again from pictures: generations, their templates and minutiae, switches."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import Seen, Via, about, sealed
from service.storage.tables.metadata import METADATA, ROW, Rows, UtcDateTime, protected

template_generations = Table(
    "template_generations",
    METADATA,
    Column("generation_id", String, primary_key=True),
    Column("tools", String, nullable=False),
    Column("begun_by", String, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

remade_templates = Table(
    "remade_templates",
    METADATA,
    Column("remake_id", String, primary_key=True),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id"), nullable=False),
    Column(
        "generation_id",
        String,
        ForeignKey("template_generations.generation_id"),
        nullable=False,
    ),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("is_kept", Boolean, nullable=False),
    sealed(),
    UniqueConstraint("encounter_id", "generation_id"),
    Index(None, "generation_id"),
    Index(None, "person_row"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("encounter_id", "encounters"), seen=Seen.AS_PRINTS),
)
"""Beside the templates of `encounters`; in force from the switch of their generation on."""

remade_minutiae = Table(
    "remade_minutiae",
    METADATA,
    Column("remake_id", String, ForeignKey("remade_templates.remake_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    sealed(),
    Index(None, "person_row"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("remake_id", "remade_templates"), seen=Seen.AS_PRINTS),
)

template_switches = Table(
    "template_switches",
    METADATA,
    Column(
        "generation_id",
        String,
        ForeignKey("template_generations.generation_id"),
        primary_key=True,
    ),
    Column("after_change", ROW, nullable=False, unique=True),
    Column("switched_by", String, nullable=False),
    Column("switched_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Searches of a gallery up to `after_change` used the templates before, later ones these."""
