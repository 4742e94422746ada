"""The log as auditors read it."""

from service.web.log import audit

ROUTERS = (audit.router, audit.misuse_router)
