"""The log as auditors read it.

- `audit`: the log as auditors read it
"""

from __future__ import annotations

from service.web.log import audit

ROUTERS = (audit.router,)
