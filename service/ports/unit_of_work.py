"""One use case, one transaction, one commit."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from service.ports.cases import CaseRepository
from service.ports.encounters import EncounterRepository
from service.ports.links import LinkRepository
from service.ports.log import EventLog
from service.ports.people import PeopleRepository
from service.ports.searches import SearchRepository
from service.ports.tokens import IdempotencyRepository, TokenRepository


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
    def idempotency(self) -> IdempotencyRepository: ...  # noqa: D102
    @property
    def log(self) -> EventLog: ...  # noqa: D102

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
