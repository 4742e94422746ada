"""The documents of applications, for case officers and auditors."""

from __future__ import annotations

from service.web.applications import documents

ROUTERS = (documents.router,)
