"""Applications of the public, carried by the pages that show the forms, and their documents."""

from __future__ import annotations

from service.api.applications import applications, documents

ROUTERS = (applications.router, documents.router, documents.handed)
