"""Row-level security on PostgreSQL: a force's transaction sees and writes only its own rows.

It fails closed: a transaction that names nobody sees no row. One of the service itself, for staff
of the bureau, workers and commands, says `*`, which sees what the use cases allow.

It binds every role that is neither a superuser nor has BYPASSRLS, including the owner of the
tables; the service should connect as such a role (docs/installing.md). SQLite has no row-level
security: there the use cases are the only protection.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError
from service.ports.surroundings import current_force

SETTING = "identlink.force"
EVERY_FORCE = "*"
"""No force has such a code."""


_IS_EXEMPT = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def demand_binding_role(connection: Connection) -> str:
    """Return how forces are kept apart; raises ConfigurationError for an exempt role."""
    if connection.dialect.name != "postgresql":
        return "SQLite has none: the use cases are the wall"
    if connection.execute(_IS_EXEMPT).scalar_one():
        raise ConfigurationError(
            "The role of IDENTLINK_DATABASE_URL is a superuser or has BYPASSRLS, so "
            "row-level security does not apply to it: use another role."
        )
    return "binds the role of the service"


def binding() -> str:
    """Return the statement that binds a transaction to the force of the request, or to every one.

    It travels with BEGIN, so that it costs no round trip of its own; hence no parameter.
    """
    quoted = (current_force() or EVERY_FORCE).replace("'", "''")
    return f"SET LOCAL {SETTING} = '{quoted}'"
