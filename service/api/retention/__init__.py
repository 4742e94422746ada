"""Plans of a purge for supervisors, and retention reviews for case officers.

- `plans`: plans made, counted again, released by two people and carried out
- `plans_schemas`: plans with their people, counts and releases
- `reviews`: the bases of a person's data, and reviews opened, proposed and agreed with
- `reviews_schemas`: bases, proposals and readings
"""

from __future__ import annotations

from service.api.retention import plans, reviews

ROUTERS = (plans.router, reviews.router)
