"""Row-level security on PostgreSQL: a force's transaction sees and writes only its own rows.

Security fails closed: a transaction that names no force sees no row. Transactions of the service
itself, for staff of the office, workers and commands, name `*` and see whatever the use cases
allow.

Row-level security binds every role that is neither a superuser nor has BYPASSRLS, including the
owner of the tables. The service should connect as such a role (docs/installing.md). SQLite has no
row-level security: there only the use cases protect the rows.
"""

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError
from service.ports.surroundings import current_force

SETTING = "identlink.force"
EVERY_FORCE = "*"
"""The setting for all forces; no force has this code."""


_IS_EXEMPT = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def demand_binding_role(connection: Connection) -> str:
    """Return how the rows of forces are kept apart.

    Raises ConfigurationError for an exempt role.
    """
    if connection.dialect.name != "postgresql":
        return "SQLite has none: only the use cases keep forces apart"
    if connection.execute(_IS_EXEMPT).scalar_one():
        raise ConfigurationError(
            "The database role in IDENTLINK_DATABASE_URL is a superuser or has BYPASSRLS, so "
            "row-level security does not apply to it: use another role."
        )
    return "binds the role of the service"


def binding() -> str:
    """Return the statement that binds a transaction to the force of the request, or to all forces.

    The statement is sent together with BEGIN, to save a round trip, so it cannot have parameters.
    """
    quoted = (current_force() or EVERY_FORCE).replace("'", "''")
    return f"SET LOCAL {SETTING} = '{quoted}'"
