"""Back record conversion: lots, frames, keyings, matches, writings, samples; three roles."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0030"
down_revision = "0031"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONCE = (
    *("lots", "frames", "keyings", "settlements", "codings", "searches", "matches"),
    *("match_readings", "writings", "written_items", "takebacks", "destructions"),
    *("lot_decisions", "draws", "draw_units", "unit_readings"),
)
MOVING = {
    "lot_states": Protection(Rows.MOVING, ("lot_id",), ("round",)),
    "frame_states": Protection(Rows.MOVING, ("frame_id", "lot_id", "number"), ("round",)),
}
NEW_ROLES = ("keyer", "reconciler", "sampler")


def upgrade() -> None:
    """Create the tables, and admit the roles that work them."""
    _admit_roles()
    _make_lots()
    _make_keyings()
    _make_matches()
    _make_writings()
    _make_samples()
    dialect = op.get_bind().dialect.name
    protections = dict.fromkeys(ONCE, Protection(Rows.WRITTEN_ONCE)) | MOVING
    for table, protection in protections.items():
        for statement in triggers(f"conversion_{table}", protection, dialect):
            op.execute(statement)


def _admit_roles() -> None:
    """Widen the check of roles of accounts by ours, whichever others it admits.

    SQLite has no statement for it, and a rebuilt table would break the references to it inside
    this transaction: its documented way is to write the text of the check and count the schema up.
    """
    bind = op.get_bind()
    added = ", ".join(f"'{role}'" for role in NEW_ROLES)
    if bind.dialect.name == "sqlite":
        version = int(bind.exec_driver_sql("PRAGMA schema_version").scalar_one())
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        bind.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
                " WHERE type = 'table' AND name = 'accounts'"
            ),
            {"old": "'case-officer'", "new": f"'case-officer', {added}"},
        )
        bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        bind.exec_driver_sql("PRAGMA writable_schema = RESET")
        return
    name = op.f("ck_accounts_role_known")
    query = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    stated = str(bind.execute(query, {"name": name}).scalar_one())
    roles = ", ".join([*re.findall(r"'[a-z-]+'", stated), added])
    op.drop_constraint(name, "accounts", type_="check")
    op.create_check_constraint("role_known", "accounts", f"role IN ({roles})")


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _counts(*names: str) -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.Integer, nullable=False) for name in names)


def _flags(*names: str) -> tuple[sa.Column[bool], ...]:
    return tuple(sa.Column(name, sa.Boolean, nullable=False) for name in names)


def _keys(*names: str) -> tuple[sa.Column[int], ...]:
    return tuple(
        sa.Column(name, sa.Integer, primary_key=True, autoincrement=False) for name in names
    )


def _by_at(verb: str) -> tuple[sa.Column[str], sa.Column[object]]:
    return (
        sa.Column(f"{verb}_by", sa.String, nullable=False),
        sa.Column(f"{verb}_at", UtcDateTime, nullable=False),
    )


def _row(name: str) -> sa.Column[int]:
    return sa.Column(name, ROW, sa.Identity(always=False), primary_key=True)


def _payload() -> sa.Column[int]:
    return sa.Column("payload_id", ROW, nullable=False)


def _refers(name: str, to: str, *, is_key: bool = True) -> sa.Column[str]:
    reference = sa.ForeignKey(f"conversion_{to}.{name}")
    return sa.Column(name, sa.String, reference, primary_key=is_key, nullable=False)


def _lot(*, is_key: bool = True) -> sa.Column[str]:
    return _refers("lot_id", "lots", is_key=is_key)


def _frame(*, is_key: bool = True) -> sa.Column[str]:
    return _refers("frame_id", "frames", is_key=is_key)


def _person(name: str, *, nullable: bool) -> sa.Column[int]:
    return sa.Column(name, ROW, sa.ForeignKey("persons.person_row"), nullable=nullable)


def _refers_to(table: str, names: tuple[str, ...], *, name: str) -> sa.ForeignKeyConstraint:
    places = [f"conversion_{table}.{one}" for one in names]
    return sa.ForeignKeyConstraint(list(names), places, name=name)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _make_lots() -> None:
    op.create_table(
        "conversion_lots",
        _row("lot_row"),
        *_texts("lot_id", "label", "kind", "medium"),
        *_counts("ppi", "generation"),
        *_by_at("opened"),
        sa.UniqueConstraint("lot_id", name="uq_conversion_lots_lot_id"),
        sa.UniqueConstraint("label", name="uq_conversion_lots_label"),
        sqlite_autoincrement=True,
    )
    op.create_table("conversion_lot_states", _lot(), *_texts("state"), *_counts("round"))
    op.create_table(
        "conversion_frames",
        _row("frame_row"),
        *_texts("frame_id"),
        _lot(is_key=False),
        *_counts("number", "part"),
        *_texts("sha256", "media_type"),
        *_by_at("received"),
        _payload(),
        sa.UniqueConstraint("frame_id", name="uq_conversion_frames_frame_id"),
        sa.UniqueConstraint("lot_id", "number", "part", name="uq_conversion_frames_place"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversion_frame_states",
        _frame(),
        _lot(is_key=False),
        *_counts("number"),
        *_texts("state"),
        *_counts("round"),
    )
    _index("conversion_frame_states", "lot_id", "state", "number")
    op.create_table(
        "conversion_lot_decisions",
        _lot(),
        *_keys("round"),
        sa.Column("decision", sa.String, primary_key=True),
        *_keys("draw"),
        *_by_at("decided"),
        _payload(),
    )


def _make_keyings() -> None:
    op.create_table(
        "conversion_keyings",
        _frame(),
        *_keys("round", "place"),
        *_by_at("keyed"),
        *_texts("fault"),
        _payload(),
        sa.CheckConstraint("place IN (1, 2)", name="twice"),
        sa.UniqueConstraint(
            "frame_id", "round", "keyed_by", name="uq_conversion_keyings_two_people"
        ),
    )
    op.create_table(
        "conversion_settlements",
        _frame(),
        *_keys("round"),
        sa.Column("settled_by", sa.String),
        sa.Column("settled_at", UtcDateTime, nullable=False),
        *_texts("first_keyer", "second_keyer", "fault", "differing"),
        *_texts("overruled_first", "overruled_second"),
        *_counts("uncoded"),
        *_texts("provision"),
        _payload(),
        sa.CheckConstraint(
            "settled_by IS NULL OR (settled_by <> first_keyer AND settled_by <> second_keyer)",
            name="third_person",
        ),
        sa.CheckConstraint("first_keyer <> second_keyer", name="two_keyers"),
    )
    op.create_table(
        "conversion_codings",
        _frame(),
        *_keys("round"),
        *_by_at("coded"),
        *_counts("left_as_text"),
        _payload(),
    )


def _make_matches() -> None:
    op.create_table(
        "conversion_searches",
        _frame(),
        *_keys("round", "number"),
        *_texts("basis", "search_id"),
        *_by_at("started"),
    )
    op.create_table(
        "conversion_matches",
        _frame(),
        *_keys("round", "number"),
        *_texts("outcome", "basis", "search_id"),
        sa.Column("link_id", sa.String),
        _person("person_row", nullable=True),
        _person("other_row", nullable=True),
        *_counts("candidates"),
        *_by_at("proposed"),
        _payload(),
    )
    _index("conversion_matches", "person_row")
    op.create_table(
        "conversion_match_readings",
        sa.Column("frame_id", sa.String, primary_key=True),
        *_keys("round", "number"),
        *_flags("agrees"),
        *_texts("proposed_by"),
        *_by_at("read"),
        sa.Column("link_id", sa.String),
        _refers_to(
            "matches",
            ("frame_id", "round", "number"),
            name="fk_conversion_match_readings_match",
        ),
        sa.CheckConstraint("link_id IS NOT NULL OR read_by <> proposed_by", name="two_people"),
    )


def _make_writings() -> None:
    op.create_table(
        "conversion_writings",
        _frame(),
        *_keys("round"),
        *_texts("record_id"),
        _person("person_row", nullable=False),
        sa.Column("version", ROW, nullable=False),
        *_flags("is_new"),
        *_by_at("written"),
    )
    _index("conversion_writings", "record_id")
    _index("conversion_writings", "person_row")
    op.create_table(
        "conversion_written_items",
        sa.Column("frame_id", sa.String, primary_key=True),
        *_keys("round"),
        sa.Column("item_id", sa.String, primary_key=True),
        *_flags("is_second_source"),
        _refers_to(
            "writings", ("frame_id", "round"), name="fk_conversion_written_items_writing"
        ),
    )
    op.create_table(
        "conversion_takebacks",
        _frame(),
        *_keys("round"),
        sa.Column("version", ROW),
        *_by_at("taken"),
    )
    op.create_table(
        "conversion_destructions", _frame(), *_texts("provision"), *_by_at("destroyed")
    )


def _make_samples() -> None:
    op.create_table(
        "conversion_draws",
        _lot(),
        *_keys("round", "draw"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        *_counts("units", "seeded"),
        *_by_at("drawn"),
    )
    draw = ("lot_id", "round", "draw")
    op.create_table(
        "conversion_draw_units",
        sa.Column("lot_id", sa.String, primary_key=True),
        *_keys("round", "draw", "place"),
        _frame(is_key=False),
        *_texts("field", "error_class"),
        *_flags("is_seeded"),
        _payload(),
        _refers_to("draws", draw, name="fk_conversion_draw_units_draw"),
    )
    op.create_table(
        "conversion_unit_readings",
        sa.Column("lot_id", sa.String, primary_key=True),
        *_keys("round", "draw", "place"),
        *_flags("is_right"),
        *_by_at("read"),
        _refers_to("draw_units", (*draw, "place"), name="fk_conversion_unit_readings_unit"),
    )
