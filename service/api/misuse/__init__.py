"""Findings of possible misuse, access patterns, and the prints of staff."""

from __future__ import annotations

from service.api.misuse import abuse

ROUTERS = (abuse.router,)
