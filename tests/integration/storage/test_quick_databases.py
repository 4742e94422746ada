"""The schemas that tests work on are those of the migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from service.storage.engine.engines import commit, open_engine, schema_connection
from service.storage.engine.migrate import upgrade
from service.storage.engine.settings import DatabaseSettings
from tests.quick_databases import build_by_migrations

pytestmark = pytest.mark.databases


def content(connection: Connection) -> dict[str, Any]:
    """Return the statements of everything in a database, and the rows of each table."""
    ask = connection.exec_driver_sql
    made = ask("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").all()
    tables = [name for kind, name, _, _ in made if kind == "table"]
    rows = {name: ask(f"SELECT * FROM {name}").all() for name in tables}  # noqa: S608
    columns = {name: ask(f"PRAGMA table_xinfo({name})").all() for name in tables}
    return {"made": made, "rows": rows, "columns": columns}


def test_a_quick_schema_is_that_of_the_migrations(tmp_path: Path) -> None:
    slow, quick = (f"sqlite:///{tmp_path / name}.db" for name in ("slow", "quick"))
    upgrade(f"sqlite:///{tmp_path / 'first.db'}")  # of this process, perhaps
    upgrade(quick)
    found = []

    for url in (slow, quick):
        engine = open_engine(url, DatabaseSettings())
        with schema_connection(engine) as connection:
            build_by_migrations(connection)
            commit(connection)
            found.append(content(connection))
        engine.dispose()

    assert len(found[0]["made"]) > 500
    assert found[0] == found[1]
