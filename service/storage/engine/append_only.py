"""Triggers with which the database itself refuses to change rows that are written once."""

from collections.abc import Iterator
from typing import assert_never

from service.storage.tables.metadata import Protection, Rows

REFUSAL = "append-only"
"""The word that begins every refusal, on both databases."""


def triggers(table: str, protection: Protection, dialect: str) -> tuple[str, ...]:
    """Return the statements that create the triggers of one table.

    `dialect` is `sqlite` or `postgresql`; on PostgreSQL the triggers call the function
    `refuse_change` of the first schema. A migration passes the protection for which it was
    written, so that a later change of the code does not alter an old migration.
    """
    if dialect == "sqlite":
        return tuple(_sqlite(table, protection))
    return tuple(_postgresql(table, protection))


def _sqlite(table: str, protection: Protection) -> Iterator[str]:
    for event in _refused_events(protection):
        yield _sqlite_trigger(table, f"no_{event.lower()}", event)
    if protection.fixed:
        yield _sqlite_trigger(table, "fixed", f"UPDATE OF {', '.join(protection.fixed)}")
    if protection.growing:
        yield _sqlite_trigger(table, "growing", "UPDATE", when=_fall(protection))


def _postgresql(table: str, protection: Protection) -> Iterator[str]:
    for event in _refused_events(protection):
        yield _postgresql_trigger(table, f"no_{event.lower()}", event)
    if protection.rows is not Rows.ERASABLE:
        yield _postgresql_trigger(table, "no_truncate", "TRUNCATE")
    if protection.fixed:
        changed = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in protection.fixed)
        yield _postgresql_trigger(table, "fixed", "UPDATE", when=changed)
    if protection.growing:
        yield _postgresql_trigger(table, "growing", "UPDATE", when=_fall(protection))


def _refused_events(protection: Protection) -> tuple[str, ...]:
    match protection.rows:
        case Rows.WRITTEN_ONCE:
            return ("UPDATE", "DELETE")
        case Rows.ERASABLE:
            return ("UPDATE",)
        case Rows.MOVING:
            return () if protection.may_go else ("DELETE",)
        case _:
            assert_never(protection.rows)


def _fall(protection: Protection) -> str:
    return " OR ".join(f"NEW.{column} < OLD.{column}" for column in protection.growing)


def _sqlite_trigger(table: str, name: str, event: str, *, when: str = "") -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {table}'); END"
    )


def _postgresql_trigger(table: str, name: str, event: str, *, when: str = "") -> str:
    level = "STATEMENT" if event == "TRUNCATE" else "ROW"
    condition = f"WHEN ({when}) " if when else ""
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH {level} {condition}EXECUTE FUNCTION refuse_change()"
    )
