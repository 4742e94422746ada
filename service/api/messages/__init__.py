"""Webhooks.

- `webhooks`: forces are told when there is something to read
- `webhooks_schemas`: webhooks: where a force wants to be told, with what secret, and what could
  not be told
"""

from __future__ import annotations

from service.api.messages import webhooks

ROUTERS = (webhooks.router,)
