"""Matters received from courts, forces and agencies, and their steps."""

from __future__ import annotations

from sqlalchemy import Column, Index, UniqueConstraint

from service.storage.tables.about import OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    by_at,
    number_keys,
    numbered,
    refers,
    stored,
    texts,
)

_SEVERAL = "it may have been attached to the record of another person before"

matters = stored(
    "matters",
    numbered("matter_row"),
    *texts("matter_id", unique=True),
    *texts("source", "reference", "digest"),
    *by_at("received"),
    sealed(of=("matter_id",)),
    UniqueConstraint("source", "reference", "digest", name="uq_matters_once"),
    Index(None, "digest"),
    info=about(Via("matter_id", "matter_steps"), seen=Seen.SHOWN, shared=_SEVERAL),
)
"""`reference` is the sender's name for the message. The payload is the message as read."""

matter_steps = stored(
    "matter_steps",
    refers("matter_id", "matters.matter_id", primary_key=True),
    *number_keys("number"),
    *texts("state"),
    *by_at("stepped"),
    refers("person_row", "persons", nullable=True),
    *texts("record_id", nullable=True),
    Column("version", ROW),
    sealed(of=("matter_id", "number")),
    Index(None, "person_row"),
    Index(None, "state"),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS, shared=_SEVERAL),
)
"""The last step gives the state of a matter; a step of a waiting matter names nobody.

The payload contains reasons and text.
"""
