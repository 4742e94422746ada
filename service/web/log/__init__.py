"""The log as auditors read it."""

from service.web.log import audit, misuse

ROUTERS = (audit.router, misuse.router)
