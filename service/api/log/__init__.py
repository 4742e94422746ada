"""The log, for auditors."""

from service.api.log import audit

ROUTERS = (audit.router,)
