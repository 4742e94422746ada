"""The page of the watch on the law of prints.

- `law`: seen beside expected, week by week, and claims beside identifications
"""

from __future__ import annotations

from service.web.models import law

ROUTERS = (law.router,)
