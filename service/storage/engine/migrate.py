"""Only Alembic builds and changes the schema, in production and in tests.

Alembic is loaded where it has work to do: a process that serves asks only for the revision, and
would keep 12 MB of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from domain.errors import ConfigurationError
from service.storage.engine.engines import commit, open_engine, schema_connection
from service.storage.engine.settings import DatabaseSettings

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_STATED = re.compile(r'^(down_revision|revision) = (?:"(\w+)"|None)$', re.MULTILINE)
_VERSIONS = "alembic_version"
_EARLIER = (
    "The database was made before version 1.0: upgrade it first with the last version before that"
    " (git tag before-1.0), then with this one."
)
_LATER = (
    "The schema of the database is of another release: use the one that made it, or a later one."
)


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
                "The database contains tables of another program: use a separate "
                "database for identlink."
            )
        upgrade_connection(connection)
        commit(connection)


def upgrade_connection(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision in the current transaction; the caller commits."""
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
    """Return the revision that this code needs: the only one that none follows."""
    chain = _chain()
    (head,) = chain.keys() - set(chain.values())
    return head


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
    """Return the revision; raises ConfigurationError for one that this release does not know."""
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608
    if found is None:
        return None
    if found not in _chain():
        # Revisions are numbers of four digits; the first of this release holds all before it.
        raise ConfigurationError(_EARLIER if found < min(_chain()) else _LATER)
    return str(found)


@cache
def _chain() -> Mapping[str, str | None]:
    """Return the revisions of this release, each with the one before it, as their files state."""
    stated = (
        dict(_STATED.findall(script.read_text("utf-8")))
        for script in (_MIGRATIONS / "versions").glob("*.py")
    )
    return {one["revision"]: one["down_revision"] or None for one in stated}
