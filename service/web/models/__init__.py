"""The page of the watch on the law of prints."""

from __future__ import annotations

from service.web.models import law

ROUTERS = (law.router,)
