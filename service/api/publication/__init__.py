"""Released figures, and answers to requests for information."""

from service.api.publication import information, releases

ROUTERS = (releases.router, information.router)
