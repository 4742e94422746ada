"""The documents of applications, for case officers and auditors.

- `documents`: the documents of one application, and each of them as a file
"""

from __future__ import annotations

from service.web.applications import documents

ROUTERS = (documents.router,)
