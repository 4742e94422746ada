"""Messages from other States, their schemas, and our own requests to other States."""

from service.api.exchange import messages, own_requests

ROUTERS = (messages.router, own_requests.router)
