"""Pages for restricting data instead of erasing it, and for deletions."""

from __future__ import annotations

from service.web.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router)
