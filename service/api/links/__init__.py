"""Confirmed links, and notices that a link was revoked."""

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
