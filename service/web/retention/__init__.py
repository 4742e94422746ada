"""Pages of retention: purge plans for supervisors; reviews and facts about captures for case
officers.
"""

from service.web.retention import captures, plans, reviews

ROUTERS = (reviews.router, captures.router, plans.router)
