"""Compares the schema of a database with what the code declares: triggers, checks, row security.

Whoever owns a database can take its protection away. Nothing else would then notice: rows would
agree with their events until somebody changes one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Constraint,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from service.storage.engine.append_only import REFUSAL, triggers
from service.storage.tables.metadata import METADATA

_NO_CONTROL = {
    "sqlite": "CREATE TRIGGER links_no_control BEFORE INSERT ON links WHEN NEW.force = '00' "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: a control item makes no link'); END",
    "postgresql": "CREATE TRIGGER links_no_control BEFORE INSERT ON links FOR EACH ROW "
    "WHEN (NEW.force = '00') EXECUTE FUNCTION refuse_change()",
}
_REFUSING = (
    f"begin raise exception '{REFUSAL}: %', tg_table_name using errcode = 'restrict_violation'; "
    "end"
)
_OWN_FORCE = (
    "(current_setting('identlink.force', true) = '*')"
    " OR (current_setting('identlink.force', true) = force)"
)
_WALL = f"own_force * t {_OWN_FORCE} {_OWN_FORCE}"
_WALL_OF_RECORDS = f"own_force a t - {_OWN_FORCE} read_all r t true -"
_OF_FORCES = (
    "batches",
    "client_references",
    "jobs",
    "probe_sketches",
    "searches",
    "sketch_packs",
    "webhook_endpoints",
)
"""Tables of which a force sees its own rows only."""
_HARMLESS_MORE = ("table", "column", "index", "constraint", "reference")
"""An administrator may add these: they let no row be changed."""


class AlteredPart(NamedTuple):
    """A part of the schema, and what is wrong with it."""

    part: str
    """Its kind and name."""
    fault: str

    @property
    def detail(self) -> str:
        """A sentence for the report."""
        return f"In the database, the {self.part} {self.fault}."

    @property
    def hides_rows(self) -> bool:
        """Whether rows cannot be read without it."""
        return self.fault == _MISSING and self.part.startswith(("table", "column"))


_MISSING = "is missing"


def altered_parts(connection: Connection) -> Iterator[AlteredPart]:
    """Yield each part of the schema that is missing, altered or added."""
    is_sqlite = connection.dialect.name == "sqlite"
    declared = dict(_declared(connection.dialect.name))
    built = dict((_built_sqlite if is_sqlite else _built_postgresql)(connection))
    for part, definition in declared.items():
        if part not in built:
            yield AlteredPart(part, _MISSING)
        elif built[part] != definition:
            yield AlteredPart(part, "is not as the service made it")
    for part in sorted(built.keys() - declared.keys()):
        if not part.startswith(_HARMLESS_MORE):
            yield AlteredPart(part, "was not made by the service")


def _declared(dialect: str) -> Iterator[tuple[str, str]]:
    is_postgresql = dialect == "postgresql"
    for table in METADATA.sorted_tables:
        yield f"table {table.name}", ""
        yield from _columns_of(table)
        for constraint in table.constraints:
            if is_postgresql or isinstance(constraint, _NAMED_IN_SQLITE):
                yield _constraint(table, constraint, is_postgresql=is_postgresql)
        for index in table.indexes:
            predicate = index.dialect_options[dialect]["where"]
            told = (*map(str, index.expressions), "" if predicate is None else str(predicate))
            yield (
                f"index {index.name}",
                _index(index.unique, " ".join(told).replace(f"{table.name}.", "")),
            )
        for statement in triggers(table.name, table.info["protection"], dialect):
            yield _trigger(statement)
    yield _trigger(_NO_CONTROL[dialect])
    if is_postgresql:
        yield "function refuse_change", _plain(_REFUSING)
        yield "row security of records", _plain(_WALL_OF_RECORDS)
        yield from ((f"row security of {table}", _plain(_WALL)) for table in _OF_FORCES)


def _columns_of(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        how = _column(column.nullable, column.server_default is not None and not column.identity)
        yield f"column {table.name}.{column.name}", how


def _column(is_nullable: bool | None, has_default: bool) -> str:
    return f"{'null' if is_nullable else 'not null'}{' default' if has_default else ''}"


_NAMED_IN_SQLITE = (CheckConstraint, UniqueConstraint, ForeignKeyConstraint)


def _constraint(table: Table, constraint: Constraint, *, is_postgresql: bool) -> tuple[str, str]:
    """Return a constraint, with the words of its definition where the database tells them."""
    if isinstance(constraint, CheckConstraint):
        told = str(constraint.sqltext)
    else:
        told = " ".join(constraint.columns.keys())  # type: ignore[attr-defined]
    if not isinstance(constraint, ForeignKeyConstraint):
        return f"constraint {constraint.name}", _words(told) if is_postgresql else ""
    target = " ".join(one.target_fullname for one in constraint.elements)
    part = _reference(table.name, constraint.column_keys)
    return part, _words(f"{told} {target}") if is_postgresql else ""


def _reference(table: str, columns: Iterable[str]) -> str:
    return f"reference {table}.{','.join(columns)}"


def _index(is_unique: bool | None, told: str) -> str:
    return f"{'unique' if is_unique else 'not unique'} {_words(told)}"


def _words(statement: str) -> str:
    """Return the names and values in a statement, which databases write in their own ways."""
    words = set(re.findall(r"'[^']*'|\w+", _TYPE.sub(" ", statement.lower())))
    return " ".join(sorted(words - _FORMS))


_TYPE = re.compile(r"::(character )?\w+")
_FORMS = {
    *("and", "any", "array", "asc", "between", "in"),
    *("check", "foreign", "key", "primary", "references", "unique"),
}
"""Words that one database writes and the other does not, or that the kind of a part says."""


def _trigger(statement: str) -> tuple[str, str]:
    return f"trigger {statement.split()[2]}", _plain(statement)


def _plain(statement: str) -> str:
    """Return a statement without what databases write in another way: brackets, types, spaces."""
    told = re.sub(r"[(),\n;]", " ", _TYPE.sub(" ", statement.lower()))
    return " ".join(told.split())


_MASTER = text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
_TABLE_INFO = text(
    'SELECT m.name, p.name, p."notnull", p.dflt_value IS NOT NULL FROM sqlite_master m,'
    " pragma_table_xinfo(m.name) p WHERE m.type = 'table'"
)
_REFERENCES = text(
    'SELECT m.name, f.id, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f'
    " WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq"
)
_CONSTRAINT = re.compile(r"\bCONSTRAINT (\w+)")


def _built_sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    for kind, name, table, sql in connection.execute(_MASTER):
        if kind == "trigger":
            yield f"trigger {name}", _plain(sql)
        elif kind == "index":
            _, _, told = sql.partition(f" ON {table} ")
            yield f"index {name}", _index("UNIQUE INDEX" in sql, told.replace("WHERE", ""))
        elif kind == "table" and table in METADATA.tables:
            yield f"table {name}", ""
            yield from ((f"constraint {one}", "") for one in _CONSTRAINT.findall(sql))
    for table, column, is_filled, has_default in connection.execute(_TABLE_INFO):
        if table in METADATA.tables:
            yield f"column {table}.{column}", _column(not is_filled, bool(has_default))
    for (table, _), rows in groupby(connection.execute(_REFERENCES), lambda row: row[:2]):
        yield _reference(table, [row[2] for row in rows]), ""


_BUILT_POSTGRESQL = text("""
WITH ours AS (
    SELECT c.oid, c.relname, c.relrowsecurity AND c.relforcerowsecurity AS is_walled
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r'
)
SELECT 'table ' || relname, '' FROM ours
UNION ALL
SELECT 'column ' || relname || '.' || attname,
    CASE WHEN attnotnull THEN 'not null' ELSE 'null' END
    || CASE WHEN atthasdef THEN ' default' ELSE '' END
FROM ours JOIN pg_attribute ON attrelid = ours.oid WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || conname, pg_get_constraintdef(pg_constraint.oid, true)
FROM ours JOIN pg_constraint ON conrelid = ours.oid WHERE contype <> 'f'
UNION ALL
SELECT 'reference ' || relname || '.' || (
        SELECT string_agg(attname, ',' ORDER BY place)
        FROM unnest(conkey) WITH ORDINALITY AS named (number, place)
        JOIN pg_attribute ON attrelid = ours.oid AND attnum = number
    ),
    pg_get_constraintdef(pg_constraint.oid, true)
FROM ours JOIN pg_constraint ON conrelid = ours.oid WHERE contype = 'f'
UNION ALL
SELECT 'index ' || i.relname,
    pg_get_indexdef(indexrelid, 0, true)
FROM ours JOIN pg_index ON indrelid = ours.oid JOIN pg_class i ON i.oid = indexrelid
WHERE indisvalid
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(pg_trigger.oid, true)
    || CASE WHEN tgenabled IN ('O', 'A') THEN '' ELSE ' disabled' END
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION ALL
SELECT DISTINCT 'check of references of ' || relname, 'disabled'
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE tgisinternal AND tgenabled = 'D'
UNION ALL
SELECT 'rule ' || rulename || ' of ' || relname, ''
FROM ours JOIN pg_rewrite ON ev_class = ours.oid
UNION ALL
SELECT 'child table ' || inhrelid::regclass::text, ''
FROM ours JOIN pg_inherits ON inhparent = ours.oid
UNION ALL
SELECT 'function ' || proname, prosrc
FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
WHERE n.nspname = current_schema() AND proname = 'refuse_change'
UNION ALL
SELECT 'row security of ' || relname,
    string_agg(
        concat_ws(
            ' ', polname, polcmd, polpermissive AND polroles = '{0}',
            coalesce(pg_get_expr(polqual, polrelid), '-'),
            coalesce(pg_get_expr(polwithcheck, polrelid), '-')
        ),
        ' ' ORDER BY polname
    ) || CASE WHEN is_walled THEN '' ELSE ' off' END
FROM ours JOIN pg_policy ON polrelid = ours.oid GROUP BY relname, is_walled
""")


def _built_postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    for part, definition in connection.execute(_BUILT_POSTGRESQL):
        match part.split()[0]:
            case "trigger" | "function" | "row":
                yield part, _plain(definition)
            case "constraint" | "reference":
                yield part, _words(definition)
            case "index":
                _, _, told = definition.partition(" USING btree ")
                is_unique = definition.startswith("CREATE UNIQUE")
                yield part, _index(is_unique, told.replace(" WHERE ", " "))
            case _:
                yield part, definition
