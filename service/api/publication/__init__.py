"""Released figures, and answers to requests for information."""

from __future__ import annotations

from service.api.publication import information, releases

ROUTERS = (releases.router, information.router)
