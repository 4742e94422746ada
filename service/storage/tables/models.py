"""Models of evidence: those that were chosen, and the watch on the law they hold under."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from service.storage.tables.about import OF_PAIR, Seen, Via, about
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

model_choices = Table(
    "model_choices",
    METADATA,
    Column("choice_id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("model_digest", String, nullable=False),
    Column("previous_digest", String, nullable=False),
    Column("searches", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("chosen_by", String, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The models that administrators chose; the one with the highest number holds."""

law_states = Table(
    "law_states",
    METADATA,
    Column("state_id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("asker_force", String, nullable=False),
    Column("account", String, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("state", String, nullable=False),
    Column("searches", BigInteger, nullable=False),
    Column("evidence_log10", Integer, nullable=False),
    Column("set_by", String, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The states that the watch on the law found, or that a person set; the newest of a source holds.
"""

law_streams = Table(
    "law_streams",
    METADATA,
    Column("asker_force", String, nullable=False),
    Column("account", String, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("grown", String, nullable=False),
    Column("searches", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("asker_force", "account", "model_digest"),
    info=protected(Rows.MOVING, fixed=("asker_force", "account", "model_digest")),
)
"""The evidence gathered of each source since it was set to be at home; numbers, and no person."""

rehearsals = Table(
    "rehearsals",
    METADATA,
    Column("rehearsal_id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("template_format", String, nullable=False),
    Column("extractor", String, nullable=False),
    Column("index_digest", String, nullable=False),
    Column("persons", BigInteger, nullable=False),
    Column("searches", BigInteger, nullable=False),
    Column("counts", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""How alike the strangers of counted searches were; numbers, and no person."""

rehearsal_doubts = Table(
    "rehearsal_doubts",
    METADATA,
    Column("rehearsal_id", String, ForeignKey("rehearsals.rehearsal_id"), nullable=False),
    Column("case_id", String, ForeignKey("gallery_cases.case_id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("searches", Integer, nullable=False),
    PrimaryKeyConstraint("rehearsal_id", "case_id", "kind", "step"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("case_id", "gallery_cases"), seen=Seen.NO_CONTENT, shared=OF_PAIR),
)
"""Rehearsals whose stranger looks like the person; a gallery case has the finding of people."""

law_sketches = Table(
    "law_sketches",
    METADATA,
    Column("week", Date, nullable=False),
    Column("asker_force", String, nullable=False),
    Column("account", String, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("finger", Integer, nullable=False),
    Column("band", Integer, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    *(
        Column(name, Float, nullable=False)
        for name in ("mean", "mean_squares", "spread", "quality")
    ),
    PrimaryKeyConstraint(
        "week", "asker_force", "account", "model_digest", "kind", "finger", "band"
    ),
    info=protected(
        Rows.MOVING,
        fixed=("week", "asker_force", "account", "model_digest", "kind", "finger", "band"),
        growing=("impressions",),
    ),
)
"""Sums over the impressions of a week, by source, type, finger and band of quality."""
