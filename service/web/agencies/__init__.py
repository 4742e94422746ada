"""Agencies: the agreements that the office keeps, and an agency's own requests.

- `agreements`: agreements with agencies, and the ASNs issued for them
- `own`: an agency's own requests
"""

from __future__ import annotations

from service.web.agencies import agreements, own

ROUTERS = (agreements.router, own.router)
