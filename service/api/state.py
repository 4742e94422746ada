"""The services of the endpoints, hung on the application once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from domain.errors import NotFoundError
from domain.ids import UserId
from domain.keyed import Mac
from service.api.metrics import Metrics
from service.ports.surroundings import CallLimiter
from service.settings import Settings
from service.usecases.applications.documents import UploadDesk
from service.usecases.certificates.credentials import CertificateDesk
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.links.court import CourtDesk
from service.usecases.services import Services
from service.usecases.workbench import ProviderDesk, Workbench


@dataclass(frozen=True, slots=True)
class ApiState:
    """Thread-safe: one instance serves all requests of an application."""

    services: Services
    settings: Settings
    metrics: Metrics
    request_mac: Mac
    """The keyed digests of requests that carry an idempotency key."""
    webhook_mac: Mac
    """Derives the secrets of webhooks."""
    uploads: UploadDesk
    """Checks documents of applicants."""
    limiter: CallLimiter | None = None
    """Counts the calls of each caller; without it they are not counted."""
    identities: ProviderDesk | None = None
    """The identity provider; without it, only the tokens of this service."""
    exchange: ExchangeDesk | None = None
    """The exchange with other States; without it, its addresses do not exist."""
    certificates: CertificateDesk | None = None
    """Makes certificates for people; without it, none are issued."""
    check_limiter: CallLimiter | None = None
    """Counts checks of certificates by address."""
    all_checks: CallLimiter | None = None
    """Counts checks of certificates from all addresses together."""
    token_limiter: CallLimiter | None = None
    """Counts the access tokens of each client, refusals by address, and those of each State."""


def state_of(request: Request) -> ApiState:
    """Return the state, for dependencies that have the request: another one would cost a call."""
    state: ApiState = request.app.state.api
    return state


def count_refusal(request: Request, state: ApiState) -> None:
    """Count the refusal of a call without a sign-in by its address; raises RateLimitedError."""
    address = request.client.host if request.client else ""
    if state.token_limiter is not None:
        state.token_limiter.take(UserId(f"address:{address}"))


async def _state(request: Request) -> ApiState:
    return state_of(request)


async def _services(request: Request) -> Services:
    state: ApiState = request.app.state.api
    return state.services


async def _uploads(request: Request) -> UploadDesk:
    state: ApiState = request.app.state.api
    return state.uploads


async def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


async def _court_desk(request: Request) -> CourtDesk:
    bench: Workbench = request.app.state.workbench
    if bench.signer is None:
        raise NotFoundError
    # Pages draw it, and the API stands below them: the application hangs it here.
    return CourtDesk(
        bench.services,
        bench.signer,
        bench.prints,
        request.app.state.court_page,
        bench.services.policy,
    )


async def _certificate_desk(request: Request) -> CertificateDesk:
    state: ApiState = request.app.state.api
    if state.certificates is None:
        raise NotFoundError
    return state.certificates


StateOf = Annotated[ApiState, Depends(_state)]
ServicesOf = Annotated[Services, Depends(_services)]
UploadsOf = Annotated[UploadDesk, Depends(_uploads)]
BenchOf = Annotated[Workbench, Depends(_bench)]
"""The pictures and the choices of the desk, for calls and pages alike."""
CertificateDeskOf = Annotated[CertificateDesk, Depends(_certificate_desk)]
"""The desk that makes certificates; not found where there is none."""
CourtDeskOf = Annotated[CourtDesk, Depends(_court_desk)]
"""The desk that makes court bundles; not found where the log has no signer."""
