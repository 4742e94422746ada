"""The captures of a person, and whether each may be kept, by the event at which it was taken.

The event is the one that two officers named, or an arrest by the same force on the same day. A
capture without a known event is kept while anything else keeps the person's prints. After that, a
person must review it: no rule destroys it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, existing
from domain.events.looking import LookKind
from domain.events.retention import CaptureFactDecided, CaptureFactStated
from domain.ids import EncounterId, EncounterRow
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.partial_dates import refuse_future
from domain.retention import capture_facts
from domain.retention.capture_facts import CaptureFact, FactKind, in_force
from rules.retention import Basis, Keep, Situation, TakenPrints, basis_of, longest
from rules.situations import Decided, EventFacts, OffenceFacts, Result, bases_of
from service.storage.retention.held import HeldCapture
from service.storage.unit_of_work import UnitOfWork
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
    now = services.now()
    fact_id, fact = capture_facts.FactId(services.new_id()), command.fact
    refuse_future(fact.on, office_day(now), "/on")
    with services.units.begin() as unit:
        capture, known, facts = _about(unit, command.encounter_id)
        _check(fact, capture, known, facts)
        person_id = unit.capture_facts.state(
            fact_id, command.encounter_id, fact, command.caller.actor.user_id, now
        )
        event = CaptureFactStated(fact_id, command.encounter_id, person_id, fact.kind)
        record(services, unit, command.caller, event)
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
    now, by = services.now(), command.caller.actor.user_id
    decision = (
        capture_facts.FactDecision.AGREED if command.agrees else capture_facts.FactDecision.REFUSED
    )
    with services.begin(command.caller, Scope.WORK_REQUESTS) as unit:
        found = existing(unit.capture_facts.get(command.fact_id))
        unit.capture_facts.decide(found.fact, decision, by, now)
        event = CaptureFactDecided(
            found.fact.fact_id, found.fact.encounter_id, found.person_id, decision
        )
        record(services, unit, command.caller, event)
    return decision


def waiting_facts(
    services: StoreServices, caller: Caller, *, after: str | None, limit: int
) -> ListPage[capture_facts.FactAbout, str]:
    """Return a page of the facts that are waiting for a second officer, oldest first.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        page = unit.capture_facts.waiting(after=after, limit=limit)
    subjects = [said for one in page.items for said in (one.fact.encounter_id, one.person_id)]
    look(services, caller, LookKind.RETENTION, subjects)
    return page


Stated = Mapping[EncounterRow, tuple[CaptureFact, ...]]
"""The stated facts about captures, by the captures' rows."""

NO_EVENT = "the event of this capture is not known"
WAITS = "a stated fact waits for a second person"


class Fate(StrEnum):
    """What rules and reviews say about prints."""

    KEPT = "kept"
    REVIEW = "review"
    """A fact is missing, or the day of a review has come: a person must decide."""
    DUE = "due"
    """Nothing allows the prints to be kept."""


@dataclass(frozen=True, slots=True)
class JudgedCapture:
    """A capture judged for one day: its event, and the provision that decides."""

    capture: HeldCapture
    fate: Fate
    basis: Basis
    provision: str
    last_day: date | None
    event: str = ""
    """The item of a record that names the event, as `record.item`; empty if no item does."""
    facts: tuple[CaptureFact, ...] = ()


def judged(
    captures: Iterable[HeldCapture], stated: Stated, known: KnownEvents, on: date
) -> tuple[JudgedCapture, ...]:
    """Return the captures of one human being, each judged by the retention rules as at a day."""
    return tuple(_judged(one, stated.get(one.encounter_row, ()), known, on) for one in captures)


def _judged(
    capture: HeldCapture, facts: tuple[CaptureFact, ...], known: KnownEvents, on: date
) -> JudgedCapture:
    basis, event = _basis(capture, in_force(facts), known, on)
    provision = basis.provision if event or basis.keep is not Keep.REVIEW else NO_EVENT
    if not basis.keeps_on(on):
        waits = any(one.waits for one in facts)
        fate, provision = (Fate.REVIEW, WAITS) if waits else (Fate.DUE, provision)
    else:
        fate = Fate.REVIEW if basis.keep is Keep.REVIEW else Fate.KEPT
    return JudgedCapture(capture, fate, basis, provision, basis.last_day, event, facts)


def _basis(
    capture: HeldCapture, counted: Mapping[FactKind, CaptureFact], known: KnownEvents, on: date
) -> tuple[Basis, str]:
    """Return the basis that allows a capture to be kept longest, and the record item of the event
    that gives it. The item is empty if no event does.
    """
    decided = _decided(counted)
    if FactKind.VOLUNTEER in counted:
        return _on_its_own(capture, (_volunteer(counted),), decided, known, on), ""
    references = _references(capture, counted, known)
    bases = [_at(capture, one, decided, known, on) for one in references]
    if (best := longest(bases)) is not None:
        return best, known.item_of(best.prints.reference)
    own = _on_its_own(capture, (), decided, known, on)
    if decided.is_unlawful or decided.is_other_regime:
        return own, ""
    others = [one for one in bases_of(known.events, on) if one.keeps_on(on)]
    return longest([one for one in others if one.keep is not Keep.REVIEW]) or own, ""


def _references(
    capture: HeldCapture, counted: Mapping[FactKind, CaptureFact], known: KnownEvents
) -> Sequence[str]:
    """Return the event that officers named, or the events at which it may have been taken."""
    said = counted.get(FactKind.EVENT)
    if said is not None:
        named = known.named.get(said.event)
        return () if named is None else (named,)
    found = [
        reference
        for reference, force, day in known.places
        if day == capture.taken_on and force in (None, capture.force)
    ]
    return list(dict.fromkeys(found))


def _at(
    capture: HeldCapture, reference: str, decided: Decided, known: KnownEvents, on: date
) -> Basis:
    own = [one for one in known.events if one.reference == reference]
    offences = tuple(offence for one in own for offence in one.offences)
    event = EventFacts(reference, capture.taken_on, offences, decided, own[0].on)
    others = [one for one in known.events if one.reference != reference]
    return bases_of((event, *others), on)[0]


def _on_its_own(
    capture: HeldCapture,
    offences: tuple[OffenceFacts, ...],
    decided: Decided,
    known: KnownEvents,
    on: date,
) -> Basis:
    event = EventFacts("", capture.taken_on, offences, decided)
    return bases_of((event, *known.events), on)[0]


def _volunteer(counted: Mapping[FactKind, CaptureFact]) -> OffenceFacts:
    fulfilled = counted.get(FactKind.PURPOSE_FULFILLED)
    over = None if fulfilled is None else fulfilled.on
    return OffenceFacts(None, None, Result.VOLUNTEER, resulted_on=over)


def _decided(counted: Mapping[FactKind, CaptureFact]) -> Decided:
    def day(kind: FactKind) -> date | None:
        found = counted.get(kind)
        return None if found is None else found.on

    consented, withdrawn = day(FactKind.CONSENT), day(FactKind.CONSENT_WITHDRAWN)
    if consented is not None and withdrawn is not None and withdrawn < consented:
        # The person consented again.
        withdrawn = None
    return Decided(
        extended_on=day(FactKind.COURT_EXTENSION),
        commissioner_consented_on=day(FactKind.COMMISSIONER_CONSENT),
        consented_on=consented,
        consent_withdrawn_on=withdrawn,
        determined_on=day(FactKind.DETERMINATION),
        is_unlawful=FactKind.UNLAWFUL in counted,
        is_other_regime=FactKind.OTHER_REGIME in counted,
    )


def ruled(
    captures: Iterable[HeldCapture], stated: Stated, decided: tuple[Fate, str, date | None]
) -> tuple[JudgedCapture, ...]:
    """Return captures on which two people have decided.

    A fact waiting for a second person stops a purge.
    """
    fate, provision, last_day = decided
    found = []
    for one in captures:
        facts = stated.get(one.encounter_row, ())
        held = fate is Fate.DUE and any(fact.waits for fact in facts)
        unknown = basis_of(TakenPrints("", one.taken_on, Situation.UNKNOWN))
        now, why = (Fate.REVIEW, WAITS) if held else (fate, provision)
        found.append(JudgedCapture(one, now, unknown, why, last_day, "", facts))
    return tuple(found)
