"""Findings of possible misuse, access patterns, and the prints of staff."""

from service.api.misuse import abuse

ROUTERS = (abuse.router,)
