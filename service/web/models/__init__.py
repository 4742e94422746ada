"""The page of the watch on the law of prints.

- `law`: seen beside expected, week by week, and claims beside identifications
- `week_lines`: a line through weeks over a band, in pixels for a template
"""

from __future__ import annotations

from service.web.models import law

ROUTERS = (law.router,)
