"""One unit of work: a connection, a transaction, and the repositories that share them."""

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
from service.storage.access.accounts import Accounts, SecondFactors
from service.storage.access.clients import Clients, Tokens
from service.storage.access.sessions import IdempotencyKeys, KeptPages, Sessions
from service.storage.agencies.agreements import Agreements, Asns
from service.storage.agencies.matters import Keepings, Matters
from service.storage.agencies.waiting import Waiting
from service.storage.applications.applications import (
    ApplicationDocuments,
    ApplicationDrafts,
    Applications,
    Handovers,
)
from service.storage.certificates.certificates import Certificates, Referrals, Watches
from service.storage.conversion.frames import ConversionFrames
from service.storage.conversion.keyings import ConversionKeyings
from service.storage.conversion.lots import ConversionLots, ConversionSamples
from service.storage.conversion.matches import ConversionMatches, ConversionWritings
from service.storage.disclosure.deletions import Deletions
from service.storage.disclosure.restrictions import Restrictions
from service.storage.engine.engines import commit
from service.storage.examination.cases import Cases
from service.storage.examination.figures import Figures
from service.storage.examination.findings import Drafts, Findings, Revisions
from service.storage.examination.images import Images, Minutiae
from service.storage.examination.open_work import Competence, OpenWork
from service.storage.examination.queue import Queue
from service.storage.exchange.inbox import Inbox, OwnRequests, Partners, Replies
from service.storage.exchange.outbox import Outbox
from service.storage.exchange.register import Register
from service.storage.exchange.surveys import ErasedDuties, Exemptions, Surveys
from service.storage.links.links import Links, Notices
from service.storage.log.checkpoints import Checkpoints, Hosts
from service.storage.log.events import Consultations, Events
from service.storage.log.head import number
from service.storage.log.state import State, Unbound
from service.storage.messages.jobs import Jobs
from service.storage.messages.webhooks import Deliveries, Webhooks
from service.storage.misuse.abuse import Abuse
from service.storage.misuse.sketches import Sketches
from service.storage.models.law import LawRecords, ModelChoices
from service.storage.models.rehearsals import Rehearsals
from service.storage.people.encounters import Encounters, PastGallery
from service.storage.people.enrolments import Enrolments
from service.storage.people.erasures import Erasures
from service.storage.people.gallery_cases import Disputes, GalleryCases
from service.storage.people.gallery_feed import GalleryFeed
from service.storage.people.merges import Merges
from service.storage.people.people import People
from service.storage.people.records import OffenceTables, Records
from service.storage.people.references import FoundCaptures, IssuedNumbers, References
from service.storage.people.remakes import Remakes
from service.storage.publication.releases import AuditRows, Facts, InformationAnswers, Releases
from service.storage.requests.disclosures import Disclosures, OwnAnswers, Proofs
from service.storage.requests.notices import DisclosureNotices
from service.storage.requests.requests import Requests
from service.storage.retention.held import CaptureFacts, HeldPeople
from service.storage.retention.plans import Plans
from service.storage.retention.recount_rows import RecountRows
from service.storage.retention.reviews import PrintPurges, Reviews
from service.storage.searches.batches import Batches
from service.storage.searches.searches import Searches
from service.storage.transaction import InTransaction, Repository, transaction_on


@dataclass(eq=False)
class UnitOfWork(InTransaction):
    """A snapshot that only reads and never blocks a writer. For one thread.

    Each repository is an attribute, created on first use; the list is grouped by area.
    """

    people = Repository(People)
    records = Repository(Records)
    encounters = Repository(Encounters)
    enrolments = Repository(Enrolments)
    found_captures = Repository(FoundCaptures)
    gallery_feed = Repository(GalleryFeed)
    past_gallery = Repository(PastGallery)
    merges = Repository(Merges)
    disputes = Repository(Disputes)
    erasures = Repository(Erasures)
    offence_tables = Repository(OffenceTables)
    gallery_cases = Repository(GalleryCases)
    references = Repository(References)
    remakes = Repository(Remakes)

    searches = Repository(Searches)
    batches = Repository(Batches)

    cases = Repository(Cases)
    queue = Repository(Queue)
    open_work = Repository(OpenWork)
    drafts = Repository(Drafts)
    competence = Repository(Competence)
    figures = Repository(Figures)
    findings = Repository(Findings)
    revisions = Repository(Revisions)
    images = Repository(Images)
    minutiae = Repository(Minutiae)

    links = Repository(Links)
    notices = Repository(Notices)

    partners = Repository(Partners)
    surveys = Repository(Surveys)
    outbox = Repository(Outbox)
    inbox = Repository(Inbox)
    erased_duties = Repository(ErasedDuties)
    own_requests = Repository(OwnRequests)
    exemptions = Repository(Exemptions)
    register = Repository(Register)
    replies = Repository(Replies)

    certificates = Repository(Certificates)
    watches = Repository(Watches)
    referrals = Repository(Referrals)

    conversion_lots = Repository(ConversionLots)
    conversion_frames = Repository(ConversionFrames)
    conversion_keyings = Repository(ConversionKeyings)
    conversion_matches = Repository(ConversionMatches)
    conversion_writings = Repository(ConversionWritings)
    conversion_samples = Repository(ConversionSamples)

    audit_rows = Repository(AuditRows)
    facts = Repository(Facts)
    releases = Repository(Releases)
    information_answers = Repository(InformationAnswers)

    held_people = Repository(HeldPeople)
    plans = Repository(Plans)
    print_purges = Repository(PrintPurges)
    reviews = Repository(Reviews)
    capture_facts = Repository(CaptureFacts)
    issued_numbers = Repository(IssuedNumbers)
    recount_rows = Repository(RecountRows)

    requests = Repository(Requests)
    proofs = Repository(Proofs)
    own_answers = Repository(OwnAnswers)
    disclosures = Repository(Disclosures)
    disclosure_notices = Repository(DisclosureNotices)

    deletions = Repository(Deletions)
    restrictions = Repository(Restrictions)

    agreements = Repository(Agreements)
    asns = Repository(Asns)
    matters = Repository(Matters)
    keepings = Repository(Keepings)
    waiting = Repository(Waiting)

    applications = Repository(Applications)
    application_drafts = Repository(ApplicationDrafts)
    application_documents = Repository(ApplicationDocuments)
    handovers = Repository(Handovers)

    deliveries = Repository(Deliveries)
    jobs = Repository(Jobs)
    webhooks = Repository(Webhooks)

    accounts = Repository(Accounts)
    second_factors = Repository(SecondFactors)
    sessions = Repository(Sessions)
    kept_pages = Repository(KeptPages)
    tokens = Repository(Tokens)
    clients = Repository(Clients)
    idempotency_keys = Repository(IdempotencyKeys)

    abuse = Repository(Abuse)
    sketches = Repository(Sketches)

    model_choices = Repository(ModelChoices)
    law = Repository(LawRecords)
    rehearsals = Repository(Rehearsals)

    events = Repository(Events)
    checkpoints = Repository(Checkpoints)
    state = Repository(State)
    unbound = Repository(Unbound)
    hosts = Repository(Hosts)
    consultations = Repository(Consultations)

    ends_by_commit: ClassVar[bool] = True
    """Reading ends with COMMIT, because the driver forgets prepared statements after ROLLBACK."""

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
        """Raise RuntimeError: this unit of work is read-only."""
        raise RuntimeError("This unit of work is read-only.")


@dataclass(eq=False)
class WritingUnit(UnitOfWork):
    """A transaction that may commit once. Leaving without a commit rolls back. For one thread."""

    ends_by_commit: ClassVar[bool] = False
    """Uncommitted work is rolled back."""

    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    """Returns a context that lets one unit of this process write at a time."""
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

        If this fails, nothing is stored and the queues are unchanged.
        """
        transaction = self.transaction
        # Keys are written to disk before the head of the log is locked, so that others wait less.
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
    """Return the domain error for a database error; return other errors unchanged."""
    if isinstance(error, IntegrityError):
        # The cause names the violated constraint; the message must not repeat values.
        return ConflictError("The request contradicts stored data: reload the data.")
    if isinstance(error, PoolTimeoutError):
        return outage(StoreLockedError)
    return error
