"""One unit of work: a connection, a transaction, and the repositories that share them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from domain.errors import ConflictError, StoreUnavailableError
from service.storage.access.accounts import Accounts
from service.storage.access.clients import Clients
from service.storage.access.idempotency import IdempotencyKeys
from service.storage.access.sessions import Sessions
from service.storage.access.tokens import Tokens
from service.storage.engine.engines import commit
from service.storage.engine.outages import is_outage
from service.storage.examination.cases import Cases
from service.storage.examination.drafts import Drafts
from service.storage.examination.figures import Figures
from service.storage.examination.images import Images
from service.storage.examination.minutiae import Minutiae
from service.storage.examination.queue import Queue
from service.storage.links.links import Links
from service.storage.links.notices import Notices
from service.storage.log.checkpoints import Checkpoints
from service.storage.log.events import Events
from service.storage.log.head import number
from service.storage.log.state import State
from service.storage.messages.jobs import Jobs
from service.storage.messages.webhooks import Webhooks
from service.storage.misuse.abuse import Abuse
from service.storage.people.encounters import Encounters
from service.storage.people.gallery_cases import GalleryCases
from service.storage.people.merges import Merges
from service.storage.people.people import People
from service.storage.people.records import Records
from service.storage.sealed.payloads import Sealer
from service.storage.searches.batches import Batches
from service.storage.searches.searches import Searches
from service.storage.transaction import Transaction, transaction_on

Rows = TypeVar("Rows")


class Repository(Generic[Rows]):
    """An attribute of a unit of work: a repository in its transaction, made on first use."""

    def __init__(self, make: Callable[[Transaction], Rows]) -> None:
        self._make = make

    def __set_name__(self, owner: type[UnitOfWork], name: str) -> None:
        self._name = name

    def __get__(self, unit: UnitOfWork, owner: type[UnitOfWork]) -> Rows:
        made = self._make(unit.transaction)
        # The next access finds it on the unit and does not come here.
        unit.__dict__[self._name] = made
        unit._made.add(self._name)
        return made


class UnitOfWork:
    """A snapshot: reads only, never blocks a writer. For one thread."""

    def __init__(self, connect: Callable[[], Connection], sealer: Sealer | None) -> None:
        self._connect = connect
        self._sealer = sealer
        self._entered: Transaction | None = None
        self._made: set[str] = set()
        """The names of repositories that this unit has made."""

    people = Repository(People)
    records = Repository(Records)
    encounters = Repository(Encounters)
    merges = Repository(Merges)
    gallery_cases = Repository(GalleryCases)
    searches = Repository(Searches)
    batches = Repository(Batches)
    cases = Repository(Cases)
    queue = Repository(Queue)
    drafts = Repository(Drafts)
    figures = Repository(Figures)
    images = Repository(Images)
    minutiae = Repository(Minutiae)
    links = Repository(Links)
    notices = Repository(Notices)
    accounts = Repository(Accounts)
    sessions = Repository(Sessions)
    tokens = Repository(Tokens)
    clients = Repository(Clients)
    idempotency_keys = Repository(IdempotencyKeys)
    events = Repository(Events)
    checkpoints = Repository(Checkpoints)
    state = Repository(State)
    jobs = Repository(Jobs)
    webhooks = Repository(Webhooks)
    abuse = Repository(Abuse)

    def __enter__(self) -> Self:
        try:
            connection = self._connect()
        except Exception as error:
            raise _translated(error) from error
        try:
            connection.begin()
        except BaseException as error:
            connection.close()
            raise _translated(error) from error
        self._entered = transaction_on(connection, self._sealer)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._end()
        except Exception as fault:
            raise _translated(fault) from fault
        finally:
            self.transaction.connection.close()
            self._entered = None
            while self._made:
                delattr(self, self._made.pop())
        if error is not None and (translated := _translated(error)) is not error:
            raise translated from error

    def _end(self) -> None:
        """End what was read by COMMIT: after ROLLBACK the driver forgets prepared statements."""
        self.transaction.connection.commit()

    def commit(self) -> None:
        """Refuse: raises RuntimeError."""
        raise RuntimeError("This unit of work only reads.")

    @property
    def transaction(self) -> Transaction:
        """The transaction that the repositories share; RuntimeError outside the `with` block."""
        if self._entered is None:
            raise RuntimeError("A unit of work is used inside its `with` block.")
        return self._entered


class WritingUnit(UnitOfWork):
    """A transaction that may commit, once. Leaving without commit rolls back. For one thread."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        sealer: Sealer | None,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        super().__init__(connect, sealer)
        self._turn = turn
        self._held = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as held:
            held.enter_context(self._turn())
            super().__enter__()
            self._held = held.pop_all()
        return self

    def __exit__(self, *raised: Any) -> None:
        with self._held:
            super().__exit__(*raised)

    def _end(self) -> None:
        """Leave the work to be rolled back where it was not committed."""

    def commit(self) -> None:
        """Number the queued events and gallery changes, and make everything durable.

        When it fails nothing has happened and the queues are as they were.
        """
        transaction = self.transaction
        # Keys reach the disk before the head of the log is locked, so that others do not wait.
        transaction.committing()
        number(transaction.connection, transaction.events, transaction.changes)
        commit(transaction.connection)
        transaction.forget()
        transaction.payloads.committed()


def _translated(error: BaseException) -> BaseException:
    """Return what is said outside; an error that is nobody's business here stays as it is."""
    if isinstance(error, IntegrityError):
        # The constraint that answered is in the cause; the message must not echo values.
        return ConflictError("This contradicts what is stored.")
    if is_outage(error):
        return StoreUnavailableError()
    return error
