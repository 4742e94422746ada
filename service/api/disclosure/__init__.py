"""Data restricted instead of erased, and what arrests left, deleted.

- `deletions`: case officers open cases of deletions, forces decide, the office carries them out
- `deletions_schemas`: deletions of what arrests left, as they travel in both directions
- `restrictions`: supervisors restrict people and lift it; the holder of the evidence reads it
- `restrictions_schemas`: restrictions of people, and what they hide
"""

from __future__ import annotations

from service.api.disclosure import deletions, restrictions

ROUTERS = (restrictions.router, deletions.router, deletions.for_forces)
