"""Agencies: their agreements, their own requests, and ASNs."""

from service.api.agencies import agreements, asns, matters, own

ROUTERS = (agreements.router, asns.router, matters.router, own.router)
