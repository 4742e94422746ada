"""Pages for restricting data instead of erasing it, and for deletions."""

from service.web.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router)
