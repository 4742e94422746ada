"""A force's pages: searches and names enquiries."""

from service.web.searches import force

ROUTERS = (force.router, force.names, force.finding_router)
