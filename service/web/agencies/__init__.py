"""Agencies: the agreements that the office keeps, and an agency's own requests."""

from service.web.agencies import matters, own

ROUTERS = (own.agreements_router, matters.router, own.router)
