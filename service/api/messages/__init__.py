"""Webhooks.

- `webhooks`: forces are told when there is something to read
"""

from __future__ import annotations

from service.api.messages import webhooks

ROUTERS = (webhooks.router,)
