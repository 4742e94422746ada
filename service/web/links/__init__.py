"""Pages of confirmed links."""

from service.web.links import links

ROUTERS = (links.router,)
