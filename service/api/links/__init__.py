"""Confirmed links, and notices that a link was revoked."""

from service.api.links import links

ROUTERS = (links.router, links.notices_router)
