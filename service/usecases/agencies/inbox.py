"""The inbox: pending matters, their last day, and the records that a matter may belong to; and
entries kept only until their proceedings end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from domain.access.access import Caller, Scope
from domain.agencies.matters import SOURCES, WAITING, Matter, MatterSource, MatterState
from domain.courts.results import TASKS
from domain.errors import ConflictError, PayloadErasedError, existing
from domain.events.looking import LookKind
from domain.ids import UserId
from domain.office_days import office_day
from domain.people import amendments
from domain.people.convictions import Conviction
from domain.people.items import Item, ItemId, ItemKind
from domain.people.people import Record
from rules.clocks import UNITED_KINGDOM, calendar_named
from rules.courts.judging import tasks_of
from rules.courts.tables import court_tables
from rules.offence_codes import titled
from service.storage.agencies.matters import EndedKeeping, WaitingCount
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies import laying
from service.usecases.agencies.matters import takes_one
from service.usecases.exchange.told import forget_message, is_deleted, places_of, version_of
from service.usecases.log.recording import look
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.people.merging import same_person
from service.usecases.people.offence_tables import offence_table
from service.usecases.people.rehoming import At, claims_by, take_off
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class Overdue:
    """A conviction that its source no longer lets be kept, and its matter."""

    kept_until: date
    matter_id: str | None
    """None if its force entered the conviction itself."""
    keeping: EndedKeeping | None = None
    """Where it is on record; None if its matter is on no record."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A matter's conviction on the live version of a record, that may no longer be kept."""

    now: amendments.RecordVersion
    item_id: ItemId
    kept_until: date | None
    """The last day; None if its State deleted the conviction."""


def overdue(unit: UnitOfWork, today: date, limit: int) -> tuple[Overdue, ...]:
    """Return the convictions to remove, those of the earliest day first."""
    ended, past = unit.keepings.ended(today, limit), unit.matters.past(today, limit)
    on_record = (Overdue(one.kept_until, _matter_of(unit, one), one) for one in ended)
    others = (Overdue(one.kept_until or today, one.matter_id) for one in past)
    return tuple(sorted([*on_record, *others], key=lambda one: one.kept_until)[:limit])


def _matter_of(unit: UnitOfWork, keeping: EndedKeeping) -> str | None:
    place = (keeping.record_id, keeping.item_id)
    found = unit.matters.on_record(keeping.record_id)
    return next((one.matter_id for one in found if place in places_of([one])), None)


def is_over(matter: Matter, today: date) -> bool:
    """Whether the last day on which its source lets a matter be kept is over."""
    return matter.kept_until is not None and matter.kept_until < today


def ending_of(unit: UnitOfWork, matter: Matter, today: date) -> Ending | None:
    """Return the conviction of a matter if it may no longer be kept, or None.

    What the record says counts: a later message, or an amendment, may have moved the day.
    """
    places = places_of([matter])
    if not places or not matter.is_on_record:
        return None
    record_id, item_id = places[-1]
    now = live_version_of(unit, record_id)
    held = None if now is None else now.items.get(item_id)
    if now is None or held is None or not isinstance(held.value, Conviction):
        return None
    if is_deleted(matter):
        return Ending(now, item_id, None)
    until = held.value.restrictions.retention_end
    return Ending(now, item_id, until) if until is not None and until < today else None


def ended_on(services: StoreServices, matter: Matter) -> date | None:
    """Return the last day on which the source of a matter let it be kept, if it is over, for a
    page that has already recorded its access.
    """
    today = services.today()
    if not matter.is_on_record:
        return matter.kept_until if is_over(matter, today) else None
    with services.units.read() as unit:
        found = ending_of(unit, matter, today)
    return None if found is None else found.kept_until


@dataclass(frozen=True, slots=True)
class Ended:
    """What was destroyed: the content of a matter, and of the record that it was on."""

    kept_until: date | None
    """The day that is over; None if its State deleted the conviction."""
    now: amendments.RecordVersion | None = None
    """The version of the record before."""
    made: int | None = None
    """The version of the record without the conviction."""


def take_away(at: At, matter: Matter) -> Ended | None:
    """Take a matter off its record, or out of the inbox. Return what was destroyed, because its
    source no longer lets it be kept; None if the matter is to wait again.

    Raises ConflictError if what the matter added has changed, a later version of the conviction
    waits, or an item of the person is restricted.
    """
    if not matter.is_on_record:
        at.unit.matters.erase([matter.matter_id])
        forget_message(at.unit, matter)
        return Ended(matter.kept_until)
    ending = ending_of(at.unit, matter, at.services.today())
    if ending is None:
        take_off(at, matter)
        return None
    gone = _versions_gone(at.unit, matter, ending.now)
    made = _withdraw(at, matter, ending, gone)
    at.unit.keepings.destroy(matter.matter_id, matter.last.number + 1, places_of(gone))
    at.unit.matters.erase([one.matter_id for one in gone])
    forget_message(at.unit, matter)
    return Ended(ending.kept_until, ending.now, made)


def _versions_gone(
    unit: UnitOfWork, matter: Matter, now: amendments.RecordVersion
) -> list[Matter]:
    """Return the versions of a conviction that go with a matter."""
    versions = unit.matters.under(matter.source, matter.reference.rpartition("/")[0] + "/")
    if any(one.state in WAITING and version_of(one) > version_of(matter) for one in versions):
        raise ConflictError(
            "A later version of this conviction is in the inbox: decide on that version first."
        )
    if unit.restrictions.has_items(same_person(unit, now.head.person_id)):
        # All versions are destroyed, and so would be the item that is kept as evidence.
        raise ConflictError(
            "An item on this person's record is restricted: lift the restriction first."
        )
    return [one for one in versions if one.state not in WAITING]


def _withdraw(at: At, matter: Matter, ending: Ending, gone: Sequence[Matter]) -> int:
    """Store the version of the record without the conviction and what its source told about the
    person; return its number.
    """
    now = ending.now
    claims = {one.item_id for version in gone for one in claims_by(at.unit, version, now)}
    changes = tuple(map(amendments.Withdraw, (ending.item_id, *sorted(claims))))
    amendment = amendments.Amendment(
        changes,
        amendments.AmendmentReason.NEW_INFORMATION,
        "Its State deleted it."
        if ending.kept_until is None
        else f"Its source lets it be kept until {ending.kept_until}.",
        amendments.SourceKind.DOCUMENT,
        f"keeping of matter {matter.matter_id}",
    )
    change = (now, at.changed(now, changes))
    return store_amended(at.services, at.unit, at.caller, change, amendment)


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
    today = services.today()
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
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
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        matter = existing(unit.matters.get(matter_id))
    people = (step.person_id for step in matter.steps)
    look(services, caller, LookKind.MATTER, (matter_id, *people))
    return matter


def last_day(source: MatterSource, received_at: datetime) -> date:
    """Return the last day on which a matter may be pending.

    It is counted in working days, from the day after the matter was received.
    """
    calendar = calendar_named(UNITED_KINGDOM)
    start = office_day(received_at) + timedelta(days=1)
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
    with services.reading(caller, Scope.WORK_REQUESTS) as unit:
        matter = existing(unit.matters.get(matter_id))
    if matter.content is None:
        raise PayloadErasedError
    said = laying.as_result(matter.content)
    rows = laying.likely_people(services, said)
    with services.units.read() as unit:
        holders = laying.holders_among(unit, said, rows)[:_MOST_SHOWN]
        by = caller.actor.user_id
        shown = tuple(_shown(unit, one, matter, by) for one in holders)
    people = ((one.record.person_id, one.record.record_id) for one in shown)
    look(services, caller, LookKind.MATTER, (matter_id, *chain.from_iterable(people)))
    return tuple(sorted(shown, key=lambda one: (not one.lists_number, not one.agrees)))


def _shown(unit: UnitOfWork, holder: laying.Holder, matter: Matter, by: UserId) -> LikelyRecord:
    version = laying.live_version(unit, holder.record)
    number = "" if matter.result is None else matter.result.compared_asn
    held = titled(offence_table(unit), version.items.held)
    offences = (one for one in held if one.kind is ItemKind.OFFENCE)
    return LikelyRecord(
        holder.record,
        version.head.version,
        holder.agrees,
        laying.lists_number(holder.record, number),
        takes_one(matter, version.items.held, by),
        tuple(offences),
    )


def tasks_named(matter: Matter) -> tuple[str, ...]:
    """Return, as sentences, the tasks that a matter raises besides changing the record."""
    raised = () if matter.result is None else tasks_of(court_tables(), matter.result)
    return tuple(TASKS[one] for one in raised)
