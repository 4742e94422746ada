"""Webhooks."""

from __future__ import annotations

from service.api.messages import webhooks

ROUTERS = (webhooks.router,)
