"""Data restricted instead of erased, and deletion of data left by arrests.

- `deletions`: case officers open cases of deletions, forces decide, the office carries them out
- `deletions_schemas`: deletions of data left by arrests, as they travel in both directions
- `restrictions`: supervisors restrict people and items, and lift it; the holder of the evidence
  reads it
- `restrictions_schemas`: restrictions of people and of single items, and the data they hide
"""

from __future__ import annotations

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
