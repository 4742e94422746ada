"""Messages from other States, their schemas, and our own requests to other States."""

from service.api.exchange import own_requests

ROUTERS = (own_requests.messages, own_requests.router)
