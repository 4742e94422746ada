"""The page of the watch on the law of prints."""

from service.web.models import law

ROUTERS = (law.router,)
