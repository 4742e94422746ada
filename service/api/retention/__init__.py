"""Plans of a purge for supervisors, and retention reviews for case officers.

- `plans`: plans made, counted again, released by two people and carried out
- `reviews`: the bases of a person's data, and reviews opened, proposed and agreed with
"""

from __future__ import annotations

from service.api.retention import plans, reviews

ROUTERS = (plans.router, reviews.router)
