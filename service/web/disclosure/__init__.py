"""Pages of data restricted instead of erased, and of deletions."""

from service.web.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router)
