"""Confirmed links and notices of their revocation."""

from __future__ import annotations

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
