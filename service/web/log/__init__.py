"""The log as auditors read it."""

from __future__ import annotations

from service.web.log import audit, entries, misuse

ROUTERS = (audit.router, entries.router, misuse.router)
