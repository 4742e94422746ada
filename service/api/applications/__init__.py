"""Applications of the public, which the pages with the forms forward, and their documents."""

from service.api.applications import applications, documents

ROUTERS = (applications.router, documents.router, documents.handed)
