"""Restricting a person, and lifting restrictions.

What is restricted is kept as evidence, and hidden from all but the holder of the evidence.

A restricted person looks erased: in searches, names enquiries, requests, the exchange and
figures. Only the force that holds the evidence reads the data held, on record each time. The
person is told before the restriction is lifted, and then everything is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from operator import attrgetter

from domain.access import Caller, Role, Scope
from domain.disclosure.restriction import (
    RestrictedRecord,
    Restriction,
    RestrictionGround,
    check_reasons,
)
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.events.disclosure import (
    RestrictedEvidenceRead,
    RestrictionBegun,
    RestrictionLifted,
)
from domain.events.looking import LookKind
from domain.ids import EncounterId, ForceCode, PersonId, RestrictionId, UserId
from domain.list_pages import ListPage, page_of
from service.usecases.disclosure.restricting_items import bring_back, hidden_item
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import Concern, record
from service.usecases.people.merging import same_person
from service.usecases.people.unfounded_items import withdraw_taken_back
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class Restrict:
    """A person to restrict, with the ground, the reasons, and the holder of the evidence."""

    caller: Caller
    person_id: PersonId
    ground: RestrictionGround
    holder: ForceCode
    reasons: str


@dataclass(frozen=True, slots=True)
class Lift:
    """A restriction to lift; `told_on` is the day on which the person was told of it."""

    caller: Caller
    restriction_id: RestrictionId
    told_on: date
    reasons: str


@dataclass(frozen=True, slots=True)
class RestrictedEvidence:
    """The data that a restriction hides, as the holder of the evidence reads it."""

    restriction: Restriction
    records: tuple[RestrictedRecord, ...]
    """In their newest versions."""
    captures: tuple[EncounterId, ...]


def restrict(services: Services, command: Restrict) -> Restriction:
    """Restrict a person and everyone merged with them: they are hidden at once, everywhere.

    Raises NotPermittedError, NotFoundError (unknown, erased, or restricted already),
    InvalidInputError (no reasons), ConflictError (an erasure of the person is open).
    """
    command.caller.actor.require(Scope.RESTRICT)
    check_reasons(command.reasons)
    restriction = Restriction(
        RestrictionId(services.surroundings.new_id()),
        command.person_id,
        command.ground,
        command.holder,
        command.reasons,
        begun_by=command.caller.actor.user_id,
        begun_at=services.surroundings.clock(),
    )
    with services.units.write() as unit:
        existing(unit.people.person_row(command.person_id))
        # Everyone merged with them is the same human being.
        people = same_person(unit, command.person_id)
        unit.restrictions.begin(restriction, people)
        event = RestrictionBegun(
            restriction.restriction_id, people, restriction.ground, restriction.holder
        )
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    services.gallery.catch_up()
    return restriction


def lift(services: Services, command: Lift) -> Restriction:
    """Lift a restriction, of which the person was told before: everything is as it was,
    except for items of old records whose lot was taken back meanwhile.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reasons, or a day to
    come), ConflictError (the person was told before it began, it was lifted already, or the item
    cannot come back yet).
    """
    command.caller.actor.require(Scope.RESTRICT)
    check_reasons(command.reasons)
    now = services.surroundings.clock()
    with services.units.write() as unit:
        found = existing(unit.restrictions.get(command.restriction_id))
        if not found.is_open:
            raise ConflictError("This restriction has already been lifted.")
        if command.told_on > now.date():
            raise InvalidInputError(
                "Tell the person first, then lift the restriction.", pointer="/told_on"
            )
        if command.told_on < found.begun_at.date():
            raise ConflictError(
                "The notice is older than the restriction: send the person a new notice first."
            )
        lifted = replace(
            found,
            told_on=command.told_on,
            lifted_by=command.caller.actor.user_id,
            lifted_at=now,
            lifting_reasons=command.reasons,
        )
        people = unit.restrictions.hidden_by(found.restriction_id)
        if found.item_id is not None:
            people = (found.person_id,)
            bring_back(services, unit, command.caller, found)
        unit.restrictions.end(lifted)
        withdraw_taken_back(services, unit, command.caller, people)
        event = RestrictionLifted(found.restriction_id, people)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    services.gallery.catch_up()
    return lifted


def restrictions(
    services: StoreServices, caller: Caller, *, is_open: bool, before: str | None, limit: int
) -> ListPage[Restriction, str]:
    """Return restrictions that hold or were lifted, newest first.

    A force sees those whose evidence it holds. Raises NotPermittedError.
    """
    holder = _holder(caller)
    start = None if before is None else RestrictionId(before)
    with services.units.read() as unit:
        found = unit.restrictions.page(
            is_open=is_open, holder=holder, before=start, limit=limit + 1
        )
    page = page_of(found, limit, attrgetter("restriction_id"))
    shown = chain.from_iterable((one.restriction_id, one.person_id) for one in page.items)
    look(services, caller, LookKind.RESTRICTIONS, shown)
    return page


def restriction(
    services: StoreServices, caller: Caller, restriction_id: RestrictionId
) -> Restriction:
    """Return one restriction; raises NotPermittedError, NotFoundError."""
    holder = _holder(caller)
    with services.units.read() as unit:
        found = existing(unit.restrictions.get(restriction_id))
    if holder not in (None, found.holder):
        raise NotFoundError
    look(services, caller, LookKind.RESTRICTION, (restriction_id, found.person_id))
    return found


def _holder(caller: Caller) -> ForceCode | None:
    """Return the force whose restrictions the caller may see; None for those of all."""
    caller.actor.require(Scope.READ_RESTRICTIONS)
    return caller.require_force() if caller.actor.role is Role.FORCE else None


def restricted_evidence(
    services: StoreServices, caller: Caller, restriction_id: RestrictionId
) -> RestrictedEvidence:
    """Return the data that a restriction hides, to the holder of the evidence, on record.

    Raises NotPermittedError, NotFoundError (unknown, lifted, or another force's).
    """
    caller.actor.require(Scope.READ_RESTRICTED)
    force = caller.require_force()
    with services.units.write() as unit:
        found = existing(unit.restrictions.get(restriction_id))
        if found.holder != force or not found.is_open:
            raise NotFoundError
        is_item = found.item_id is not None
        evidence = RestrictedEvidence(
            found,
            hidden_item(unit, found) if is_item else unit.restrictions.records(restriction_id),
            unit.restrictions.captures(restriction_id),
        )
        hidden = unit.restrictions.hidden_by(restriction_id)
        event = RestrictedEvidenceRead(
            restriction_id,
            hidden or (found.person_id,),
            tuple(one.record_id for one in evidence.records),
        )
        record(unit, services.surroundings, caller, event, Concern(force))
        unit.commit()
    return evidence


def people_behind(services: StoreServices, found: Iterable[Restriction]) -> Mapping[UserId, str]:
    """Return the names of the people who began and lifted restrictions, by account."""
    steps = [(each.begun_by, each.lifted_by) for each in found]
    acting = {user for step in steps for user in step if user is not None}
    with services.units.read() as unit:
        return {**{user: user for user in acting}, **unit.accounts.names(sorted(acting))}
