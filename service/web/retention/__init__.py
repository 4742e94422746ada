"""Pages of retention: purge plans for supervisors; reviews and facts about captures for case
officers.
"""

from service.web.retention import reviews

ROUTERS = (reviews.router, reviews.captures_router, reviews.plans_router)
