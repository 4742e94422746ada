"""Agencies: their agreements, their own requests, and ASNs.

- `agreements`: agreements, for case officers and auditors
- `asns`: ASNs issued, results of courts, and answers that a record is on microfiche
- `own`: an agency's own requests
"""

from __future__ import annotations

from service.api.agencies import agreements, asns, own

ROUTERS = (agreements.router, asns.router, own.router)
