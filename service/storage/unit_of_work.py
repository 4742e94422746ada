"""One unit of work: a connection, a transaction, and the repositories that share them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import ConflictError
from domain.outages import StoreLockedError, outage
from prints.vectors.codec import VectorCodec
from service.provenance.vault.vault import Vault
from service.storage.access import AccessRoom
from service.storage.agencies import AgenciesRoom
from service.storage.applications import ApplicationsRoom
from service.storage.certificates import CertificatesRoom
from service.storage.conversion import ConversionRoom
from service.storage.disclosure import DisclosureRoom
from service.storage.engine.engines import commit
from service.storage.examination import ExaminationRoom
from service.storage.exchange import ExchangeRoom
from service.storage.links import LinksRoom
from service.storage.log import LogRoom
from service.storage.log.head import number
from service.storage.messages import MessagesRoom
from service.storage.misuse import MisuseRoom
from service.storage.models import ModelsRoom
from service.storage.people import PeopleRoom
from service.storage.publication import PublicationRoom
from service.storage.requests import RequestsRoom
from service.storage.retention import RetentionRoom
from service.storage.searches import SearchesRoom
from service.storage.transaction import transaction_on


@dataclass(eq=False)
class UnitOfWork(
    PeopleRoom,
    SearchesRoom,
    ExaminationRoom,
    LinksRoom,
    ExchangeRoom,
    CertificatesRoom,
    ConversionRoom,
    PublicationRoom,
    RetentionRoom,
    RequestsRoom,
    DisclosureRoom,
    AgenciesRoom,
    ApplicationsRoom,
    MessagesRoom,
    AccessRoom,
    MisuseRoom,
    ModelsRoom,
    LogRoom,
):
    """A snapshot: reads only, never blocks a writer. For one thread."""

    ends_by_commit: ClassVar[bool] = True
    """After ROLLBACK the driver forgets prepared statements, so reading ends by COMMIT."""

    connect: Callable[[], Connection]
    codec: VectorCodec
    vault: Vault | None

    def __enter__(self) -> Self:
        try:
            connection = self.connect()
        except Exception as error:
            raise _translated(error) from error
        try:
            connection.begin()
        except BaseException as error:
            connection.close()
            raise _translated(error) from error
        self._entered = transaction_on(connection, self.codec, self.vault)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None and self.ends_by_commit:
                self.transaction.connection.commit()
        except Exception as fault:
            raise _translated(fault) from fault
        finally:
            self.transaction.connection.close()
            self.leave()
        if error is not None and (translated := _translated(error)) is not error:
            raise translated from error

    def commit(self) -> None:
        """Refuse: raises RuntimeError."""
        raise RuntimeError("This unit of work is read-only.")


@dataclass(eq=False)
class WritingUnit(UnitOfWork):
    """A transaction that may commit, once. Leaving without commit rolls back. For one thread."""

    ends_by_commit: ClassVar[bool] = False
    """Uncommitted work is rolled back."""

    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    """Lets one unit of this process write after another."""
    _held: ExitStack = field(default_factory=ExitStack, init=False)

    def __enter__(self) -> Self:
        with ExitStack() as held:
            held.enter_context(self.turn())
            super().__enter__()
            self._held = held.pop_all()
        return self

    def __exit__(self, *raised: Any) -> None:
        with self._held:
            super().__exit__(*raised)

    def commit(self) -> None:
        """Number the queued events and changes, and make everything durable.

        When it fails nothing has happened and the queues are as they were.
        """
        transaction = self.transaction
        # Keys reach the disk before the head of the log is locked, so that others do not wait.
        transaction.committing()
        number(
            transaction.connection,
            transaction.events,
            transaction.changes,
            people=transaction.records,
            stated=transaction.stated,
        )
        commit(transaction.connection)
        transaction.forget()
        transaction.payloads.committed()


def _translated(error: BaseException) -> BaseException:
    """Return the domain error that callers see; other errors stay as they are."""
    if isinstance(error, IntegrityError):
        # The constraint that answered is in the cause; the message must not echo values.
        return ConflictError("The request contradicts stored data: reload the data.")
    if isinstance(error, PoolTimeoutError):
        return outage(StoreLockedError)
    return error
