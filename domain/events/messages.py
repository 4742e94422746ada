"""Webhooks of forces."""

from domain.events.declaring import Event, Standing, Subject, event
from domain.events.rows import ITS_ROW, Committed, Row
from domain.ids import EndpointId


@event(
    "webhook-added",
    leaves=(Committed("webhook_endpoints", (("endpoint_id", "endpoint_id"),)),),
    demands=ITS_ROW,
)
class WebhookAdded(Event):
    """A force added a webhook."""

    endpoint_id: Subject[EndpointId]
    secret_version: int | None = None
    row_sha256: Standing[str | None] = None


@event("webhook-changed")
class WebhookChanged(Event):
    """A webhook was given another secret, or was switched on again."""

    endpoint_id: Subject[EndpointId]
    secret_version: int | None = None
    row_sha256: Standing[str | None] = None
    basis: str | None = None
    authority: str | None = None


@event(
    "webhook-removed",
    leaves=(Row("webhook_endpoints", key="endpoint_id", says=(), given="removed_at"),),
    demands=ITS_ROW,
)
class WebhookRemoved(Event):
    """A webhook was removed."""

    endpoint_id: Subject[EndpointId]
    secret_version: int | None = None
    row_sha256: Standing[str | None] = None
    basis: str | None = None
    authority: str | None = None
