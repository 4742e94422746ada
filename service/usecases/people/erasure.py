"""Erasing a person: requested by one person, confirmed by another, carried out after a wait.

Once the erasure is confirmed, the person is hidden and seems to be erased. Until the worker
carries out the erasure, it can be cancelled; then everything is as it was before. The log keeps
the facts and the legal basis, never the data.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import ConflictError, InvalidInputError, existing
from domain.events.looking import LookKind
from domain.events.people import Erased, ErasureAsked, ErasureCalledBack, ErasureConfirmed
from domain.examination.cases import Withdrawal
from domain.ids import ErasureId, PersonId, UserId
from domain.list_pages import ListOrder, ListPage
from domain.retention.erasures import Erasure, ErasureBasis, ErasureEnd
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.people.amending import withdraw_taken_back
from service.usecases.people.ended_cases import withdraw_exemplars
from service.usecases.people.merging import claimed_human, same_person
from service.usecases.services import Services, StoreServices

ERASER = service_itself("eraser", Purpose.DELETION)
"""The actor that carries out erasures: the service itself, which has no token."""

_DUE_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class AskErasure:
    """A request to erase a person; `authority` is the deciding authority's reference.

    With the reference of a court order, there is no wait; that reference is stored sealed.
    """

    caller: Caller
    person_id: PersonId
    basis: ErasureBasis
    authority: str
    court_order: str = ""


def ask_erasure(services: StoreServices, command: AskErasure) -> ErasureId:
    """Store a request and return its id. Nothing is hidden before another person confirms it.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no authority), ConflictError (an
    erasure of the person is already open, or an item of the person is restricted).
    """
    command.caller.actor.require(Scope.ERASE)
    if not command.authority:
        raise InvalidInputError(
            "The reference of the authority that decided on the erasure is missing: give it.",
            pointer="/authority",
        )
    with services.units.begin() as unit:
        erasure = ask_in(services, unit, command)
    return erasure.erasure_id


def ask_in(services: StoreServices, unit: UnitOfWork, command: AskErasure) -> Erasure:
    """Store a request in a unit of work. Raises NotFoundError, ConflictError."""
    erasure = Erasure(
        ErasureId(services.new_id()),
        command.person_id,
        command.basis,
        command.authority,
        command.court_order,
        asked_by=command.caller.actor.user_id,
        asked_at=services.now(),
    )
    existing(unit.people.person_row(command.person_id))
    unit.erasures.ask(erasure)
    # Check this while the person's row is locked.
    _demand_no_items(unit, same_person(unit, command.person_id))
    event = ErasureAsked.of(erasure, by_order=bool(erasure.court_order))
    record(services, unit, command.caller, event)
    return erasure


def _demand_no_items(unit: UnitOfWork, people: Collection[PersonId]) -> None:
    if unit.restrictions.has_items(people):
        raise ConflictError(
            "An item on this person's record is restricted: lift the restriction first."
        )


def confirm_erasure(services: Services, caller: Caller, erasure_id: ErasureId) -> Erasure:
    """Confirm another person's request. The person to erase is hidden at once, everywhere.

    Raises NotPermittedError, NotFoundError, SelfVerificationError (the same person requested it),
    ConflictError (already confirmed or ended, or an item of the person is restricted).
    """
    with services.begin(caller, Scope.ERASE) as unit:
        asked = existing(unit.erasures.get(erasure_id))
        erasure = confirm_in(services, unit, caller, asked)
    services.gallery.catch_up()
    return erasure


def confirm_in(services: Services, unit: UnitOfWork, caller: Caller, asked: Erasure) -> Erasure:
    """Confirm a request in a unit of work.

    Raises SelfVerificationError, ConflictError (also if the person has since been merged with a
    person of whom an item is restricted).
    """
    now = services.now()
    wait = timedelta(0) if asked.court_order else services.erasure_wait
    erasure = replace(
        asked, confirmed_by=caller.actor.user_id, confirmed_at=now, due_at=now + wait
    )
    # People merged with this person are the same human being.
    people = claimed_human(unit, erasure.person_id)
    unit.erasures.confirm(erasure, people)
    _demand_no_items(unit, people)
    hours = int(wait / timedelta(hours=1))
    event = ErasureConfirmed(erasure.erasure_id, people, due_at=now + wait, wait_hours=hours)
    record(services, unit, caller, event)
    return erasure


def call_back_erasure(services: Services, caller: Caller, erasure_id: ErasureId) -> Erasure:
    """Cancel an erasure, and show the person again.

    Only items of old records whose lot has been taken back meanwhile stay hidden: they are
    withdrawn. Raises NotPermittedError, NotFoundError, ConflictError (already ended).
    """
    with services.begin(caller, Scope.ERASE) as unit:
        erasure = _ended(services, caller, existing(unit.erasures.get(erasure_id)))
        unit.erasures.end(erasure)
        people = unit.erasures.hidden_by(erasure_id) or (erasure.person_id,)
        unit.erasures.show_people(erasure_id)
        withdraw_taken_back(services, unit, caller, people)
        record(services, unit, caller, ErasureCalledBack(erasure_id, people))
    services.gallery.catch_up()
    return erasure


def carry_out_erasures(services: Services, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Carry out erasures whose wait is over, each in one transaction; return how many.

    If interrupted at any step, each erasure has either been carried out or is still due.
    """
    with services.units.read() as unit:
        due = unit.erasures.due(services.now(), _DUE_AT_ONCE)
    done = sum(_carry_out(services, one) for one in due if not is_stopped())
    if done:
        services.gallery.catch_up()
    return done


def _carry_out(services: Services, erasure_id: ErasureId) -> bool:
    with services.units.write() as unit:
        erasure = existing(unit.erasures.get(erasure_id))
        try:
            unit.erasures.end(_ended(services, ERASER, erasure, ErasureEnd.CARRIED_OUT))
        except ConflictError:  # another worker, or a person who called it back, was first
            return False
        people = unit.erasures.hidden_by(erasure_id) or (erasure.person_id,)
        items = sum(unit.people.erase_person(person_id) for person_id in people)
        gone = unit.findings.open_exemplars_of(people)
        withdraw_exemplars(services, unit, ERASER, gone, Withdrawal.ERASED)
        event = Erased(people, erasure.basis, erasure.authority, items, erasure_id=str(erasure_id))
        record(services, unit, ERASER, event)
        unit.commit()
    return True


def _ended(
    services: Services,
    caller: Caller,
    erasure: Erasure,
    outcome: ErasureEnd = ErasureEnd.CALLED_BACK,
) -> Erasure:
    now = services.now()
    return replace(erasure, outcome=outcome, ended_by=caller.actor.user_id, ended_at=now)


def erasures(
    services: StoreServices,
    caller: Caller,
    *,
    is_open: bool,
    before: str | None,
    limit: int,
    order: ListOrder | None = None,
) -> ListPage[Erasure, str]:
    """Return open or ended erasures, newest first or in the given order.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.ERASE) as unit:
        page = unit.erasures.page(is_open=is_open, before=before, limit=limit, order=order)
    shown = chain.from_iterable((one.erasure_id, one.person_id) for one in page.items)
    look(services, caller, LookKind.ERASURES, shown)
    return page


def erasure(services: StoreServices, caller: Caller, erasure_id: ErasureId) -> Erasure:
    """Return one erasure. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.ERASE) as unit:
        found = existing(unit.erasures.get(erasure_id))
    look(services, caller, LookKind.ERASURE, (erasure_id, found.person_id))
    return found


def people_behind(services: StoreServices, found: Iterable[Erasure]) -> Mapping[UserId, str]:
    """Return the names of the people who took the steps of erasures, by account id."""
    steps = [(each.asked_by, each.confirmed_by, each.ended_by) for each in found]
    acting = {user for step in steps for user in step if user is not None}
    with services.units.read() as unit:
        return {**{user: user for user in acting}, **unit.accounts.names(sorted(acting))}


_BASIS = "left by an earlier erasure"
_AUTHORITY = "finish"
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Finished:
    """The number of people of whom something was left, and the number of payloads."""

    people: int
    payloads: int


def finish_erasures(services: StoreServices, caller: Caller) -> Finished:
    """Sweep as `sweep_erased` does, for a person. Raises NotPermittedError."""
    caller.actor.require(Scope.ERASE)
    return sweep_erased(services, caller)


def sweep_erased(
    services: StoreServices,
    caller: Caller = ERASER,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Finished:
    """Erase what is left of people erased earlier, and withhold what is left of hidden people.

    Each transaction handles a hundred people, with an event for each person of whom something was
    left. If interrupted, it can be run again and continues: people with nothing left are skipped.
    """
    with services.units.begin() as unit:
        unit.people.hide_again()
    row, counts = 0, list[int]()
    while not is_stopped():
        with services.units.read() as unit:
            page = unit.people.erased_after(row, _PEOPLE_AT_ONCE)
            left = [person_id for _, person_id in page if unit.people.is_left(person_id)]
        if not page:
            break
        counts += _finished(services, caller, left) if left else ()
        row = page[-1][0]
    return Finished(sum(map(bool, counts)), sum(counts))


def _finished(services: StoreServices, caller: Caller, people: Collection[PersonId]) -> list[int]:
    """Erase what is left of people; return the numbers of payloads."""
    counts = []
    with services.units.begin() as unit:
        for person_id in people:
            items = unit.people.finish_erasure(person_id)
            counts.append(items)
            if items:
                record(services, unit, caller, Erased((person_id,), _BASIS, _AUTHORITY, items))
    return counts
