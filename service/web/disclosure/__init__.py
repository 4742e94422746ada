"""Pages of data restricted instead of erased, and of deletions."""

from __future__ import annotations

from service.web.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router)
