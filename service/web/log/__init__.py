"""The log as auditors read it."""

from service.web.log import audit, entries, misuse

ROUTERS = (audit.router, entries.router, misuse.router)
