"""Pages of confirmed links.

- `links`: links: the newest, one with its chain of provenance, and un-linking
"""

from __future__ import annotations

from service.web.links import links

ROUTERS = (links.router,)
