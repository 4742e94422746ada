"""Confirmed links and notices of their revocation.

- `links`: confirmed links and their provenance, for all permitted readers
- `notices`: notices to a force: a link that it was told of was revoked
"""

from __future__ import annotations

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
