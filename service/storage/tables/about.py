"""Whom the rows of a table are about, how long they are kept, and who sees them.

Every table with a sealed column, and every table that names a person, says so in its own `info`;
`tests/unit/service/storage/tables/test_about.py` refuses one that does not. Erasure and
restriction read the paths (`service.storage.people.paths`): there is no list beside the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    String,
    Subquery,
    TypeDecorator,
    cast,
    literal_column,
    type_coerce,
)
from sqlalchemy.sql.elements import Label
from sqlalchemy.types import TypeEngine

from service.provenance.vault.binding import SEPARATOR, Named
from service.storage.tables.metadata import METADATA, ROW

SEALED = "sealed"
_SEPARATOR: ColumnElement[str] = literal_column(f"'{SEPARATOR}'", String)
_ABOUT = "about"
_VIEWS = "views"

OF_COMPARISON = "it compares the person searched for with a candidate"
OF_PAIR = "it says whether two people are one"
OF_REQUEST = "a request that was searched anew may have been identified as another before"
FOLLOWS = "it follows from rows that events state"


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Rows with a column that names the person, by row or by id."""

    column: str


@dataclass(frozen=True, slots=True)
class OfLast:
    """Rows that move on: a row is about the person of the last row that it was moved to.

    `moves`: the table of moves; `successor`: its column that names the next row.
    """

    column: str
    moves: str
    successor: str


@dataclass(frozen=True, slots=True)
class Via:
    """Rows that are about whomever the rows of another table, or view, are about."""

    column: str
    to: str
    key: str = ""
    """The column of the other; empty: it has the same name."""

    @property
    def other(self) -> str:
        """The name of the column of the other table."""
        return self.key or self.column


@dataclass(frozen=True, slots=True)
class OfNobody:
    """Rows about no person on record, and why not."""

    reason: str


Path = OfPerson | OfLast | Via


class Kept(StrEnum):
    """What keeps the rows' sealed data."""

    WITH_PERSON = "as long as the person: an erasure or a purge takes it"
    FOR_DAYS = "for some days or for one step, and never longer than the person"
    AS_REASON = "longer than the person: it says why they are gone"


class Seen(StrEnum):
    """Whether people who ask for their own data see it, and if not, why."""

    SHOWN = "the answer gives it"
    AS_PRINTS = "the answer names the capture and its force; templates and pictures say no more"
    AS_RECIPIENT = "the answer names the recipient, the day and the purpose"
    AS_RECORD = "the answer gives the record that was made of it"
    IN_HANDS = "the person sent it or was sent it"
    OFFICE_WORDS = "words and findings of officers at work, which speak of others too"
    NO_CONTENT = "it holds numbers, codes and days"


@dataclass(frozen=True, slots=True)
class About:
    """The declaration of a table."""

    paths: tuple[Path, ...] | OfNobody
    kept: Kept
    seen: Seen | None
    """None for rows about nobody."""
    shared: str = ""
    """Why a row may be about several people; it goes with the first of them."""
    unlogged: str = ""
    """Why no event states the row."""
    asked: Via | None = None
    """The path of what a person has asked: a restriction leaves it, for it is to be answered."""


class SealedNumber(TypeDecorator[int]):
    """The number of a payload, read together with the row that names it (`binding.Named`).

    So whoever opens a payload says which row asks, without a word at any query. A query that
    selects the number without the key of its row gets a plain number, which opens nothing.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, *key: str) -> None:
        """`key`: the columns that name the owner of the payload; they never change."""
        super().__init__()
        self.key = key

    @property
    def python_type(self) -> type[int]:
        """A number."""
        return int

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of a row number."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Select the number with its owner, where the key is at hand."""
        column = column.element if isinstance(column, Label) else column
        return type_coerce(named(column), self) if _is_with_key(column, self.key) else column

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write the number alone."""
        return None if value is None else int(value)

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
        coltype: object,  # noqa: ARG002
    ) -> Callable[[Any], int | None]:
        """Read the number with its owner, or alone."""
        return _number_named


def _number_named(value: str | int | None) -> int | None:
    """Return the number of a text as `named` selects it, with its owner; a number as it is."""
    if not isinstance(value, str):
        return value
    number, _, owner = value.partition(SEPARATOR)
    made = Named(number)
    made.owner = owner
    return made


def sealed(
    name: str = "payload_id", *, of: tuple[str, ...], nullable: bool = False
) -> Column[int]:
    """Return a column with numbers of payloads; 0 stands where nothing was kept.

    `of`: the columns of the table that name the owner. The payload is sealed for the row that has
    these values, and opens for no other.
    """
    return Column(name, SealedNumber(*of), nullable=nullable, info={SEALED: True})


def owner_label(column: Column[Any]) -> str:
    """Return the part of an owner that names the column."""
    return f"{column.table.name}.{column.name}"


def owner_key(column: Column[Any]) -> tuple[str, ...]:
    """Return the columns of the table that name the owner of a payload."""
    found: tuple[str, ...] = getattr(column.type, "key", ())
    return found


def named(column: Any) -> ColumnElement[Any]:
    """Return the number of a payload and its owner as one text, for a query of its own."""
    (base,) = column.base_columns
    values = (cast(column.table.c[name], String) for name in owner_key(base))
    text: ColumnElement[Any] = cast(column, String)
    for part in (literal_column(f"'{owner_label(base)}'", String), *values):
        text = text + _SEPARATOR + part
    return text


def bare(column: Any) -> ColumnElement[int]:
    """Return the number of a payload without the row that names it, for queries that open none."""
    return type_coerce(column, ROW)


def _is_with_key(column: Any, key: tuple[str, ...]) -> bool:
    table = getattr(column, "table", None)
    return table is not None and all(name in table.c for name in key)


def about(
    *paths: Path,
    seen: Seen,
    kept: Kept = Kept.WITH_PERSON,
    shared: str = "",
    unlogged: str = "",
    asked: Via | None = None,
) -> dict[Any, Any]:
    """Return the part of a table's `info` that says whom its rows are about."""
    return {_ABOUT: About(paths, kept, seen, shared, unlogged, asked)}


def about_nobody(reason: str, *, unlogged: str = "") -> dict[Any, Any]:
    """Return the part of a table's `info` that says why its rows are about no person."""
    return {_ABOUT: About(OfNobody(reason), Kept.FOR_DAYS, None, unlogged=unlogged)}


def view(name: str, query: Select[Any], *paths: Path) -> Subquery:
    """Name a query, so that paths may lead through it, and say whom its rows are about."""
    made = query.subquery(name)
    METADATA.info.setdefault(_VIEWS, {})[name] = (made, paths)
    return made


def declared(table: Any) -> About | None:
    """Return the declaration of a table, or None if there is none."""
    found: About | None = table.info.get(_ABOUT)
    return found


def sealed_columns(table: Any) -> tuple[Column[Any], ...]:
    """Return the columns of a table that name payloads."""
    return tuple(column for column in table.columns if column.info.get(SEALED))


def node(name: str) -> tuple[Any, tuple[Path, ...]]:
    """Return a table or a view with its paths; raises KeyError for one without a declaration."""
    views = METADATA.info.get(_VIEWS, {})
    if name in views:
        found: tuple[Any, tuple[Path, ...]] = views[name]
        return found
    table = METADATA.tables[name]
    said = declared(table)
    if said is None or isinstance(said.paths, OfNobody):
        raise KeyError(f"The table {name} does not say whom its rows are about.")
    return table, said.paths
