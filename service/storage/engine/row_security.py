"""Row-level security on PostgreSQL: a force's transaction sees and writes its own rows alone.

It binds every role that is neither a superuser nor has BYPASSRLS, the tables' owner included; the
service is to connect as such a role (docs/operations.md). SQLite has no such thing: there the
use cases are the only wall.
"""

from __future__ import annotations

from service.ports.tenancy import current_force

SETTING = "identlink.force"


def binding() -> str:
    """Return the text after BEGIN that binds the transaction to the force of the request, if any.

    It travels with BEGIN, so that it costs no round trip of its own; hence no parameter.
    """
    force = current_force()
    if force is None:
        return ""
    quoted = force.replace("'", "''")
    return f"; SET LOCAL {SETTING} = '{quoted}'"
