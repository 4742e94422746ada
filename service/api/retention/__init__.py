"""Purge plans for supervisors, and retention reviews for case officers."""

from __future__ import annotations

from service.api.retention import plans, reviews

ROUTERS = (plans.router, reviews.router)
