"""The schema is built and moved on by Alembic alone, in production and in tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from domain.errors import ConfigurationError
from service.storage.engine.engines import commit, open_engine, schema_connection
from service.storage.engine.settings import DatabaseSettings

_MIGRATIONS = Path(__file__).parents[1] / "migrations"


def upgrade(url: str) -> None:
    """Bring the schema of the database at `url` up to date, in one transaction."""
    engine = open_engine(url, DatabaseSettings())
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine) -> None:
    """Bring the schema up to date, in one transaction; does nothing when it is.

    Raises ConfigurationError for a database with tables of another program.
    """
    with schema_connection(engine) as connection:
        if _revision(connection) is None and inspect(connection).get_table_names():
            raise ConfigurationError(
                "The database holds tables of another program: give identlink one of its own."
            )
        upgrade_connection(connection)
        commit(connection)


def upgrade_connection(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision in the transaction in hand; the caller commits."""
    if revision == "head" and _revision(connection) == latest():
        return
    command.upgrade(_config(connection), revision)


def is_known(revision: str) -> bool:
    """Whether this release knows a revision of the schema."""
    return revision in _known()


def current(url: str) -> str | None:
    """Return the revision of the schema at `url`, or None for a database without one."""
    engine = open_engine(url, DatabaseSettings())
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


@cache
def latest() -> str | None:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this code needs."""
    with engine.connect() as connection:
        return _revision(connection) == latest()


def has_none(engine: Engine) -> bool:
    """Whether the database has no schema yet."""
    with engine.connect() as connection:
        return _revision(connection) is None


def schema_of(connection: Connection) -> str:
    """Return the revision of the schema behind a connection, empty for a database without one."""
    return _revision(connection) or ""


def _revision(connection: Connection) -> str | None:
    """Return the revision; raises ConfigurationError for one of a release that came later."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in _known():
        raise ConfigurationError(
            "The schema of the database is of another release: use the one that made it, or a"
            " later one."
        )
    return found


@cache
def _known() -> frozenset[str]:
    """Return every revision of this release."""
    scripts = ScriptDirectory.from_config(_config(None))
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
