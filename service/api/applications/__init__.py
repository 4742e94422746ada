"""Applications of the public, carried by the pages that show the forms, and their documents.

- `applications`: forms begun, saved, sent and followed, by reference and code
- `applications_schemas`: applications, as they travel in both directions
- `documents`: the documents of an application, for case officers and auditors
- `handing`: case officers hand released documents over to applicants
"""

from __future__ import annotations

from service.api.applications import applications, documents, handing

ROUTERS = (applications.router, documents.router, handing.router)
