"""Builds and changes the schema with Alembic, in production and in tests.

Alembic is loaded only when there is something to change. A serving process checks only the
revision, and loading Alembic would cost it 12 MB.
"""

import re
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text

from domain.errors import ConfigurationError
from service.storage.engine.engines import commit, open_engine, schema_connection
from service.storage.engine.settings import DatabaseSettings

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_STATED = re.compile(r'^(down_revision|revision) = (?:"(\w+)"|None)$', re.MULTILINE)
_VERSIONS = "alembic_version"
_EARLIER = (
    "The database was made before version 1.0: upgrade it first with the last "
    "version before 1.0 (commit 2c06062b), then with this version."
)
_LATER = (
    "The database schema belongs to another release: use the release that made it, "
    "or a later release."
)


def upgrade(url: str) -> None:
    """Upgrade the schema of the database at `url` to the latest revision, in one transaction."""
    engine = open_engine(url, DatabaseSettings())
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine) -> None:
    """Upgrade the schema to the latest revision in one transaction; do nothing if current.

    Raises ConfigurationError for a database that contains tables of another program.
    """
    with schema_connection(engine) as connection:
        demand_own_tables(connection)
        upgrade_connection(connection)
        commit(connection)


def demand_own_tables(connection: Connection) -> None:
    """Raise ConfigurationError for a database that contains tables of another program."""
    if _revision(connection) is None and inspect(connection).get_table_names():
        raise ConfigurationError(
            "The database contains tables of another program: use a separate "
            "database for identlink."
        )


_ROLLBACK = (b"SQLite format 3\0", 1)
"""How an SQLite file begins, and its byte 18 until a server of ours has opened it."""


def demand_own_file(file: Path) -> None:
    """Raise ConfigurationError for an SQLite file of another program, without changing it.

    To open it as ours would switch it to a write-ahead log.
    """
    head = file.read_bytes()[:19]
    if (head[:16], *head[18:]) != _ROLLBACK:
        return
    address = f"{file.absolute().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    with engine.connect() as connection:
        demand_own_tables(connection)
    engine.dispose()


def upgrade_connection(connection: Connection, revision: str = "head") -> None:
    """Upgrade the schema to a revision in the current transaction; the caller commits."""
    if revision == "head" and _revision(connection) == latest():
        return
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_known(revision: str) -> bool:
    """Whether this release knows a revision of the schema."""
    return revision in _chain()


def current(url: str) -> str | None:
    """Return the revision of the schema at `url`, or None for a database without one."""
    engine = open_engine(url, DatabaseSettings())
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


@cache
def latest() -> str:
    """Return the revision that this code needs: the only revision that has no successor."""
    chain = _chain()
    (head,) = chain.keys() - set(chain.values())
    return head


def is_current(engine: Engine) -> bool:
    """Whether the schema is at the revision that this code needs."""
    with engine.connect() as connection:
        return _revision(connection) == latest()


def has_none(engine: Engine) -> bool:
    """Whether the database has no schema yet."""
    with engine.connect() as connection:
        return _revision(connection) is None


def schema_of(connection: Connection) -> str:
    """Return the revision of the schema behind a connection, empty if there is no schema."""
    return _revision(connection) or ""


def _revision(connection: Connection) -> str | None:
    """Return the revision, or None. Raises ConfigurationError if this release does not know it."""
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608
    if found is None:
        return None
    if found not in _chain():
        # Revisions are four-digit numbers; the first revision of this release includes all earlier
        # ones.
        raise ConfigurationError(_EARLIER if found < min(_chain()) else _LATER)
    return str(found)


@cache
def _chain() -> Mapping[str, str | None]:
    """Return the revisions of this release, each with its predecessor, from their files."""
    stated = (
        dict(_STATED.findall(script.read_text("utf-8")))
        for script in (_MIGRATIONS / "versions").glob("*.py")
    )
    return {one["revision"]: one["down_revision"] or None for one in stated}
