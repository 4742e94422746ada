"""The log, for auditors."""

from __future__ import annotations

from service.api.log import audit

ROUTERS = (audit.router,)
