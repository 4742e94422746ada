"""Agencies: their agreements, their own requests, and ASNs."""

from service.api.agencies import matters, own

ROUTERS = (own.agreements_router, matters.router, own.router)
