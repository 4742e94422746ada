"""Pages of retention: plans for supervisors; reviews and facts about captures for officers."""

from service.web.retention import captures, plans, reviews

ROUTERS = (reviews.router, captures.router, plans.router)
