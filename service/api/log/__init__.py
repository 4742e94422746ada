"""The log as auditors read it.

- `audit`: auditors read evidence and the log; seeing evidence is itself put on record
"""

from __future__ import annotations

from service.api.log import audit

ROUTERS = (audit.router,)
