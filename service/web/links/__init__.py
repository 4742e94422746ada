"""Pages of confirmed links."""

from __future__ import annotations

from service.web.links import links

ROUTERS = (links.router,)
