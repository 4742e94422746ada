"""Row-level security on PostgreSQL: a force's transaction sees and writes its own rows alone.

It binds every role that is neither a superuser nor has BYPASSRLS, the tables' owner included; the
service is to connect as such a role (docs/operations.md). SQLite has no such thing: there the
use cases are the only wall.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from service.ports.tenancy import current_force

SETTING = "identlink.force"
_NAME_FORCE = text(f"SELECT set_config('{SETTING}', :force, true)")


def enter(connection: Connection) -> None:
    """Bind the transaction that begins to the force of the request, if there is one."""
    force = current_force()
    if force is not None and connection.dialect.name == "postgresql":
        connection.execute(_NAME_FORCE, {"force": force})
