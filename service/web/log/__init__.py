"""The log as auditors read it.

- `audit`: the log as auditors read it: page by page, or the findings of a search
- `entries`: one entry of the log with its proof, and files to take away: receipt, checkpoint,
  findings
"""

from __future__ import annotations

from service.web.log import audit, entries

ROUTERS = (audit.router, entries.router)
