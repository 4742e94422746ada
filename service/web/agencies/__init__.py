"""Agencies: the agreements that the office keeps, and an agency's own requests."""

from service.web.agencies import agreements, matters, own

ROUTERS = (agreements.router, matters.router, own.router)
