"""The pages of the exchange with other States."""

from service.web.exchange import own_requests, reconciliation

ROUTERS = (reconciliation.router, own_requests.router)
