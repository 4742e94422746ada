"""Confirmed links and notices of their revocation.

- `links`: confirmed links and their provenance, for all permitted readers
- `links_schemas`: confirmed links
- `notices`: notices to a force: a link that it was told of was revoked
- `story_schemas`: links as a list, and one link told with everything on the way to it
"""

from __future__ import annotations

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
