"""Erases or hides a person: every payload about the person, in whatever table.

The tables declare which people their rows are about, and the queries follow these declarations
from the person's row, so that no list is kept here. Each table through which a path leads is
queried once, as a common table expression; the parameters are `row`, the row of the person, and
`person_id`. Rows remain without content. A hidden person is left in the same state, except that
the payloads are kept and can be put back. A restricted person is hidden likewise, except for the
requests that they made themselves, which must still be answered.

Captures can also be destroyed individually: their rows remain, and so does everything else about
the person.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select

from domain.ids import ErasureId, PersonId, RestrictionId
from service.storage.engine.rows import Among, AnyRow, rows_where
from service.storage.misuse.sketches import forget_sketches_of
from service.storage.people.gallery_feed import remade_payloads_of
from service.storage.sealed.payloads import NO_PAYLOAD
from service.storage.tables.about import (
    Kept,
    OfLast,
    OfNobody,
    OfPerson,
    Path,
    Via,
    bare,
    declared,
    node,
    sealed_columns,
)
from service.storage.tables.disclosure import (
    hidden_persons,
    restricted_persons,
    restricted_versions,
    stored_payloads,
    withheld_persons,
)
from service.storage.tables.metadata import METADATA
from service.storage.tables.office import purge_hides
from service.storage.tables.people import (
    ERASED,
    HIDDEN,
    SHOWN,
    encounters,
    gallery_changes,
    live_records,
    person_erasures,
    persons,
    records,
)
from service.storage.tables.searches import client_references, staff_persons
from service.storage.tables.workbench import capture_images, capture_minutiae, kept_pages
from service.storage.transaction import Transaction


def erase_person(transaction: Transaction, person_id: PersonId) -> int:
    """Erase a person and return the number of erased payloads: 0 if already erased."""
    connection = transaction.connection
    row = claimed_person(transaction, person_id)
    if row is None:
        return 0
    connection.execute(insert(person_erasures).values(person_row=row))
    connection.execute(delete(withheld_persons).where(withheld_persons.c.person_row == row))
    connection.execute(delete(live_records).where(live_records.c.person_row == row))
    of_person = {"row": row, "person_id": person_id}
    erased = transaction.payloads.delete(_numbers(transaction, of_person))
    searched = connection.scalars(keys_about("searches", "search_id"), of_person)
    forget_sketches_of(connection, searched.all())
    connection.execute(delete(staff_persons).where(staff_persons.c.person_id == person_id))
    _change_captures(transaction, row, ERASED)
    return erased


def left_of_erased(transaction: Transaction, person_id: PersonId) -> set[int]:
    """Return the numbers of the payloads that are left of an erased person.

    An erasure covers what the tables declare and hold on that day: a later release may declare
    more, and later work, such as revoking a link, states its reasons.
    """
    erased = select(persons.c.person_row).join(person_erasures)
    found = transaction.connection.execute(erased.where(persons.c.person_id == person_id))
    row = found.scalar()
    if row is None:
        return set()
    return stored_about(transaction, {"row": row, "person_id": person_id})


def stored_about(transaction: Transaction, of_person: Mapping[str, object]) -> set[int]:
    """Return the numbers of the stored payloads that are erased with a person."""
    numbers = sorted(_numbers(transaction, of_person))
    return set(transaction.connection.execute(_STORED, {"ids": numbers}).scalars())


_STORED = select(stored_payloads.c.payload_id).where(Among(stored_payloads.c.payload_id, "ids"))


def hide_person(transaction: Transaction, person_id: PersonId, erasure_id: ErasureId) -> None:
    """Make a person look erased; does nothing if the person is erased."""
    _hide(transaction, person_id, withheld_persons, erasure_id=erasure_id)


def restrict_person(
    transaction: Transaction, person_id: PersonId, restriction_id: RestrictionId
) -> None:
    """Make a person look erased under a restriction; does nothing if the person is erased."""
    _hide(transaction, person_id, restricted_persons, restriction_id=restriction_id)


def _hide(transaction: Transaction, person_id: PersonId, hiding: Table, **why: str) -> None:
    row, connection = claimed_person(transaction, person_id), transaction.connection
    if row is None:
        return
    connection.execute(insert(hiding).values(person_row=row, **why).inline())
    connection.execute(delete(live_records).where(live_records.c.person_row == row))
    # Pages kept for their visitors may tell of the person.
    connection.execute(delete(kept_pages))
    _withhold(transaction, row, person_id)
    _change_captures(transaction, row, HIDDEN)


def show_people(transaction: Transaction, erasure_id: ErasureId) -> None:
    """Restore the people that an erasure has hidden, exactly as they were."""
    _show(transaction, withheld_persons, withheld_persons.c.erasure_id == erasure_id)


def lift_restriction(transaction: Transaction, restriction_id: RestrictionId) -> None:
    """Restore the people that a restriction has hidden, exactly as they were."""
    ours = restricted_persons.c.restriction_id == restriction_id
    _show(transaction, restricted_persons, ours)


def _show(transaction: Transaction, hiding: Table, ours: ColumnElement[bool]) -> None:
    connection = transaction.connection
    hidden = select(hiding.c.person_row).where(ours).order_by(hiding.c.person_row)
    rows = connection.execute(hidden).scalars().all()
    connection.execute(delete(hiding).where(ours))
    give_back_to_all(transaction)
    for row in rows:
        connection.execute(_NEWEST_LIVES_AGAIN, {"row": row})
        _change_captures(transaction, row, SHOWN)


def give_back_to_all(transaction: Transaction) -> None:
    """Put back every payload that nothing hides any more.

    A payload may be about two hidden people, or subject to two restrictions: what still applies
    withholds it again.
    """
    transaction.payloads.give_back()
    hide_again(transaction)
    withhold_versions(transaction)


def hide_again(transaction: Transaction) -> None:
    """Withhold payloads about hidden people that are not yet withheld."""
    for row, person_id in transaction.connection.execute(_HIDDEN_PEOPLE).all():
        _withhold(transaction, row, person_id)


def withhold_versions(transaction: Transaction) -> None:
    """Withhold the versions of records that contain a restricted item."""
    found = transaction.connection.execute(select(restricted_versions.c.payload_id)).scalars()
    transaction.payloads.withhold(set(found))


def claimed_person(transaction: Transaction, person_id: PersonId) -> int | None:
    """Return the row of a person, locked; None if unknown or erased.

    Waits for any transaction that adds to this person, and makes later transactions wait.
    """
    row = transaction.connection.execute(
        select(persons.c.person_row).where(persons.c.person_id == person_id).with_for_update()
    ).scalar()
    if row is None or _is_gone(transaction, row):
        return None
    transaction.held.pop(person_id, None)
    return int(row)


def _withhold(transaction: Transaction, row: int, person_id: PersonId) -> None:
    """Withhold the payloads of a person whose row states why they are hidden."""
    connection, of_person = transaction.connection, {"row": row, "person_id": person_id}
    found = _numbers(transaction, of_person)
    if connection.execute(_IS_RESTRICTED, {"row": row}).first():
        found -= set(connection.execute(payloads_asked(), of_person).scalars())
    transaction.payloads.withhold(found)


def _numbers(transaction: Transaction, of_person: Mapping[str, object]) -> set[int]:
    """Return the numbers of the payloads that are about a person."""
    return set(transaction.connection.execute(payloads_about(), of_person).scalars())


def _change_captures(transaction: Transaction, row: int, kind: int) -> None:
    """Queue a change for a person's record and for each of their captures that is not erased."""
    transaction.records.append(row)
    gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
    captured = select(encounters.c.encounter_row).where(
        encounters.c.person_row == row, encounters.c.encounter_row.not_in(gone)
    )
    if kind != ERASED:
        # What a purge hides stays hidden until the purge has ended.
        captured = captured.where(~purge_hides(encounters.c.encounter_row))
    found = transaction.connection.execute(captured.order_by(encounters.c.encounter_row))
    transaction.changes.extend((encounter_row, kind) for encounter_row in found.scalars().all())


def destroy_captures(transaction: Transaction, captures: Sequence[AnyRow]) -> int:
    """Destroy captures, given by `chains_of`; return how many of them were in the gallery."""
    payloads = {one.payload_id for one in captures} | _beside(transaction, captures)
    transaction.payloads.delete(payloads)
    live = [(one.encounter_row, ERASED) for one in captures if one.is_live]
    transaction.changes.extend(live)
    return len(live)


def _beside(transaction: Transaction, captures: Sequence[AnyRow]) -> set[int]:
    """Return the captures' payloads of images, minutiae, references and remade templates."""
    owners = [one.encounter_id for one in captures]
    found: set[int] = set()
    for table in (capture_images, capture_minutiae, client_references):
        query = select(table.c.payload_id).where(table.c.owner_id.in_(owners))
        found |= set(transaction.connection.execute(query).scalars())
    for query in remade_payloads_of(owners):
        found |= set(transaction.connection.execute(query).scalars())
    return found


_HIDDEN_PEOPLE = (
    select(persons.c.person_row, persons.c.person_id)
    .join(hidden_persons, hidden_persons.c.person_row == persons.c.person_row)
    .order_by(persons.c.person_row)
)
_IS_RESTRICTED = rows_where(restricted_persons.c.person_row, person_row=bindparam("row"))
_NEWEST_LIVES_AGAIN = insert(live_records).from_select(
    ("record_id", "person_row", "record_row"),
    select(records.c.record_id, records.c.person_row, func.max(records.c.record_row))
    .where(records.c.person_row == bindparam("row"))
    .group_by(records.c.record_id, records.c.person_row),
)


def _is_gone(transaction: Transaction, row: int) -> bool:
    query = select(person_erasures.c.person_row).where(person_erasures.c.person_row == row)
    return transaction.connection.execute(query).scalar() is not None


_Query = sa.Select[Any] | sa.CompoundSelect[Any]


@cache
def payloads_about() -> sa.CompoundSelect[Any]:
    """Return the query for the numbers of all payloads that are erased with a person."""
    walk = _Walk()
    return sa.union(
        *(
            sa.select(bare(number)).where(number > NO_PAYLOAD)
            for table in _tables()
            for column in sealed_columns(table)
            for number in (walk.about(table.name).c[column.name],)
        )
    )


@cache
def payloads_asked() -> sa.CompoundSelect[Any]:
    """Return the query for the payloads of a person's own requests that are not answered yet."""
    walk = _Walk()
    return sa.union(
        *(
            sa.select(bare(column)).where(walk.leads_to(table, said.asked))
            for table in _tables()
            if (said := declared(table)) and said.asked
            for column in sealed_columns(table)
        )
    )


@cache
def keys_about(name: str, column: str) -> sa.Select[Any]:
    """Return the query for the values of one column in the rows about a person."""
    return sa.select(_Walk().about(name).c[column])


def _tables() -> Iterator[sa.Table]:
    """Yield the tables whose payloads are erased with a person."""
    for table in METADATA.sorted_tables:
        said = declared(table)
        is_of_people = said is not None and not isinstance(said.paths, OfNobody)
        if is_of_people and said is not None and said.kept is not Kept.AS_REASON:
            yield table


class _Walk:
    """The rows about a person; each table and view appears once in a statement."""

    def __init__(self) -> None:
        self._found: dict[str, sa.CTE] = {}

    def about(self, name: str) -> sa.CTE:
        """Return the rows of a table or a view that are about the person."""
        if name not in self._found:
            source, paths = node(name)
            columns = _useful(source)
            self._found[name] = self._rows(source, columns, paths).cte(f"about_{name}")
        return self._found[name]

    def leads_to(self, source: Any, path: Via) -> Any:
        """Return the condition for rows that a path through another table reaches."""
        return source.c[path.column].in_(sa.select(self.about(path.to).c[path.other]))

    def _rows(self, source: Any, columns: list[sa.Column[Any]], paths: tuple[Path, ...]) -> _Query:
        found = [self._of(source, columns, path) for path in paths]
        # A union instead of OR, so that the database can use a separate index for each part.
        return found[0] if len(found) == 1 else sa.union(*found)

    def _of(self, source: Any, columns: list[sa.Column[Any]], path: Path) -> sa.Select[Any]:
        match path:
            case OfPerson():
                return sa.select(*columns).where(_names(source.c[path.column]))
            case OfLast():
                return _moved(source, columns, path)
            case Via():
                return sa.select(*columns).where(self.leads_to(source, path))


def _names(column: Any) -> Any:
    """Return the condition that a column refers to the person, by id if the column is text."""
    return column == sa.bindparam("person_id" if isinstance(column.type, sa.String) else "row")


def _moved(source: Any, columns: list[sa.Column[Any]], path: OfLast) -> sa.Select[Any]:
    """Return the last rows of the person, and all earlier rows that were moved to them."""
    moves = METADATA.tables[path.moves]
    (key,) = moves.primary_key
    row = source.c[key.name]
    last = sa.select(row).where(_names(source.c[path.column]), ~sa.exists().where(key == row))
    reached = last.cte(f"last_{source.name}", recursive=True)
    before = sa.select(key).join(reached, reached.c[key.name] == moves.c[path.successor])
    return sa.select(*columns).where(row.in_(sa.select(reached.union(before).c[key.name])))


def _useful(source: Any) -> list[sa.Column[Any]]:
    """Return the columns of a table that lead to other tables, and those that name payloads."""
    asked = {
        path.other
        for other in (*METADATA.sorted_tables, *METADATA.info["views"])
        for path in _paths(other)
        if isinstance(path, Via) and path.to == source.name
    }
    sealed = {one.name for one in source.columns if one.info.get("sealed")}
    return [one for one in source.columns if one.name in asked | sealed] or list(source.columns)


def _paths(other: Any) -> tuple[Path, ...]:
    if isinstance(other, str):
        return node(other)[1]
    said = declared(other)
    if said is None or isinstance(said.paths, OfNobody):
        return ()
    return (*said.paths, said.asked) if said.asked else said.paths
