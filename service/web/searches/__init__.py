"""A force's pages: searches and names enquiries."""

from service.web.searches import finding, force

ROUTERS = (force.router, finding.names, finding.router)
