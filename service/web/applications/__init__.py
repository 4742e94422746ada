"""The documents of applications, for case officers and auditors."""

from service.web.applications import documents

ROUTERS = (documents.router,)
