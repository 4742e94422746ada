"""The pages of the exchange with other States."""

from service.web.exchange import own_requests

ROUTERS = (own_requests.reconciliation, own_requests.router)
