"""Data that is restricted instead of erased, and deletion of data from arrests."""

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
