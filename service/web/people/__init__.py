"""A supervisor's pages on the gallery.

- `gallery`: a supervisor's pages on the gallery itself: probable duplicates, exchanged fingers
"""

from __future__ import annotations

from service.web.people import gallery

ROUTERS = (gallery.router,)
