"""Webhooks.

- `webhooks`: forces are told when there is something to read
- `webhooks_schemas`: webhooks: endpoints of a force, their secrets, and undeliverable messages
"""

from __future__ import annotations

from service.api.messages import webhooks

ROUTERS = (webhooks.router,)
