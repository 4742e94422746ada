"""Applications of the public, carried by the pages that show the forms, and their documents.

- `applications`: forms begun, saved, sent and followed, by reference and code
- `applications_schemas`: applications, as they travel in both directions
- `documents`: the documents of an application, and those that case officers hand to its applicant
"""

from __future__ import annotations

from service.api.applications import applications, documents

ROUTERS = (applications.router, documents.router, documents.handed)
