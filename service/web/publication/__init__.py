"""Pages of publication, and the public site as files."""

from __future__ import annotations

from service.web.publication import information, releases

ROUTERS = (releases.router, information.router)
