"""Purge plans for supervisors, and retention reviews for case officers."""

from service.api.retention import plans, reviews

ROUTERS = (plans.router, reviews.router)
