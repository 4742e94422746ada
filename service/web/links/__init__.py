"""Pages of confirmed links.

- `court_page`: the page of a court bundle: one file of HTML without script, beside the pictures of
  prints
- `links`: links: the newest, one with its chain of provenance, its court bundle, and un-linking
"""

from __future__ import annotations

from service.web.links import links

ROUTERS = (links.router,)
