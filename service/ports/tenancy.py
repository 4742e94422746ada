"""The force for which the database is read: a second wall behind the checks of the use cases.

An edge puts a `Tenant` around every request and names its force once that is authenticated;
storage tells PostgreSQL, whose row-level security then shows only that force's rows. A tenant
without a force (staff of the bureau, workers, commands) sees what its role allows.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from domain.ids import ForceCode


@dataclass(slots=True)
class Tenant:
    """Filled in by authentication, in whichever thread that runs."""

    force: ForceCode | None = None


CURRENT_TENANT: ContextVar[Tenant | None] = ContextVar("identlink_tenant", default=None)


def name_tenant(force: ForceCode | None) -> None:
    """Let the request that runs see only this force's rows; without a request, do nothing."""
    tenant = CURRENT_TENANT.get()
    if tenant is not None:
        tenant.force = force


def current_force() -> ForceCode | None:
    """Return the force of the request that runs."""
    tenant = CURRENT_TENANT.get()
    return None if tenant is None else tenant.force
