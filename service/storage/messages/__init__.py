"""Webhook endpoints and the durable jobs that serve them."""

from __future__ import annotations

from service.storage.messages.deliveries import Deliveries
from service.storage.messages.jobs import Jobs
from service.storage.messages.webhooks import Webhooks
from service.storage.repository import InTransaction, Repository


class MessagesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    deliveries = Repository(Deliveries)
    jobs = Repository(Jobs)
    webhooks = Repository(Webhooks)
