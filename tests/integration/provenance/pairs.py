"""Two tables changed together along a reference, so that they agree with each other again.

A reference is a foreign key, or a column that names a payload: payloads are named without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, Update, and_, select, update

from service.storage.tables.metadata import METADATA
from tests.integration.provenance.mutations import another
from tests.integration.provenance.tampering import Hand

_Values = Mapping[str, Any]
_OF_HIDDEN_PEOPLE = ("encounters", "records")


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of a table that name a row of another table, in the same order."""

    columns: tuple[Column[Any], ...]
    targets: tuple[Column[Any], ...]

    @property
    def child(self) -> Table:
        return self.columns[0].table

    @property
    def parent(self) -> Table:
        return self.targets[0].table

    @property
    def name(self) -> str:
        columns = ".".join(column.name for column in self.columns)
        return f"{self.child.name}.{columns}-{self.parent.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """Several columns of several rows with other values."""

    name: str
    columns: frozenset[str]
    """The columns that get another value, each with its table."""
    statements: tuple[Update, ...]


def references() -> list[Reference]:
    """Return every reference of the schema.

    A payload lies in one of two tables: those of hidden people are withheld, and shown to no one.
    """
    shown, withheld = (METADATA.tables[name] for name in ("payloads", "withheld_payloads"))
    declared = [
        Reference(tuple(key.columns), tuple(element.column for element in key.elements))
        for table in METADATA.sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda each: each.column_keys)
    ]
    unwritten = [
        Reference((table.c.payload_id,), (shown.c.payload_id,))
        for table in METADATA.sorted_tables
        if "payload_id" in table.c and table not in {shown, withheld}
    ]
    hidden = [
        Reference((table.c.payload_id,), (withheld.c.payload_id,))
        for table in (METADATA.tables[name] for name in _OF_HIDDEN_PEOPLE)
    ]
    return [*declared, *unwritten, *hidden]


def changes_of(hand: Hand, reference: Reference) -> Iterator[Change]:
    """Yield each way in which both sides of a reference can be changed and still agree."""
    pairs = list(_pairs(hand, reference))
    if len(pairs) > 1:
        yield from exchanged(reference, pairs[0][0], pairs[-1][0])
    for child, parent in pairs:
        yield from _renamed(hand, reference, child, parent)
        yield from _changed_on_both_sides(hand, reference, child, parent)


def _pairs(hand: Hand, reference: Reference) -> Iterator[tuple[_Values, _Values]]:
    """Yield the first and the last row of the child with the rows that they name."""
    child, seen = reference.child, set()
    keys = list(child.primary_key)
    for order in (keys, [key.desc() for key in keys]):
        named_there = (column.is_not(None) for column in reference.columns)
        query = select(child).where(*named_there)
        for row in hand.raw.execute(query.order_by(*order)).mappings():
            named = tuple(row[column.name] for column in reference.columns)
            if named in seen:
                continue
            seen.add(named)
            found = select(reference.parent).where(_equal(reference.targets, named))
            parent = hand.raw.execute(found).mappings().first()
            if parent is not None:
                yield row, parent
                break


def exchanged(reference: Reference, one: _Values, other: _Values) -> Iterator[Change]:
    """Yield two rows of the child that exchange the rows that they name.

    One change, or none where both name the same, or say nothing else: then none is left.
    """
    names = [column.name for column in reference.columns]
    others = [name for name in one if name not in names]
    if any(all(one[name] == other[name] for name in given) for given in (names, others)):
        return
    now, then = ({name: row[name] for name in names} for row in (one, other))
    # Through a third value: each may be unique.
    between = {name: _elsewhere(value) for name, value in now.items()}
    yield Change(
        "exchanged",
        _named(reference.columns),
        (
            _moved(reference.child, one, between),
            _moved(reference.child, other, now),
            _moved(reference.child, {**one, **between}, then),
        ),
    )


def _renamed(
    hand: Hand, reference: Reference, child: _Values, parent: _Values
) -> Iterator[Change]:
    """Yield another key of the parent, in the pair alone and wherever the key stands."""
    for column, target in zip(reference.columns, reference.targets, strict=True):
        old = parent[target.name]
        new = {target.name: _elsewhere(old)}
        pair = (
            _moved(reference.parent, parent, new),
            _moved(reference.child, child, {column.name: _elsewhere(old)}),
        )
        yield Change(f"renamed {target.name}", _named((target, column)), pair)
        family = _family(target)
        yield Change(
            f"renamed {target.name} everywhere",
            _named(family),
            tuple(
                update(each.table).where(each == old).values({each.name: _elsewhere(old)})
                for each in family
            ),
        )


def _changed_on_both_sides(
    hand: Hand, reference: Reference, child: _Values, parent: _Values
) -> Iterator[Change]:
    """Yield each pair of columns with the same content, changed to the same other content."""
    for column in reference.child.columns:
        for target in reference.parent.columns:
            value = child[column.name]
            is_key = column in reference.columns or target in reference.targets
            if value is None or is_key or not _same(value, parent[target.name]):
                continue
            new = another(hand, column, value)
            yield Change(
                f"{column.name} and {target.name}",
                _named((column, target)),
                (
                    _moved(reference.child, child, {column.name: new}),
                    _moved(reference.parent, parent, {target.name: new}),
                ),
            )


def _family(target: Column[Any]) -> tuple[Column[Any], ...]:
    """Return a column with all that name it, directly or through others."""
    family, waiting = [target], [target]
    while waiting:
        column = waiting.pop()
        for reference in references():
            for name, named in zip(reference.columns, reference.targets, strict=True):
                if named is column and name not in family:
                    family.append(name)
                    waiting.append(name)
    return tuple(family)


def _moved(table: Table, row: _Values, values: _Values) -> Update:
    key = tuple(row[column.name] for column in table.primary_key)
    return update(table).where(_equal(tuple(table.primary_key), key)).values(dict(values))


def _equal(columns: Sequence[Column[Any]], values: Sequence[Any]) -> Any:
    return and_(*(column == value for column, value in zip(columns, values, strict=True)))


def _named(columns: Sequence[Column[Any]]) -> frozenset[str]:
    return frozenset(f"{column.table.name}.{column.name}" for column in columns)


def _elsewhere(value: Any) -> Any:
    """Return a key that no row has."""
    if isinstance(value, int):
        return value + 1_000_000
    return f"{value[:-1]}{'1' if value.endswith('0') else '0'}"


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
