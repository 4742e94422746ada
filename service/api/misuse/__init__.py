"""Findings, access patterns and the prints of staff.

- `abuse`: auditors see what may be misuse; administrators enrol the prints of staff
- `abuse_schemas`: staff prints, findings and access patterns
"""

from __future__ import annotations

from service.api.misuse import abuse

ROUTERS = (abuse.router,)
