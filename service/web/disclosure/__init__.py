"""Pages of data restricted instead of erased.

- `restrictions`: pages of supervisors and of the holders of evidence on restrictions
"""

from __future__ import annotations

from service.web.disclosure import restrictions

ROUTERS = (restrictions.router,)
