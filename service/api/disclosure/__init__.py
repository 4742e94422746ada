"""Data restricted instead of erased, and deletion of data left by arrests."""

from __future__ import annotations

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
