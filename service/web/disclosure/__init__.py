"""Pages of data restricted instead of erased, and of deletions.

- `deletions`: pages of deletions: opened by the office, decided by forces, carried out
- `restrictions`: pages of supervisors and of the holders of evidence on restrictions
"""

from __future__ import annotations

from service.web.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router)
