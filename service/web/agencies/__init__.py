"""Agencies: the agreements that the office keeps, and an agency's own requests."""

from __future__ import annotations

from service.web.agencies import agreements, matters, own

ROUTERS = (agreements.router, matters.router, own.router)
