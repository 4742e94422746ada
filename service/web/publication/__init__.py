"""Pages of publication, and the public site as files."""

from service.web.publication import information

ROUTERS = (information.router,)
