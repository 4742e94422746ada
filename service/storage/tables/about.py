"""Whom the rows of a table are about, how long they are kept, and who may see them.

Every table that names payloads or a person declares this in its own `info`;
`tests/unit/service/storage/tables/test_about.py` fails for a table that does not. Erasure and
restriction follow the declared paths (`service.storage.people.erasure`), so there is no separate
list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Label
from sqlalchemy.types import TypeEngine

from service.provenance.vault.key_stores import SEPARATOR, Named
from service.storage.tables.metadata import METADATA, ROW

SEALED = "sealed"
_SEPARATOR: sa.ColumnElement[str] = sa.literal_column(f"'{SEPARATOR}'", sa.String)
_ABOUT = "about"
_VIEWS = "views"

OF_COMPARISON = "it compares the person searched for with a candidate"
OF_PAIR = "it says whether two people are one"
OF_REQUEST = "a request that was searched again may have been identified as another person before"
FOLLOWS = "it follows from rows that have events"


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Rows with a column that names the person, by row number or by id."""

    column: str


@dataclass(frozen=True, slots=True)
class OfLast:
    """Rows that can be moved.

    A row may have been moved several times; the person it is about is the person of the last row
    in its chain of moves. `moves` is the table of moves; `successor` is the column of that table
    that names the next row.
    """

    column: str
    moves: str
    successor: str


@dataclass(frozen=True, slots=True)
class Via:
    """Rows that are about the same people as the rows of another table or view."""

    column: str
    to: str
    key: str = ""
    """The column of the other table; empty if it has the same name."""

    @property
    def other(self) -> str:
        """The name of the column in the other table."""
        return self.key or self.column


@dataclass(frozen=True, slots=True)
class OfNobody:
    """Rows that are not about a person on record, with the reason."""

    reason: str


Path = OfPerson | OfLast | Via


class Kept(StrEnum):
    """How long the payloads of rows are kept."""

    WITH_PERSON = "as long as the person: an erasure or a purge destroys it"
    FOR_DAYS = "for some days or for one step, and never longer than the person"
    AS_REASON = "longer than the person: it states why the person was erased"


class Seen(StrEnum):
    """Whether people who request their own data are shown the rows, and if not, why."""

    SHOWN = "the answer shows it"
    AS_PRINTS = "the answer names the capture and its force; templates and images add nothing"
    AS_RECIPIENT = "the answer names the recipient, the day and the purpose"
    AS_RECORD = "the answer shows the record that was made from it"
    IN_HANDS = "the person sent or received it"
    OFFICE_WORDS = "text and findings of officers at work, which also concern other people"
    NO_CONTENT = "it contains only numbers, codes and dates"


@dataclass(frozen=True, slots=True)
class About:
    """A table's declaration: whom its rows are about, how long they are kept, who sees them."""

    paths: tuple[Path, ...] | OfNobody
    kept: Kept
    seen: Seen | None
    """None for rows that are about nobody."""
    shared: str = ""
    """Why a row may be about several people; it is erased with the first of them."""
    unlogged: str = ""
    """Why no event states the row."""
    asked: Via | None = None
    """The path from requests that a person made, which a restriction leaves to be answered."""


class SealedNumber(sa.TypeDecorator[int]):
    """The number of a payload, read together with the row that names it (`Named`).

    Whoever decrypts a payload thereby states which row names it, without any extra code in
    queries. A query that selects the number without the key of its row gets a plain number, which
    decrypts nothing.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, *key: str) -> None:
        """`key` lists the columns that identify the owner of the payload; these never change."""
        super().__init__()
        self.key = key

    @property
    def python_type(self) -> type[int]:
        """The Python type, an integer."""
        return int

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Return the type of a row number."""
        return dialect.type_descriptor(
            sa.Integer() if dialect.name == "sqlite" else sa.BigInteger()
        )

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Select the number with its owner if the key columns are available."""
        column = column.element if isinstance(column, Label) else column
        return sa.type_coerce(named(column), self) if _is_with_key(column, self.key) else column

    def process_bind_param(self, value: int | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002
        """Store only the number of the payload."""
        return None if value is None else int(value)

    def result_processor(
        self,
        dialect: sa.Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
        coltype: object,  # noqa: ARG002
    ) -> Callable[[Any], int | None]:
        """Read the number, with its owner if that was selected."""
        return _number_named


def _number_named(value: str | int | None) -> int | None:
    """Return the number and owner from a text of `named`; a plain number is unchanged."""
    if not isinstance(value, str):
        return value
    number, _, owner = value.partition(SEPARATOR)
    made = Named(number)
    made.owner = owner
    return made


def sealed(
    name: str = "payload_id", *, of: tuple[str, ...], nullable: bool = False
) -> sa.Column[int]:
    """Return a column with payload numbers; 0 stands for no payload.

    `of` lists the columns of the table that identify the owner. The payload is encrypted for the
    row with these values and cannot be decrypted for any other row.
    """
    return sa.Column(name, SealedNumber(*of), nullable=nullable, info={SEALED: True})


def owner_label(column: sa.Column[Any]) -> str:
    """Return the part of an owner text that names the column."""
    return f"{column.table.name}.{column.name}"


def owner_key(column: sa.Column[Any]) -> tuple[str, ...]:
    """Return the columns of the table that identify the owner of a payload."""
    found: tuple[str, ...] = getattr(column.type, "key", ())
    return found


def named(column: Any) -> sa.ColumnElement[Any]:
    """Return the number of a payload and its owner as one text, for use in a separate query."""
    (base,) = column.base_columns
    values = (sa.cast(column.table.c[name], sa.String) for name in owner_key(base))
    text: sa.ColumnElement[Any] = sa.cast(column, sa.String)
    for part in (sa.literal_column(f"'{owner_label(base)}'", sa.String), *values):
        text = text + _SEPARATOR + part
    return text


def bare(column: Any) -> sa.ColumnElement[int]:
    """Return the number of a payload without its owner, for queries that decrypt nothing."""
    return sa.type_coerce(column, ROW)


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
    """Return the part of a table's `info` that states whom its rows are about."""
    return {_ABOUT: About(paths, kept, seen, shared, unlogged, asked)}


def about_nobody(reason: str, *, unlogged: str = "") -> dict[Any, Any]:
    """Return the part of a table's `info` that states why its rows are about nobody."""
    return {_ABOUT: About(OfNobody(reason), Kept.FOR_DAYS, None, unlogged=unlogged)}


def view(name: str, query: sa.Select[Any], *paths: Path) -> sa.Subquery:
    """Name a query so that paths may lead through it, and declare whom its rows are about."""
    made = query.subquery(name)
    METADATA.info.setdefault(_VIEWS, {})[name] = (made, paths)
    return made


def declared(table: Any) -> About | None:
    """Return the declaration of a table, or None if there is none."""
    found: About | None = table.info.get(_ABOUT)
    return found


def sealed_columns(table: Any) -> tuple[sa.Column[Any], ...]:
    """Return the columns of a table that name payloads."""
    return tuple(column for column in table.columns if column.info.get(SEALED))


def node(name: str) -> tuple[Any, tuple[Path, ...]]:
    """Return a table or a view with its paths. Raises KeyError if it has no declaration."""
    views = METADATA.info.get(_VIEWS, {})
    if name in views:
        found: tuple[Any, tuple[Path, ...]] = views[name]
        return found
    table = METADATA.tables[name]
    said = declared(table)
    if said is None or isinstance(said.paths, OfNobody):
        raise KeyError(f"The table {name} does not declare whom its rows are about.")
    return table, said.paths
