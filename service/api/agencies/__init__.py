"""Agencies: their agreements, their own requests, and ASNs."""

from service.api.agencies import asns, matters, own

ROUTERS = (own.agreements_router, asns.router, matters.router, own.router)
