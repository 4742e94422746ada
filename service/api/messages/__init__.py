"""Webhooks."""

from service.api.messages import webhooks

ROUTERS = (webhooks.router,)
