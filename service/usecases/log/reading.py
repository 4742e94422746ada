"""Reading the log of events, for auditors: pages, checkpoints, proofs, receipts and searches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.catalogue import LoggedEvent
from domain.events.log import LogSearched
from domain.ids import EventId, UserId
from domain.list_pages import EventFilter, ListOrder, ListPage, page_of
from service.provenance.log import proofs
from service.provenance.log.note_keys import VerifierKey
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import latest_checkpoint
from service.usecases.log.recording import Concern, keep_look, record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class LogPage:
    """Consecutive events, and the total number of events in the log."""

    entries: tuple[LoggedEvent, ...]
    size: int


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A proof that one event is among the events that a checkpoint covers."""

    event: LoggedEvent
    size: int
    steps: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note against which the proof is checked."""

    def receipt(self) -> proofs.Receipt:
        """Return the proof as a separate file."""
        return proofs.Receipt(self.event.body, self.event.seq, self.steps, self.checkpoint)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event, and how far its position in the log is proved."""

    event: LoggedEvent
    covered_to: int | None
    """The size of the log at the newest checkpoint; None if that checkpoint does not cover the
    event yet."""
    is_proved: bool
    """Whether the signature and the proof have just been checked and are valid."""


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """A proof that the log, at one size, begins with all that it held at a smaller size."""

    old_size: int
    size: int
    steps: tuple[bytes, ...]


def log_entries(services: StoreServices, caller: Caller, *, start: int, limit: int) -> LogPage:
    """Return events from number `start` on, oldest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_LOG) as unit:
        page = LogPage(unit.events.entries(start=start, limit=limit), unit.events.size())
    told = LogSearched(view="entries", found=len(page.entries), first=start)
    keep_look(services, caller, told)
    return page


def log_size(services: StoreServices, caller: Caller) -> int:
    """Return the number of events. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_LOG) as unit:
        return unit.events.size()


def signed_head(services: StoreServices, caller: Caller) -> StoredCheckpoint:
    """Return the newest checkpoint.

    Raises NotPermittedError, NotFoundError (there is none yet).
    """
    caller.actor.require(Scope.READ_LOG)
    return latest_checkpoint(services)


def log_entry(
    services: StoreServices, caller: Caller, event_id: EventId, key: VerifierKey | None
) -> LogEntry:
    """Return one event, and check its proof against the log's public key.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_LOG) as unit:
        event, signed = errors.existing(unit.events.find(event_id)), unit.checkpoints.latest()
        is_covered = signed is not None and signed.size > event.seq
        receipts = receipts_of(unit, (event,)) if is_covered else ()
    told = LogSearched(event_id, view="entry", found=1, first=event.seq)
    keep_look(services, caller, told)
    size = signed.size if signed and is_covered else None
    return LogEntry(event, size, any(_holds(receipt, key) for receipt in receipts))


def _holds(receipt: proofs.Receipt, key: VerifierKey | None) -> bool:
    if key is None:
        return False
    try:
        proofs.verify_receipt(receipt, key)
    except (errors.InvalidProofError, errors.InvalidNoteError, errors.LogDamagedError):
        return False
    return True


def prove_inclusion(services: StoreServices, caller: Caller, event_id: EventId) -> InclusionProof:
    """Return the proof that an event is in the log, up to the newest checkpoint.

    Raises NotPermittedError, and NotFoundError if the event is unknown or not yet covered by a
    checkpoint.
    """
    with services.reading(caller, Scope.READ_LOG) as unit:
        event, signed = unit.events.find(event_id), unit.checkpoints.latest()
        if event is None or signed is None or signed.size <= event.seq:
            raise errors.NotFoundError("There is no such event, or no checkpoint covers it yet.")
        nodes = unit.events.nodes(proofs.inclusion_nodes(event.seq, signed.size))
        steps = proofs.inclusion_proof(event.seq, signed.size, lambda level, at: nodes[level, at])
    told = LogSearched(event_id, view="inclusion", found=1, first=event.seq)
    keep_look(services, caller, told)
    return InclusionProof(event, signed.size, steps, signed.note)


def receipts_of(unit: UnitOfWork, events: Sequence[LoggedEvent]) -> tuple[proofs.Receipt, ...]:
    """Return a receipt for each event. Raises NotFoundError if one has no checkpoint yet."""
    signed = unit.checkpoints.latest()
    if signed is None or any(event.seq >= signed.size for event in events):
        raise errors.NotFoundError("No checkpoint covers these events yet.")
    places = {
        place for event in events for place in proofs.inclusion_nodes(event.seq, signed.size)
    }
    nodes = unit.events.nodes(sorted(places))
    return tuple(
        proofs.Receipt(
            event.body,
            event.seq,
            proofs.inclusion_proof(event.seq, signed.size, lambda level, at: nodes[level, at]),
            signed.note,
        )
        for event in events
    )


def prove_consistency(
    services: StoreServices, caller: Caller, *, old_size: int, size: int
) -> ConsistencyProof:
    """Return the proof that the log has only grown between two sizes.

    Raises NotPermittedError, InvalidInputError for sizes that the log has not had.
    """
    with services.reading(caller, Scope.READ_LOG) as unit:
        return ConsistencyProof(old_size, size, growth(unit, old_size, size))


def growth(unit: UnitOfWork, old_size: int, size: int) -> tuple[bytes, ...]:
    """Return the steps of a consistency proof.

    Raises InvalidInputError for sizes that the log has not had.
    """
    if not 0 <= old_size <= size <= unit.events.size():
        raise errors.InvalidInputError(
            "The log did not grow from the first of these sizes to the second: give the "
            "smaller size first, and no size larger than the log."
        )
    nodes = unit.events.nodes(proofs.consistency_nodes(old_size, size))
    return proofs.consistency_proof(old_size, size, lambda level, at: nodes[level, at])


def actor_names(
    services: StoreServices, caller: Caller, actors: Iterable[UserId]
) -> Mapping[UserId, str]:
    """Return the sign-in names of those actors that are accounts. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_LOG) as unit:
        return unit.accounts.names(sorted(set(actors)))


def actor_named(services: StoreServices, caller: Caller, name: str) -> UserId:
    """Return the id of the account with this sign-in name. If there is none, the text is taken as
    an id.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.READ_LOG) as unit:
        account = unit.accounts.by_name(name)
    return UserId(name) if account is None else account.user_id


def search_events(
    services: StoreServices,
    caller: Caller,
    wanted: EventFilter,
    *,
    before: int | None,
    limit: int,
    order: ListOrder | None = None,
) -> ListPage[LoggedEvent, int]:
    """Return the events that match a filter; the search is logged in the same transaction.

    The newest come first, unless an order is given; `before` is the last event of the previous
    page. Raises NotPermittedError.
    """
    with services.begin(caller, Scope.READ_LOG) as unit:
        found = tuple(unit.events.search(wanted, before=before, limit=limit + 1, order=order))
        page = page_of(found, limit, attrgetter("seq"))
        event = LogSearched(
            wanted.subject_ref,
            found=len(page.items),
            asked_actor=wanted.actor,
            asked_force=wanted.force,
            asked_event_type=wanted.event_type,
            asked_since=wanted.since,
            asked_until=wanted.until,
        )
        record(services, unit, caller, event, Concern(case_id=wanted.case_id))
    return page
