"""A force's pages: searches and names enquiries."""

from service.web.searches import finding, force, names

ROUTERS = (force.router, names.router, finding.router)
