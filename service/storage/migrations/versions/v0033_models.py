"""Models of evidence: those that were chosen, and the watch on the law they hold under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0033"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of choices and states, written once, and those of the watch."""
    op.create_table(
        "model_choices",
        sa.Column("choice_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("model_digest", sa.String, nullable=False),
        sa.Column("previous_digest", sa.String, nullable=False),
        sa.Column("searches", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("chosen_by", sa.String, nullable=False),
        sa.Column("chosen_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("number", name="uq_model_choices_number"),
    )
    _make_states()
    _make_streams()
    _make_sketches()
    dialect = op.get_bind().dialect.name
    source = ("asker_force", "account", "model_digest")
    place = ("week", *source, "kind", "finger", "band")
    for table, protection in (
        ("model_choices", Protection(Rows.WRITTEN_ONCE)),
        ("law_states", Protection(Rows.WRITTEN_ONCE)),
        ("law_streams", Protection(Rows.MOVING, fixed=source)),
        ("law_sketches", Protection(Rows.MOVING, fixed=place, growing=("impressions",))),
    ):
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _source() -> list[sa.Column[str]]:
    names = ("asker_force", "account", "model_digest")
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _make_states() -> None:
    op.create_table(
        "law_states",
        sa.Column("state_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        *_source(),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("searches", sa.BigInteger, nullable=False),
        sa.Column("evidence_log10", sa.Integer, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("number", name="uq_law_states_number"),
    )


def _make_streams() -> None:
    op.create_table(
        "law_streams",
        *_source(),
        sa.Column("grown", sa.String, nullable=False),
        sa.Column("searches", sa.BigInteger, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("asker_force", "account", "model_digest", name="pk_law_streams"),
    )


def _make_sketches() -> None:
    sums = ("mean", "mean_squares", "spread", "quality")
    op.create_table(
        "law_sketches",
        sa.Column("week", sa.Date, nullable=False),
        *_source(),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("finger", sa.Integer, nullable=False),
        sa.Column("band", sa.Integer, nullable=False),
        sa.Column("impressions", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in sums),
        sa.PrimaryKeyConstraint(
            *("week", "asker_force", "account", "model_digest", "kind", "finger", "band"),
            name="pk_law_sketches",
        ),
    )
