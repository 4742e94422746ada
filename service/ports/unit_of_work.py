"""One use case, one transaction, one commit."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from service.ports.abuse import AbuseRepository
from service.ports.accounts import AccountRepository, SessionRepository
from service.ports.cases import CaseRepository
from service.ports.checkpoints import CheckpointRepository
from service.ports.clients import ClientRepository
from service.ports.desk import (
    DeskRepository,
    FigureRepository,
    ImageRepository,
    MinutiaeRepository,
)
from service.ports.drafts import DraftRepository
from service.ports.encounters import EncounterRepository
from service.ports.gallery_cases import GalleryCaseRepository
from service.ports.jobs import BatchRepository, JobRepository
from service.ports.links import LinkRepository
from service.ports.log import EventLog
from service.ports.merges import MergeRepository
from service.ports.notices import NoticeRepository
from service.ports.people import PeopleRepository
from service.ports.searches import SearchRepository
from service.ports.state import StateOfStore
from service.ports.tokens import IdempotencyRepository, TokenRepository
from service.ports.webhooks import EndpointRepository


class UnitOfWork(Protocol):
    """A transaction and the repositories that work in it. Leaving without commit rolls back."""

    @property
    def people(self) -> PeopleRepository: ...  # noqa: D102
    @property
    def encounters(self) -> EncounterRepository: ...  # noqa: D102
    @property
    def searches(self) -> SearchRepository: ...  # noqa: D102
    @property
    def cases(self) -> CaseRepository: ...  # noqa: D102
    @property
    def links(self) -> LinkRepository: ...  # noqa: D102
    @property
    def tokens(self) -> TokenRepository: ...  # noqa: D102
    @property
    def clients(self) -> ClientRepository: ...  # noqa: D102
    @property
    def idempotency(self) -> IdempotencyRepository: ...  # noqa: D102
    @property
    def accounts(self) -> AccountRepository: ...  # noqa: D102
    @property
    def sessions(self) -> SessionRepository: ...  # noqa: D102
    @property
    def drafts(self) -> DraftRepository: ...  # noqa: D102
    @property
    def desk(self) -> DeskRepository: ...  # noqa: D102
    @property
    def figures(self) -> FigureRepository: ...  # noqa: D102
    @property
    def images(self) -> ImageRepository: ...  # noqa: D102
    @property
    def minutiae(self) -> MinutiaeRepository: ...  # noqa: D102
    @property
    def log(self) -> EventLog: ...  # noqa: D102
    @property
    def checkpoints(self) -> CheckpointRepository: ...  # noqa: D102
    @property
    def state(self) -> StateOfStore: ...  # noqa: D102
    @property
    def notices(self) -> NoticeRepository: ...  # noqa: D102
    @property
    def merges(self) -> MergeRepository: ...  # noqa: D102
    @property
    def jobs(self) -> JobRepository: ...  # noqa: D102
    @property
    def batches(self) -> BatchRepository: ...  # noqa: D102
    @property
    def endpoints(self) -> EndpointRepository: ...  # noqa: D102
    @property
    def abuse(self) -> AbuseRepository: ...  # noqa: D102
    @property
    def gallery_cases(self) -> GalleryCaseRepository: ...  # noqa: D102

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None:
        """Number the queued events and gallery changes, and make everything durable."""


class UnitsOfWork(Protocol):
    """Where units of work come from."""

    def read(self) -> UnitOfWork:
        """Return a unit of work that only reads and never blocks a writer."""

    def write(self) -> UnitOfWork:
        """Return a unit of work that may commit."""
