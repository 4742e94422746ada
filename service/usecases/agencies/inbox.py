"""The inbox: pending matters, their last day, and the records that a matter may belong to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from domain.access.access import Caller, Scope
from domain.agencies.matters import SOURCES, WAITING, Matter, MatterSource, MatterState
from domain.courts.results import TASKS
from domain.errors import PayloadErasedError
from domain.events.looking import LookKind
from domain.ids import UserId
from domain.people.items import Item, ItemKind
from domain.people.people import Record
from rules.clocks import UNITED_KINGDOM, calendar_named
from rules.courts.judging import tasks_of
from rules.courts.tables import court_tables
from rules.offence_codes import titled
from service.storage.agencies.matters import WaitingCount
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.holders import (
    Holder,
    as_result,
    holders_among,
    likely_people,
    lists_number,
    live_version,
)
from service.usecases.agencies.keeping import Overdue, overdue
from service.usecases.agencies.matters import takes_one
from service.usecases.existing import existing
from service.usecases.log.recording import look
from service.usecases.people.offence_tables import offence_table
from service.usecases.services import Services

_MOST_COUNTED = 1_000
_MOST_OVERDUE = 50


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the matters to work on, oldest first, with the counts of all of them."""

    counts: tuple[WaitingCount, ...]
    """Counts of the pending matters."""
    waiting: tuple[Matter, ...]
    """Pending matters, and those that somebody proposes to take off a record. Matters of erased
    and restricted people are not among the second."""
    late: frozenset[str]
    """Ids of the listed matters that should be on a record by now."""
    late_count: int
    """The number of late ones on all pages."""
    overdue: tuple[Overdue, ...]
    """Convictions that their source no longer lets be kept, at most fifty."""
    next_key: str | None = None


def list_matters(services: Services, caller: Caller, *, after: str | None, limit: int) -> Inbox:
    """Return a page of the matters to work on. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_REQUESTS)
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        counts = unit.matters.counts()
        listed = sorted({*WAITING, MatterState.WITHDRAWAL_PROPOSED})
        page = unit.matters.waiting(listed, after=after, limit=limit)
        arrivals = unit.matters.arrivals(limit=_MOST_COUNTED)
        past = overdue(unit, today, _MOST_OVERDUE)
    waiting = tuple(one for one in page.items if one.state in WAITING or one.content is not None)
    on_record = (one.keeping for one in past if one.keeping is not None)
    people = chain.from_iterable((one.record_id, one.person_id) for one in on_record)
    ids = [*(one.matter_id for one in waiting), *(one.matter_id for one in past)]
    look(services, caller, LookKind.MATTERS, (*ids, *people))
    late = frozenset(
        one.matter_id
        for one in waiting
        if one.state in WAITING and last_day(one.source, one.received_at) < today
    )
    late_count = sum(last_day(source, at) < today for source, at in arrivals)
    return Inbox(counts, waiting, late, late_count, past, page.next_key)


def show_matter(services: Services, caller: Caller, matter_id: str) -> Matter:
    """Return a matter with its content and steps. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        matter = existing(unit.matters.get(matter_id))
    people = (step.person_id for step in matter.steps)
    look(services, caller, LookKind.MATTER, (matter_id, *people))
    return matter


def last_day(source: MatterSource, received_at: datetime) -> date:
    """Return the last day on which a matter may be pending.

    It is counted in working days, from the day after the matter was received.
    """
    calendar = calendar_named(UNITED_KINGDOM)
    start = received_at.date() + timedelta(days=1)
    return calendar.last_working_day(start, SOURCES[source].working_days)


@dataclass(frozen=True, slots=True)
class LikelyRecord:
    """A record that a matter may belong to, as shown for a person to compare."""

    record: Record
    version: int
    """The number of the live version."""
    agrees: bool
    """Whether name and date of birth agree with the matter's."""
    lists_number: bool
    """Whether the record lists the ASN of the matter."""
    takes_one: bool
    """Whether the caller may attach the matter without a second person."""
    charges: tuple[Item, ...]
    """The offences of the record's arrest reports."""


_MOST_SHOWN = 5


def likely_records(services: Services, caller: Caller, matter_id: str) -> tuple[LikelyRecord, ...]:
    """Return the records that a pending matter may belong to, most likely first. Raises
    NotPermittedError, NotFoundError, PayloadErasedError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    with services.units.read() as unit:
        matter = existing(unit.matters.get(matter_id))
    if matter.content is None:
        raise PayloadErasedError
    said = as_result(matter.content)
    rows = likely_people(services, said)
    with services.units.read() as unit:
        holders = holders_among(unit, said, rows)[:_MOST_SHOWN]
        by = caller.actor.user_id
        shown = tuple(_shown(unit, one, matter, by) for one in holders)
    people = ((one.record.person_id, one.record.record_id) for one in shown)
    look(services, caller, LookKind.MATTER, (matter_id, *chain.from_iterable(people)))
    return tuple(sorted(shown, key=lambda one: (not one.lists_number, not one.agrees)))


def _shown(unit: UnitOfWork, holder: Holder, matter: Matter, by: UserId) -> LikelyRecord:
    version = live_version(unit, holder.record)
    number = "" if matter.result is None else matter.result.compared_asn
    held = titled(offence_table(unit), version.items.held)
    offences = (one for one in held if one.kind is ItemKind.OFFENCE)
    return LikelyRecord(
        holder.record,
        version.head.version,
        holder.agrees,
        lists_number(holder.record, number),
        takes_one(matter, version.items.held, by),
        tuple(offences),
    )


def tasks_named(matter: Matter) -> tuple[str, ...]:
    """Return, as sentences, the tasks that a matter raises besides changing the record."""
    raised = () if matter.result is None else tasks_of(court_tables(), matter.result)
    return tuple(TASKS[one] for one in raised)
