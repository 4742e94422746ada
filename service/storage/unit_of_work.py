"""One unit of work: a connection, a transaction, and the repositories that share them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from domain.errors import ConflictError, StoreUnavailableError
from prints.vectors.codec import VectorCodec
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
from service.storage.access.accounts import SqlAccounts
from service.storage.access.clients import SqlClients
from service.storage.access.sessions import SqlSessions
from service.storage.access.tokens import SqlIdempotency, SqlTokens
from service.storage.engine.engines import commit
from service.storage.engine.outages import is_outage
from service.storage.examination.cases import SqlCases
from service.storage.examination.desk import SqlDesk
from service.storage.examination.drafts import SqlDrafts
from service.storage.examination.figures import SqlFigures
from service.storage.examination.images import SqlImages
from service.storage.examination.minutiae import SqlMinutiae
from service.storage.links.links import SqlLinks
from service.storage.links.notices import SqlNotices
from service.storage.log.checkpoints import SqlCheckpoints
from service.storage.log.events import SqlEventLog
from service.storage.log.head import number
from service.storage.log.state import SqlState
from service.storage.messages.jobs import SqlJobs
from service.storage.messages.webhooks import SqlEndpoints
from service.storage.misuse.abuse import SqlAbuse
from service.storage.people.encounters import SqlEncounters
from service.storage.people.gallery_cases import SqlGalleryCases
from service.storage.people.merges import SqlMerges
from service.storage.people.people import SqlPeople
from service.storage.sealed.payloads import Sealer
from service.storage.searches.batches import SqlBatches
from service.storage.searches.searches import SqlSearches
from service.storage.transaction import Transaction, transaction_on


class SqlReadUnit:
    """A snapshot: reads only, never blocks a writer. For one thread."""

    def __init__(
        self, connect: Callable[[], Connection], codec: VectorCodec, sealer: Sealer | None
    ) -> None:
        self._connect = connect
        self._codec = codec
        self._sealer = sealer
        self._entered: Transaction | None = None

    @property
    def people(self) -> PeopleRepository:
        """Persons and records."""
        return SqlPeople(self._transaction)

    @property
    def encounters(self) -> EncounterRepository:
        """Captures."""
        return SqlEncounters(self._transaction)

    @property
    def searches(self) -> SearchRepository:
        """Searches."""
        return SqlSearches(self._transaction)

    @property
    def cases(self) -> CaseRepository:
        """Cases."""
        return SqlCases(self._transaction)

    @property
    def links(self) -> LinkRepository:
        """Links."""
        return SqlLinks(self._transaction)

    @property
    def tokens(self) -> TokenRepository:
        """Tokens."""
        return SqlTokens(self._transaction)

    @property
    def clients(self) -> ClientRepository:
        """Clients of forces."""
        return SqlClients(self._transaction)

    @property
    def idempotency(self) -> IdempotencyRepository:
        """Idempotency keys."""
        return SqlIdempotency(self._transaction)

    @property
    def accounts(self) -> AccountRepository:
        """Local accounts."""
        return SqlAccounts(self._transaction)

    @property
    def sessions(self) -> SessionRepository:
        """Sessions of local accounts."""
        return SqlSessions(self._transaction)

    @property
    def drafts(self) -> DraftRepository:
        """What was typed when a session ended."""
        return SqlDrafts(self._transaction)

    @property
    def desk(self) -> DeskRepository:
        """Queue and overview."""
        return SqlDesk(self._transaction)

    @property
    def figures(self) -> FigureRepository:
        """What statistics are made of."""
        return SqlFigures(self._transaction)

    @property
    def images(self) -> ImageRepository:
        """Images that came with captures."""
        return SqlImages(self._transaction)

    @property
    def minutiae(self) -> MinutiaeRepository:
        """Minutiae that came with captures."""
        return SqlMinutiae(self._transaction)

    @property
    def log(self) -> EventLog:
        """The log."""
        return SqlEventLog(self._transaction)

    @property
    def checkpoints(self) -> CheckpointRepository:
        """What the log has signed."""
        return SqlCheckpoints(self._transaction)

    @property
    def state(self) -> StateOfStore:
        """What the database holds, to be held against the log."""
        return SqlState(self._transaction)

    @property
    def notices(self) -> NoticeRepository:
        """Who was told of links, and notices of their revocation."""
        return SqlNotices(self._transaction)

    @property
    def merges(self) -> MergeRepository:
        """Merges of persons."""
        return SqlMerges(self._transaction)

    @property
    def jobs(self) -> JobRepository:
        """Durable jobs."""
        return SqlJobs(self._transaction)

    @property
    def batches(self) -> BatchRepository:
        """Batches of searches."""
        return SqlBatches(self._transaction)

    @property
    def endpoints(self) -> EndpointRepository:
        """Webhook endpoints."""
        return SqlEndpoints(self._transaction)

    @property
    def abuse(self) -> AbuseRepository:
        """What misuse is recognised by."""
        return SqlAbuse(self._transaction)

    @property
    def gallery_cases(self) -> GalleryCaseRepository:
        """Cases on the gallery itself."""
        return SqlGalleryCases(self._transaction)

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
        self._entered = transaction_on(connection, self._codec, self._sealer)
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
            self._transaction.connection.close()
            self._entered = None
        if error is not None and (translated := _translated(error)) is not error:
            raise translated from error

    def _end(self) -> None:
        """End what was read by COMMIT: after ROLLBACK the driver forgets prepared statements."""
        self._transaction.connection.commit()

    def commit(self) -> None:
        """Refuse: raises RuntimeError."""
        raise RuntimeError("This unit of work only reads.")

    @property
    def _transaction(self) -> Transaction:
        if self._entered is None:
            raise RuntimeError("A unit of work is used inside its `with` block.")
        return self._entered


class SqlWriteUnit(SqlReadUnit):
    """A transaction that may commit, once. Leaving without commit rolls back. For one thread."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        codec: VectorCodec,
        sealer: Sealer | None,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        super().__init__(connect, codec, sealer)
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
        transaction = self._transaction
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
