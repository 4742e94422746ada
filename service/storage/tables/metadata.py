"""Shared by all tables: names of constraints, column types, and how rows may change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from domain.errors import LogDamagedError

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a rowid only from INTEGER, never from BIGINT.
ROW = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""The type of a row number: 64 bits on both databases."""


class Rows(StrEnum):
    """The changes that are allowed to the rows of a table after they are written."""

    WRITTEN_ONCE = "written once"
    """No UPDATE, no DELETE."""
    ERASABLE = "erasable"
    """No UPDATE; a DELETE is an erasure or routine clean-up."""
    MOVING = "moving"
    """A projection of rows written once; the columns in `Protection.fixed` never change."""


@dataclass(frozen=True, slots=True)
class Protection:
    """Which changes to the rows of a table are allowed."""

    rows: Rows
    fixed: tuple[str, ...] = ()
    """Columns of a moving table that never change."""
    growing: tuple[str, ...] = ()
    """Counters of a moving table that never decrease."""
    may_go: bool = False
    """Whether rows of a moving table may be deleted."""


def protected(
    rows: Rows, *, fixed: tuple[str, ...] = (), growing: tuple[str, ...] = (), may_go: bool = False
) -> dict[Any, Any]:
    """Return the part of a table's `info` that `append_only` reads."""
    return {"protection": Protection(rows, fixed, growing, may_go)}


ONCE = protected(Rows.WRITTEN_ONCE)
"""The `info` of most tables: their rows are written once."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A time: TIMESTAMP WITH TIME ZONE on PostgreSQL, UTC text on SQLite; always timezone-aware.

    Raises ValueError for a time without a time zone. Raises LogDamagedError when the stored text
    is not a time, because SQLite accepts any text that is written without the service.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert a timezone-aware time to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored time must have a time zone.")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> datetime | None:
        """Convert the stored value to a timezone-aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Read as the driver does, but raise LogDamagedError for text that is not a time."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def read_or_refuse(value: Any) -> datetime | None:
            try:
                return read(value)
            except (TypeError, ValueError):
                raise LogDamagedError(
                    "A stored time is malformed: somebody changed a row without the service."
                ) from None

        return read_or_refuse


def stored(
    name: str, *parts: SchemaItem, info: Mapping[Any, Any] = ONCE, **given: Any
) -> sa.Table:
    """Declare a table; its rows are written once unless `info` says otherwise with `protected`.

    `info` may also declare whom the rows are about. The numbers of `numbered` rows are never
    reused.
    """
    is_numbered = any(isinstance(one, sa.Column) and one.identity is not None for one in parts)
    options: dict[str, Any] = {"sqlite_autoincrement": True} if is_numbered else {}
    return sa.Table(name, METADATA, *parts, info={**ONCE, **info}, **options, **given)


def _columns(kind: type[TypeEngine[Any]], *names: str, **how: Any) -> tuple[sa.Column[Any], ...]:
    """Return columns of one type, which may be empty only if `nullable` is given."""
    return tuple(sa.Column(name, kind, **{"nullable": False, **how}) for name in names)


texts = partial(_columns, sa.String)
numbers = partial(_columns, sa.Integer)
big_numbers = partial(_columns, sa.BigInteger)
truths = partial(_columns, sa.Boolean)
days = partial(_columns, sa.Date)
moments = partial(_columns, UtcDateTime)
keys = partial(_columns, sa.String, primary_key=True)
number_keys = partial(_columns, sa.Integer, primary_key=True, autoincrement=False)


def by_at(verb: str) -> tuple[sa.Column[Any], ...]:
    """Return columns for who did something and when, named after the verb."""
    return (*texts(f"{verb}_by"), *moments(f"{verb}_at"))


def refers(name: str, to: str, **how: Any) -> sa.Column[Any]:
    """Return a column that refers to another table, by a row number (`..._row`) or by an id.

    `to` is the table, followed by a dot and the column if that has another name. The column may be
    empty only if `nullable` is given.
    """
    target = sa.ForeignKey(to if "." in to else f"{to}.{name}")
    if not name.endswith("_row"):
        return sa.Column(name, sa.String, target, **{"nullable": False, **how})
    is_key = {"autoincrement": False} if how.get("primary_key") else {}
    return sa.Column(name, ROW, target, **{"nullable": False, **is_key, **how})


def refers_together(to: str, *columns: str, name: str | None = None) -> sa.ForeignKeyConstraint:
    """Return the reference of several columns to those of the same names in another table."""
    return sa.ForeignKeyConstraint(columns, [f"{to}.{one}" for one in columns], name=name)


def numbered(name: str) -> sa.Column[int]:
    """Return the primary key of a table whose rows `row_numbers` numbers without reuse."""
    return sa.Column(name, ROW, sa.Identity(always=False), primary_key=True)


def identified(row: str, name: str) -> Iterator[sa.Column[Any]]:
    """Yield a table's numbered key, and the id by which other tables and events name its rows."""
    yield numbered(row)
    yield from texts(name, unique=True)


def one_of(column: str, choices: Iterable[StrEnum]) -> sa.CheckConstraint:
    """Return the check that a text column holds one of a closed set of values.

    Used only if other constraints depend on the value: other sets of values may grow, and SQLite
    cannot extend a check without rebuilding the table.
    """
    values = ", ".join(f"'{choice.value}'" for choice in choices)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")
