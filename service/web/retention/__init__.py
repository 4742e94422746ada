"""Pages of retention: plans of a purge for supervisors, reviews for case officers."""

from __future__ import annotations

from service.web.retention import plans, reviews

ROUTERS = (reviews.router, plans.router)
