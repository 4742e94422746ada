"""Findings, access patterns and the prints of staff.

- `abuse`: auditors read findings of misuse; administrators enrol the prints of staff
"""

from __future__ import annotations

from service.api.misuse import abuse

ROUTERS = (abuse.router,)
