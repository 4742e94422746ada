"""Checkpoints of the log, recipients of links, notices, and merges of persons."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import OF_PAIR, OfPerson, Seen, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The signed notes of the log, one for each size."""

cosignatures = Table(
    "cosignatures",
    METADATA,
    Column("size", BigInteger, ForeignKey("checkpoints.size"), primary_key=True),
    Column("witness", String, primary_key=True),
    Column("note", LargeBinary, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Checkpoints as witnesses gave them back, with their cosignature."""

link_recipients = Table(
    "link_recipients",
    METADATA,
    Column("link_id", String, ForeignKey("links.link_id"), primary_key=True),
    Column("force", String(2), primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The forces that have read a link, and must hear of its revocation."""

notices = Table(
    "notices",
    METADATA,
    numbered("notice_row"),
    Column("notice_id", String, nullable=False, unique=True),
    Column("link_id", String, ForeignKey("link_revocations.link_id"), nullable=False),
    Column("force", String(2), nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    UniqueConstraint("link_id", "force"),
    ForeignKeyConstraint(
        ["link_id", "force"], ["link_recipients.link_id", "link_recipients.force"]
    ),
    Index(None, "force", "notice_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""That a link which a force had been told of does not hold any more."""

person_merges = Table(
    "person_merges",
    METADATA,
    numbered("merge_row"),
    Column("merge_id", String, nullable=False, unique=True),
    Column("surviving_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("absorbed_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("undoes", String, ForeignKey("person_merges.merge_id")),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    sealed(),
    UniqueConstraint("merge_id", "proposed_by"),
    CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
    Index(None, "absorbed_row"),
    Index(None, "surviving_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        OfPerson("surviving_row"), OfPerson("absorbed_row"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR
    ),
)
"""Proposals to merge two persons, or (`undoes`) to take a merge back; the reason is a payload."""

merge_confirmations = Table(
    "merge_confirmations",
    METADATA,
    Column("merge_id", String, primary_key=True),
    Column("proposed_by", String, nullable=False),
    Column("confirmed_by", String, nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["merge_id", "proposed_by"], ["person_merges.merge_id", "person_merges.proposed_by"]
    ),
    CheckConstraint("confirmed_by <> proposed_by", name="two_persons"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The second person of a merge; the database itself refuses the first one."""

merged_persons = Table(
    "merged_persons",
    METADATA,
    Column(
        "absorbed_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("surviving_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("merge_id", String, ForeignKey("merge_confirmations.merge_id"), nullable=False),
    Index(None, "surviving_row"),
    CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
    info=protected(Rows.MOVING, fixed=("absorbed_row", "surviving_row", "merge_id"), may_go=True)
    | about(
        OfPerson("absorbed_row"),
        OfPerson("surviving_row"),
        seen=Seen.NO_CONTENT,
        shared=OF_PAIR,
        unlogged="it follows from merges and their undoing",
    ),
)
"""The merges in force; a row goes when its merge is taken back."""

encounter_successors = Table(
    "encounter_successors",
    METADATA,
    Column(
        "encounter_row",
        ROW,
        ForeignKey("encounters.encounter_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "successor_row", ROW, ForeignKey("encounters.encounter_row"), nullable=False, unique=True
    ),
    Column("merge_id", String, ForeignKey("merge_confirmations.merge_id"), nullable=False),
    Index(None, "merge_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Captures that a merge, or its undoing, put under another person: the same payload, a new row."""
