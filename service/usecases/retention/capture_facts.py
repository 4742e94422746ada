"""Facts about captures that retention rules need: one officer states a fact, another agrees."""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError
from domain.events.looking import LookKind
from domain.events.retention import CaptureFactDecided, CaptureFactStated
from domain.ids import EncounterId
from domain.list_pages import ListPage
from domain.retention import capture_facts
from service.storage.retention.held import HeldCapture
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.people.merging import same_person
from service.usecases.retention.events import KnownEvents, known_events
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class StateFact:
    """A fact about a capture, stated by one officer."""

    caller: Caller
    encounter_id: EncounterId
    fact: capture_facts.StatedFact


@dataclass(frozen=True, slots=True)
class DecideFact:
    """A second officer's decision on a stated fact."""

    caller: Caller
    fact_id: capture_facts.FactId
    agrees: bool


def state_fact(services: StoreServices, command: StateFact) -> capture_facts.FactId:
    """State a fact about a capture. The fact counts once another officer agrees.

    Until then, no purge includes the capture. Raises NotPermittedError, NotFoundError (no such
    capture, or its person is erased or hidden), InvalidInputError (an impossible day, or an event
    that is not on the record), ConflictError (there is nothing that the fact could end or revoke).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    now = services.surroundings.clock()
    fact_id, fact = capture_facts.FactId(services.surroundings.new_id()), command.fact
    if fact.on > now.date():
        raise InvalidInputError(
            "The day is in the future: give today or an earlier day.", pointer="/on"
        )
    with services.units.write() as unit:
        capture, known, facts = _about(unit, command.encounter_id)
        _check(fact, capture, known, facts)
        person_id = unit.capture_facts.state(
            fact_id, command.encounter_id, fact, command.caller.actor.user_id, now
        )
        event = CaptureFactStated(fact_id, command.encounter_id, person_id, fact.kind)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return fact_id


def _about(
    unit: UnitOfWork, encounter_id: EncounterId
) -> tuple[HeldCapture, KnownEvents, tuple[capture_facts.CaptureFact, ...]]:
    """Return a capture with its person's events and the facts about it."""
    encounter = existing(unit.encounters.get(encounter_id))
    group = unit.held_people.these(same_person(unit, encounter.person_id))
    rows = [one.person_row for one in group]
    taken = unit.held_people.taken(rows)
    capture = existing(next((one for one in taken if one.encounter_id == encounter_id), None))
    facts = unit.capture_facts.of(rows).get(capture.encounter_row, ())
    return capture, known_events(group), facts


def _check(
    fact: capture_facts.StatedFact,
    capture: HeldCapture,
    known: KnownEvents,
    facts: tuple[capture_facts.CaptureFact, ...],
) -> None:
    counted = capture_facts.in_force(facts)
    needed = capture_facts.NEEDS.get(fact.kind)
    if needed is not None and needed not in counted:
        raise ConflictError(
            f"This statement ends an earlier statement of the kind “{needed.value}”, but no "
            "such statement has been agreed."
        )
    if fact.kind is capture_facts.FactKind.REVOKED:
        if fact.revokes not in {one.fact_id for one in counted.values()}:
            raise ConflictError(
                "This statement does not apply at present, so it cannot be revoked."
            )
    elif fact.kind is capture_facts.FactKind.EVENT:
        _check_event(fact, capture, known)
    elif fact.on < capture.taken_on:
        raise InvalidInputError(
            "The day is before the prints were taken: correct the day.", pointer="/on"
        )


def _check_event(fact: capture_facts.StatedFact, capture: HeldCapture, known: KnownEvents) -> None:
    reference = known.named.get(fact.event)
    if reference is None:
        raise InvalidInputError(
            "The record has no such event: choose an event that is on the record.",
            pointer="/event",
        )
    days = [day for name, force, day in known.places if name == reference and force is not None]
    if days and min(days) > capture.taken_on:
        raise InvalidInputError(
            "This arrest is later than the prints: choose another event.", pointer="/event"
        )


def decide_fact(services: StoreServices, command: DecideFact) -> capture_facts.FactDecision:
    """Agree to a fact that another officer stated, or refuse it.

    Raises NotPermittedError, NotFoundError, SelfVerificationError, ConflictError (already
    decided).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    now, by = services.surroundings.clock(), command.caller.actor.user_id
    decision = (
        capture_facts.FactDecision.AGREED if command.agrees else capture_facts.FactDecision.REFUSED
    )
    with services.units.write() as unit:
        found = existing(unit.capture_facts.get(command.fact_id))
        unit.capture_facts.decide(found.fact, decision, by, now)
        event = CaptureFactDecided(
            found.fact.fact_id, found.fact.encounter_id, found.person_id, decision
        )
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return decision


def waiting_facts(
    services: StoreServices, caller: Caller, *, after: str | None, limit: int
) -> ListPage[capture_facts.FactAbout, str]:
    """Return a page of the facts that are waiting for a second officer, oldest first.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        page = unit.capture_facts.waiting(after=after, limit=limit)
    subjects = [said for one in page.items for said in (one.fact.encounter_id, one.person_id)]
    look(services, caller, LookKind.RETENTION, subjects)
    return page
