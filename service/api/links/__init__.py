"""Confirmed links, and notices that a link was revoked."""

from __future__ import annotations

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
