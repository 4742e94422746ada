"""Row-level security on PostgreSQL: a force's transaction sees and writes its own rows alone.

It fails closed: a transaction that names nobody sees no row. One of the service itself, for staff
of the bureau, workers and commands, says `*`, which sees what the use cases allow.

It binds every role that is neither a superuser nor has BYPASSRLS, the tables' owner included; the
service is to connect as such a role (docs/operations.md). SQLite has no such thing: there the
use cases are the only wall.
"""

from __future__ import annotations

from service.ports.tenancy import current_force

SETTING = "identlink.force"
EVERY_FORCE = "*"
"""No force has such a code."""


def binding() -> str:
    """Return the statement that binds a transaction to the force of the request, or to every one.

    It travels with BEGIN, so that it costs no round trip of its own; hence no parameter.
    """
    quoted = (current_force() or EVERY_FORCE).replace("'", "''")
    return f"SET LOCAL {SETTING} = '{quoted}'"
