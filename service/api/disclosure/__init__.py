"""Data restricted instead of erased, and deletion of data left by arrests.

- `deletions`: case officers open cases of deletions, forces decide, the office carries them out
- `restrictions`: supervisors restrict people and items, and lift it; the holder of the evidence
  reads it
"""

from __future__ import annotations

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
