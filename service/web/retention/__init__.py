"""Pages of retention: plans of a purge for supervisors, reviews for case officers.

- `plans`: plans made, counted again, released by two people and carried out
- `reviews`: reviews opened, proposed by one officer and agreed with by another
"""

from __future__ import annotations

from service.web.retention import plans, reviews

ROUTERS = (reviews.router, plans.router)
