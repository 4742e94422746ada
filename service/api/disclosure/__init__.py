"""Data that is restricted instead of erased, and deletion of data from arrests."""

from __future__ import annotations

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
