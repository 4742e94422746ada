"""The services that endpoints use, attached to the application once."""

from dataclasses import dataclass, field
from threading import Event
from typing import Annotated

from fastapi import Depends, Request

from domain.errors import NotFoundError, existing
from domain.ids import UserId
from domain.store_secrets import Mac
from service.api.metrics import Metrics
from service.ports.surroundings import CallLimiter
from service.settings import Settings
from service.usecases.applications.showing import UploadDesk
from service.usecases.certificates.issuing import CertificateDesk
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.links.court import CourtDesk
from service.usecases.services import Services
from service.usecases.workbench import ProviderDesk, Workbench


@dataclass(frozen=True, slots=True)
class ApiState:
    """The services and settings that all endpoints of an application share. Thread-safe."""

    services: Services
    settings: Settings
    metrics: Metrics
    request_mac: Mac
    """Computes keyed digests of requests that carry an idempotency key."""
    webhook_mac: Mac
    """Derives the secrets of webhooks."""
    uploads: UploadDesk
    """Checks the documents that applicants upload."""
    limiter: CallLimiter | None = None
    """Counts the calls of each caller; if None, they are not counted."""
    identities: ProviderDesk | None = None
    """The identity provider; if None, only this service's own tokens are accepted."""
    exchange: ExchangeDesk | None = None
    """The exchange with other States; if None, its addresses answer "not found"."""
    certificates: CertificateDesk | None = None
    """Makes certificates for people; if None, none are issued."""
    check_limiter: CallLimiter | None = None
    """Counts checks of certificates by address."""
    all_checks: CallLimiter | None = None
    """Counts checks of certificates from all addresses together."""
    token_limiter: CallLimiter | None = None
    """Counts tokens by client, refusals by address, and refused messages by State."""
    leaving: Event = field(default_factory=Event)
    """Set once the server was told to stop; it serves on until its callers know."""


def state_of(request: Request) -> ApiState:
    """Return the state from a request; a dependency of its own would cost time."""
    state: ApiState = request.app.state.api
    return state


def count_refusal(request: Request, state: ApiState) -> None:
    """Count the refusal of a call without sign-in by its address; raises RateLimitedError."""
    address = request.client.host if request.client else ""
    if state.token_limiter is not None:
        state.token_limiter.take(UserId(f"address:{address}"))


async def _state(request: Request) -> ApiState:
    return state_of(request)


async def _services(request: Request) -> Services:
    return state_of(request).services


async def _uploads(request: Request) -> UploadDesk:
    return state_of(request).uploads


async def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


async def _court_desk(request: Request) -> CourtDesk:
    bench: Workbench = request.app.state.workbench
    if bench.signer is None:
        raise NotFoundError
    # The page is drawn by the web layer, which the API must not import, so the application
    # provides it here.
    return CourtDesk(
        bench.services,
        bench.signer,
        bench.prints,
        request.app.state.court_page,
        bench.services.policy,
    )


async def _certificate_desk(request: Request) -> CertificateDesk:
    return existing(state_of(request).certificates)


StateOf = Annotated[ApiState, Depends(_state)]
ServicesOf = Annotated[Services, Depends(_services)]
UploadsOf = Annotated[UploadDesk, Depends(_uploads)]
BenchOf = Annotated[Workbench, Depends(_bench)]
"""The examiners' workbench, which API calls and pages share: prints and settings of the desk."""
CertificateDeskOf = Annotated[CertificateDesk, Depends(_certificate_desk)]
"""The service that makes certificates; not found if there is none."""
CourtDeskOf = Annotated[CourtDesk, Depends(_court_desk)]
"""The service that makes court bundles; not found if the log has no signer."""
