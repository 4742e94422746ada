"""The pages of the exchange with other States.

- `own_requests`: requests of our own officers to other States, and the form that asks
- `reconciliation`: duties to tell compared with messages sent, as a table and as bars
"""

from __future__ import annotations

from service.web.exchange import own_requests, reconciliation

ROUTERS = (reconciliation.router, own_requests.router)
