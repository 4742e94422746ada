"""Every table says whom its rows are about; one that forgets it is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table

import service.storage.database  # noqa: F401 - it loads every table
from domain.events.catalogue import KINDS
from service.storage.tables.about import (
    About,
    Kept,
    OfLast,
    OfNobody,
    OfPerson,
    Path,
    Seen,
    Via,
    about,
    about_nobody,
    declared,
    node,
    sealed,
    sealed_columns,
)
from service.storage.tables.metadata import METADATA, ROW, numbered

_OF_PAYLOADS = frozenset({"payloads", "withheld_payloads"})
"""The payloads themselves: about whomever the row is about that names them."""
_TABLES = [one for one in METADATA.sorted_tables if one.name not in _OF_PAYLOADS]


def _stated() -> frozenset[str]:
    """Return the tables whose rows an event states."""
    rows = {row.table for kind in KINDS.values() for row in kind.declared.rows}
    commits = [one for kind in KINDS.values() for one in kind.declared.commits]
    parts = {part.table for one in commits for part in one.parts}
    return frozenset(rows | {one.table for one in commits} | parts)


def _faults(tables: Iterable[Table], stated: frozenset[str]) -> Iterator[str]:
    """Yield what tables owe: answers, and answers that fit."""
    for table in tables:
        said = declared(table)
        if said is not None:
            yield from _misfits(table, said, is_stated=table.name in stated)
        elif any(_seems_sealed(one) or _names_person(one) for one in table.columns):
            yield f"{table.name}: whom is it about, what keeps it, who sees it?"


def _misfits(table: Table, said: About, *, is_stated: bool) -> Iterator[str]:
    for column in table.columns:
        if _seems_sealed(column) and column not in sealed_columns(table):
            yield f"{table.name}.{column.name}: make it with `sealed`."
    if bool(said.unlogged) == is_stated:
        yield f"{table.name}: name an event that states the row, or say why none does."
    if isinstance(said.paths, OfNobody):
        yield from () if said.paths.reason else (f"{table.name}: why is it about nobody?",)
        return
    followed = {one.column for one in said.paths} | _BEFORE.get(table.name, frozenset())
    for column in filter(_names_person, table.columns):
        if column.name not in followed:
            yield f"{table.name}.{column.name}: a person without a path."


_BEFORE = {
    "remade_templates": frozenset({"person_row"}),
    "remade_minutiae": frozenset({"person_row"}),
}
"""Columns with the person of that day: the capture may have moved since."""


def _seems_sealed(column: Column[object]) -> bool:
    is_named_so = column.name.endswith(("payload_id", "markup_id", "_payload", "sealed_id"))
    return column.info.get("sealed", False) or is_named_so


def _names_person(column: Column[object]) -> bool:
    return any(key.column.table.name == "persons" for key in column.foreign_keys)


def test_every_table_about_people_answers_for_itself() -> None:
    assert list(_faults(_TABLES, _stated())) == []


@pytest.mark.parametrize(
    ("columns", "info", "fault"),
    [
        ((Column("payload_id", ROW),), {}, "whom is it about"),
        ((sealed("words_id", of=("key",)),), {}, "whom is it about"),
        ((Column("person_row", ROW, ForeignKey("persons.person_row")),), {}, "whom is it about"),
        ((Column("payload_id", ROW),), about_nobody("a thing"), "make it with `sealed`"),
        ((sealed(of=("key",)),), about_nobody(""), "why is it about nobody"),
        ((sealed(of=("key",)),), about_nobody("a thing", unlogged="by hand"), "name an event"),
        (
            (Column("person_row", ROW, ForeignKey("persons.person_row")), sealed(of=("key",))),
            about(Via("case_id", "cases"), seen=Seen.OFFICE_WORDS),
            "a person without a path",
        ),
    ],
)
def test_a_table_that_forgets_an_answer_is_refused(
    columns: tuple[Column[object], ...], info: dict[object, object], fault: str
) -> None:
    metadata = MetaData()
    Table("persons", metadata, numbered("person_row"))
    made = Table("forgetful", metadata, Column("key", String, primary_key=True), *columns)
    made.info.update(info)

    (found,) = _faults([made], frozenset({"forgetful"}))

    assert fault in found


def _nodes() -> list[str]:
    tables = [
        one.name
        for one in _TABLES
        if (said := declared(one)) is not None and not isinstance(said.paths, OfNobody)
    ]
    return [*tables, *METADATA.info["views"]]


@pytest.mark.parametrize("name", _nodes())
def test_every_path_leads_to_a_person_by_columns_that_are_there(name: str) -> None:
    source, paths = node(name)

    assert paths
    for path in paths:
        _assert_leads_on(source, path)
    assert _ends_at_a_person(name, ())


def _assert_leads_on(source: Table, path: Path) -> None:
    column = source.c[path.column]
    match path:
        case Via():
            other, _ = node(path.to)
            assert isinstance(column.type, type(other.c[path.other].type))
        case OfPerson() | OfLast():
            assert path.column.endswith(("_row", "person_id"))


def _ends_at_a_person(name: str, before: tuple[str, ...]) -> bool:
    """Whether every path ends at a person, and none comes by the same table twice."""
    assert name not in before
    _, paths = node(name)
    return all(
        _ends_at_a_person(path.to, (*before, name)) if isinstance(path, Via) else True
        for path in paths
    )


def test_only_the_reason_of_an_erasure_outlives_the_person() -> None:
    outliving = {
        one.name for one in _TABLES if (said := declared(one)) and said.kept is Kept.AS_REASON
    }

    assert outliving == {"erasure_requests"}
