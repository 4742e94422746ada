"""Confirmed links and notices of their revocation.

- `links`: confirmed links and how they came to be, for everybody who may read them
- `links_schemas`: confirmed links
- `story_schemas`: links as a list, and one link told with everything on the way to it
- `notices`: what a force has to hear: that a link it was told of does not hold any more
"""

from __future__ import annotations

from service.api.links import links, notices

ROUTERS = (links.router, notices.router)
