"""The page of the exchange with other States.

- `reconciliation`: what had to be told held against what was, as a table and as bars
"""

from __future__ import annotations

from service.web.exchange import reconciliation

ROUTERS = (reconciliation.router,)
