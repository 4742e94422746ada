"""Released figures, and answers to requests for information."""

from service.api.publication import releases

ROUTERS = (releases.router, releases.information)
