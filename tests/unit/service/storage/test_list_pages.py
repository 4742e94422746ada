"""Every paged list of the store: its cursor names one row, and its order has no ties."""

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import MagicMock

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors

from domain.list_pages import OpenWanted
from domain.requests.requests import Party, PartyKind
from service.storage.engine.rows import SortedBy
from service.storage.transaction import Repository
from service.storage.unit_of_work import UnitOfWork

Columns = set[sa.Column[Any]]


class AskedError(Exception):
    """A list asked for a page by these arguments."""


def lists() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the methods of all repositories that return a page of a list, with their names."""
    held = {name: one for name, one in vars(UnitOfWork).items() if isinstance(one, Repository)}
    for name, one in held.items():
        for method, written in vars(one._make).items():
            if inspect.isfunction(written) and "_list_page(" in inspect.getsource(written):
                yield f"{name}.{method}", written


LISTS = dict(lists())
GIVEN: dict[str, Any] = {
    "before": None,
    "after": None,
    "asker": Party(PartyKind.AGENCY, "HMRC"),
    "states": (),
    "wanted": OpenWanted(),
    "targets": {},
    "now": datetime(2026, 3, 2, tzinfo=UTC),
}
"""What a list is asked for, by the name of the parameter; any other is a text."""


def asked(written: Callable[..., Any]) -> tuple[Any, ...]:
    """Return the query, the order and the key of a list, without a store."""

    def ask(query: object, by: object, key: object, **others: Any) -> None:
        raise AskedError(query, by, key)

    given = {
        name: one.default if one.default is not one.empty else GIVEN.get(name, "x")
        for name, one in inspect.signature(written).parameters.items()
        if name != "self"
    }
    with pytest.raises(AskedError) as found:
        written(MagicMock(_list_page=ask), **given)
    return found.value.args


def columns_of(element: Any) -> Columns:
    return {one for one in visitors.iterate(element) if isinstance(one, sa.Column)}


def is_unique(columns: Columns) -> bool:
    """Whether no two rows of a table have equal values in all of these columns."""
    tables = {one.table for one in columns if isinstance(one.table, sa.Table)}
    return any(set(key) <= columns for table in tables for key in keys_of(table))


def keys_of(table: sa.Table) -> Iterator[Any]:
    yield table.primary_key.columns
    yield from (one.columns for one in table.constraints if isinstance(one, sa.UniqueConstraint))
    yield from (one.columns for one in table.indexes if one.unique)


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_names_one_row(name: str) -> None:
    _, _, key = asked(LISTS[name])

    assert is_unique(columns_of(key))


@pytest.mark.parametrize("name", LISTS)
def test_an_order_has_no_ties_and_no_empty_values(name: str) -> None:
    """A row beside an equal one, or with an empty value, would be skipped or told again."""
    _, by, _ = asked(LISTS[name])

    assert isinstance(by, SortedBy)
    assert is_unique({one for one in by.columns if isinstance(one, sa.Column)})
    assert not any(getattr(one, "nullable", False) for one in by.columns)


def test_all_lists_are_walked() -> None:
    assert len(LISTS) > 18
