"""A client that calls identlink from a force's system: typed, sync and async.

- `Client`, `AsyncClient`: the calls
- `ClientCredentials`, `Token`: the ways to authenticate
- `ProblemError` and its subclasses: refusals by the service
- `verify_bundle`, `BundleFinding`: offline check of court bundles
- `verify_webhook`, `WebhookMessage`, `WebhookError`: messages from the service
"""

from identlink_client.async_client import AsyncClient
from identlink_client.bundles import BundleFinding, verify_bundle
from identlink_client.calls import (
    ClientCredentials,
    ConflictProblem,
    ConnectionFailedError,
    IdentlinkError,
    NotAuthenticatedProblem,
    NotFoundProblem,
    NotPermittedProblem,
    ProblemError,
    RateLimitedProblem,
    Token,
    UnavailableProblem,
    UnknownAnswerError,
)
from identlink_client.client import Client
from identlink_client.models import (
    Batch,
    BatchLine,
    Encounter,
    EnquiryCandidate,
    EnquiryResult,
    Link,
    LinkedFingers,
    Notice,
    Owner,
    Search,
    Submitted,
    Webhook,
    WebhookSecret,
)
from identlink_client.webhooks import WebhookError, WebhookMessage, verify_webhook

__all__ = [
    "AsyncClient",
    "Batch",
    "BatchLine",
    "BundleFinding",
    "Client",
    "ClientCredentials",
    "ConflictProblem",
    "ConnectionFailedError",
    "Encounter",
    "EnquiryCandidate",
    "EnquiryResult",
    "IdentlinkError",
    "Link",
    "LinkedFingers",
    "NotAuthenticatedProblem",
    "NotFoundProblem",
    "NotPermittedProblem",
    "Notice",
    "Owner",
    "ProblemError",
    "RateLimitedProblem",
    "Search",
    "Submitted",
    "Token",
    "UnavailableProblem",
    "UnknownAnswerError",
    "Webhook",
    "WebhookError",
    "WebhookMessage",
    "WebhookSecret",
    "verify_bundle",
    "verify_webhook",
]
