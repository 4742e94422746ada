"""The page of the exchange with other States.

- `reconciliation`: duties to tell compared with messages sent, as a table and as bars
"""

from __future__ import annotations

from service.web.exchange import reconciliation

ROUTERS = (reconciliation.router,)
