"""The pages of the exchange with other States."""

from __future__ import annotations

from service.web.exchange import own_requests, reconciliation

ROUTERS = (reconciliation.router, own_requests.router)
