"""Data restricted instead of erased.

- `restrictions`: supervisors restrict people and lift it; the holder of the evidence reads it
- `restrictions_schemas`: restrictions of people, and what they hide
"""

from __future__ import annotations

from service.api.disclosure import restrictions

ROUTERS = (restrictions.router,)
