"""Court results attached to records by rule; all other results wait for people.

The number of an arrest says where a result belongs, but not who the person is. Name and birth must
also agree, and the offences must be those on record. All other results wait for people to decide.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.agencies.matters import (
    SOURCES,
    Matter,
    MatterContent,
    MatterSource,
    MatterState,
    Step,
    demand_teller,
)
from domain.courts.reading import read_court_result
from domain.courts.results import Doubt, Reason
from domain.errors import PayloadErasedError
from domain.exchange.codes import StateCode
from domain.exchange.messages import Notification
from domain.ids import UserId
from domain.people.amendments import Amendment, AmendmentReason, Change, SourceKind
from domain.people.items import Item, details_of
from domain.plain_values import plain
from rules.courts.entering import charges_under
from rules.courts.judging import tasks_of
from rules.courts.tables import court_tables
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.asns import answer_numbers
from service.usecases.agencies.laying import Laid, agrees_with, as_result, lay, likely_people
from service.usecases.exchange.stating import demand_possible
from service.usecases.exchange.told import amendment_by, reference_of
from service.usecases.people.amending import store_amended
from service.usecases.people.merging import same_person
from service.usecases.people.rehoming import store_matter, store_step
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class TellCourtResult:
    """A message from a court, as sent."""

    caller: Caller
    body: bytes


@dataclass(frozen=True, slots=True)
class ToldMatter:
    """A matter in its present state, and the tasks that it raises besides changing the record."""

    matter: Matter
    tasks: tuple[str, ...] = ()
    is_new: bool = True
    """False if the same content was received before."""


def tell_court_result(services: Services, command: TellCourtResult) -> ToldMatter:
    """Receive a message from a court. Attach it by rule, or leave it pending.

    Receiving the same content again returns the same matter and changes nothing. Raises
    NotPermittedError, InvalidInputError (not a message from a court).
    """
    demand_teller(command.caller, MatterSource.COURT)
    result, doubts = read_court_result(command.body)
    return tell_matter(services, command.caller, MatterSource.COURT, result, doubts)


def tell_matter(
    services: Services,
    caller: Caller,
    source: MatterSource,
    content: MatterContent,
    doubts: Sequence[Reason] = (),
) -> ToldMatter:
    """Store a matter that has been read, with the doubts about its malformed parts.

    Raises NotPermittedError if the caller may not send from this source, and InvalidInputError for
    the conviction of another country with impossible dates.
    """
    demand_teller(caller, source)
    if isinstance(content, Notification):
        demand_possible(content, services.today())
    digest = _digest(services, source, content)
    received = _received(services, caller, source, content, digest)
    told = None
    while told is None:
        told = _told(services, caller, received, content, (*doubts, *_source_doubts(source)))
    return told


def _told(
    services: Services,
    caller: Caller,
    received: Matter,
    content: MatterContent,
    doubts: Sequence[Reason],
) -> ToldMatter | None:
    """Store a matter, or return it if it was stored before.

    Return None and store nothing if it has just become another person's, who is not locked.
    """
    result = as_result(content)
    tasks = tasks_of(court_tables(), result)
    with services.units.read() as unit:
        seen_to, size = unit.records.last_change(), unit.events.size()
        rows = likely_people(services, result)
        laid = lay(services, unit, content, rows, doubts)
    with services.units.write() as unit:
        # The people before the log, in the order in which everybody locks them.
        claimed = () if laid.on is None else same_person(unit, laid.on.head.person_id)
        unit.people.claim(claimed)
        # From here on, no other matter can be received and no record can change.
        unit.events.lock_last_change()
        before = unit.matters.same(received.digest)
        if before is not None:
            return ToldMatter(before, tasks, is_new=False)
        has_changed = unit.records.last_change() != seen_to
        if has_changed:
            rows = likely_people(services, result)
        if unit.matters.is_taken(received.source, received.reference):
            laid = Laid(MatterState.QUARANTINED, (Reason(Doubt.OTHER_CONTENT),))
        elif has_changed or unit.events.size() != size:
            laid = lay(services, unit, content, rows, doubts)
        if laid.on and not {*same_person(unit, laid.on.head.person_id)} <= {*claimed}:
            return None
        store_matter(services, unit, caller, received)
        step = _entered(services, unit, caller, received, laid)
        unit.commit()
    return ToldMatter(replace(received, steps=(step,)), tasks)


def _source_doubts(source: MatterSource) -> tuple[Reason, ...]:
    return () if SOURCES[source].is_by_rule else (Reason(Doubt.NOT_A_COURT),)


def _digest(services: Services, source: MatterSource, content: MatterContent) -> str:
    """Return the keyed digest of what a matter says, under whatever reference it says it."""
    if isinstance(content, Notification):
        unnamed: MatterContent = replace(
            content, conviction=replace(content.conviction, conviction_id="")
        )
    else:
        unnamed = replace(content, reference="")
    said = json.dumps([source.value, plain(unnamed)], sort_keys=True)
    return services.reference_mac(f"matter {said}".encode()).hex()


def _received(
    services: Services, caller: Caller, source: MatterSource, content: MatterContent, digest: str
) -> Matter:
    now = services.now()
    if isinstance(content, Notification):
        reference = reference_of(StateCode(content.conviction.country), content)
    else:
        reference = content.reference or digest
    return Matter(services.new_id(), source, reference, digest, caller.actor.user_id, now, content)


_ABOUT_THE_CHARGE = frozenset(
    {
        *(Doubt.OFFENCES_DIFFER, Doubt.WHICH_CHARGE, Doubt.WHICH_CASE, Doubt.PENALTY_OR_COURT),
        *(Doubt.ADDED_TO_PENALTY, Doubt.JUDGED_ALREADY, Doubt.NEVER_JUDGED, Doubt.UNRESULTED),
        *(Doubt.REMAND_AND_SENTENCE, Doubt.CHANGE_AND_SENTENCE, Doubt.NOTHING_ENTERED),
    }
)


def takes_one(matter: Matter, held: Sequence[Item], by: UserId) -> bool:
    """Whether one person may attach a matter to the record with these items.

    This is so if number, name and birth agree, only the charge was in doubt, the matter has not
    been on a record before, and somebody else received it.
    """
    result, first = matter.result, matter.steps[0]
    return (
        result is not None
        and bool(first.reasons)
        and {one.doubt for one in first.reasons} <= _ABOUT_THE_CHARGE
        and all(one.state is not MatterState.ATTACHED for one in matter.steps)
        and matter.received_by != by
        and agrees_with(result.defendant, details_of(held))
        and bool(charges_under(held, result.compared_asn))
    )


def _entered(
    services: Services, unit: UnitOfWork, caller: Caller, matter: Matter, laid: Laid
) -> Step:
    """Store the first step of a matter, and any new version of the record."""
    version = None
    if laid.on is not None and matter.content is not None:
        version = amend_by(services, unit, caller, matter, laid)
    step = Step(
        matter.matter_id,
        1,
        laid.state,
        caller.actor.user_id,
        services.now(),
        laid.reasons,
        person_id=None if laid.on is None else laid.on.head.person_id,
        record_id=None if laid.on is None else laid.on.head.record_id,
        version=version,
    )
    store_step(services, unit, caller, step)
    return step


def amend_by(
    services: Services, unit: UnitOfWork, caller: Caller, matter: Matter, laid: Laid
) -> int:
    """Write the changes that a result makes to its record; return the new version."""
    before = laid.on
    if matter.content is None or before is None:
        raise PayloadErasedError
    if laid.after is None:
        return before.head.version
    amendment = _amendment(matter, laid.changes)
    version = store_amended(services, unit, caller, (before, laid.after), amendment)
    if matter.result is not None and matter.result.heard_on is not None:
        change = (before, laid.after, version)
        answer_numbers(services, unit, caller, change, matter.result.heard_on)
    return version


def _amendment(matter: Matter, changes: tuple[Change, ...]) -> Amendment:
    result = matter.result
    if result is None:
        return amendment_by(matter, changes)
    return Amendment(
        changes,
        AmendmentReason.COURT_RESULT,
        "Court result, entered on the charges under its Arrest Summons Number.",
        SourceKind.COURT,
        f"matter {matter.matter_id}, court {result.court}, case {result.case_number}",
    )
