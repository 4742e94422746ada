"""Agreements with agencies, the accounts that act for an agency, and the cases that it watches.

An agency is told once to ask again about a watched case. A watch is valid only within its
agreement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from domain import errors
from domain.access.access import Caller, Scope
from domain.agencies import agencies
from domain.events.agencies import AgencyMemberNamed, AgreementMade
from domain.events.looking import LookKind
from domain.ids import RequestId, UserId
from domain.list_pages import ListPage, page_behind
from domain.plain_values import made_from
from domain.requests.disclosures import Watch, WatchAct, WatchState
from domain.requests.request_states import RequestState
from domain.requests.requests import Party, PartyKind, RequestFile
from domain.restrictions import UsePurpose
from rules.clocks import last_day
from service.storage.unit_of_work import UnitOfWork
from service.usecases.certificates import checking
from service.usecases.log.recording import look, record
from service.usecases.people.merging import same_person
from service.usecases.requests.notices import NOTIFIER
from service.usecases.requests.stepping import AtWork
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class MakeAgreement:
    """A new version of an agreement."""

    caller: Caller
    agency: str
    expected_version: int
    """The version that the caller has read; 0 for the first."""
    name: str
    legal_status: agencies.LegalStatus
    purposes: frozenset[UsePurpose]
    reach: agencies.Reach
    standing: agencies.AgreementStanding
    starts_on: date
    review_on: date
    contacts: tuple[agencies.Contact, ...] = ()


def make_agreement(services: StoreServices, command: MakeAgreement) -> agencies.Agreement:
    """Store the next version of an agreement, and return it.

    Raises NotPermittedError, InvalidInputError, StaleRecordError (the agreement has changed since
    the caller read it), ConflictError.
    """
    command.caller.actor.require(Scope.KEEP_AGREEMENTS)
    made = made_from(
        agencies.Agreement,
        command,
        version=command.expected_version + 1,
        made_by=command.caller.actor.user_id,
        made_at=services.now(),
    )
    with services.units.begin() as unit:
        newest = unit.agreements.newest(command.agency)
        if (0 if newest is None else newest.version) != command.expected_version:
            raise errors.StaleRecordError("The agreement has a newer version: reload it.")
        unit.agreements.add(made)
        event = AgreementMade(made.agency, made.version, made.standing)
        record(services, unit, command.caller, event)
    return made


def list_agreements(services: StoreServices, caller: Caller) -> tuple[agencies.Agreement, ...]:
    """Return the newest version of every agreement, by agency code. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_AGREEMENTS) as unit:
        found = unit.agreements.all_newest()
    look(services, caller, LookKind.AGREEMENTS, (one.agency for one in found))
    return found


def show_agreement(
    services: StoreServices, caller: Caller, agency: str
) -> tuple[agencies.Agreement, ...]:
    """Return all versions of an agreement, oldest first.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_AGREEMENTS) as unit:
        errors.existing(unit.agreements.newest(agency))
        found = unit.agreements.versions(agency)
    look(services, caller, LookKind.AGREEMENT, (agency,))
    return found


def name_member(services: StoreServices, caller: Caller, agency: str, user_id: UserId) -> None:
    """Permanently name an account or a client as acting for an agency.

    Raises NotPermittedError, NotFoundError (no such agency), ConflictError (the account or client
    already acts for an agency).
    """
    with services.begin(caller, Scope.KEEP_AGREEMENTS) as unit:
        errors.existing(unit.agreements.newest(agency))
        unit.agreements.name_member(user_id, agency, caller.actor.user_id, services.now())
        record(services, unit, caller, AgencyMemberNamed(user_id, agency))


def agency_of(unit: UnitOfWork, caller: Caller) -> agencies.Agreement:
    """Return the agreement of the agency that the caller acts for.

    Raises NotPermittedError, NoAgreementError (the caller acts for no agency).
    """
    caller.actor.require(Scope.ASK_AS_AGENCY)
    agency = unit.agreements.agency_of(caller.actor.user_id)
    agreement = None if agency is None else unit.agreements.newest(agency)
    if agreement is None:
        raise errors.NoAgreementError(
            "Your account does not act for an agency: ask the office to assign it to an agency."
        )
    return agreement


def own_request(unit: UnitOfWork, caller: Caller, request_id: RequestId) -> RequestFile:
    """Return a request of the caller's agency.

    Raises NotPermittedError, NoAgreementError, NotFoundError (also for another agency's request).
    """
    agency = agency_of(unit, caller).agency
    file = errors.existing(unit.requests.file(request_id))
    if file.request.asker != Party(PartyKind.AGENCY, agency):
        raise errors.NotFoundError
    return file


def own_agreement(services: StoreServices, caller: Caller) -> agencies.Agreement:
    """Return the agreement of the caller's agency.

    Raises NotPermittedError, NoAgreementError (the caller acts for no agency).
    """
    with services.units.read() as unit:
        found = agency_of(unit, caller)
    look(services, caller, LookKind.AGREEMENT, (found.agency,))
    return found


@dataclass(frozen=True, slots=True)
class AgencyWatch:
    """A watch as its agency sees it: it never shows what has changed."""

    request_id: RequestId
    state: WatchState
    last_day: date
    """The watch ends with this day."""
    confirm_by: date
    """The last day on which the watch is valid unless it is confirmed."""


def watch_case(services: Services, caller: Caller, request_id: RequestId) -> AgencyWatch:
    """Begin to watch an answered case of the caller's agency for twelve months.

    Raises NotPermittedError, NoAgreementError (none in force for the purpose of the case),
    NotFoundError, RequestStepError (not answered), ConflictError (watched already).
    """
    with services.units.begin() as unit:
        at = _covered(AtWork(services, unit, caller, own_request(unit, caller, request_id)))
        agency = at.file.request.asker.code
        begun = checking.begin_watch(at, confirm_within=checking.QUARTER, agency=agency)
    return _told(begun, at.today)


def _covered(at: AtWork) -> AtWork:
    if not agency_of(at.unit, at.caller).covers(at.file.request.purpose, at.today):
        raise errors.NoAgreementError(
            "No agreement that is in force covers the purpose of this case."
        )
    if at.file.state is not RequestState.RELEASED:
        raise errors.RequestStepError("Only a case that has been answered can be watched.")
    return at


def confirm_watch(services: Services, caller: Caller, request_id: RequestId) -> AgencyWatch:
    """Confirm for another quarter that the case is still watched.

    Raises the errors of `watch_case`, and NotFoundError if there is no valid watch.
    """
    with services.units.begin() as unit:
        at = _covered(AtWork(services, unit, caller, own_request(unit, caller, request_id)))
        until = last_day(at.today, checking.QUARTER)
        watch = checking.valid_watch(at)
        confirmed = checking.step_watch(at, watch, WatchAct.CONFIRMED, until)
    return _told(confirmed, at.today)


def end_watch(services: Services, caller: Caller, request_id: RequestId) -> AgencyWatch:
    """End the watch of a case. Raises NotPermittedError, NoAgreementError, NotFoundError."""
    with services.units.begin() as unit:
        at = AtWork(services, unit, caller, own_request(unit, caller, request_id))
        ended = checking.step_watch(at, checking.valid_watch(at), WatchAct.ENDED, at.today)
    return _told(ended, at.today)


def list_watches(
    services: Services, caller: Caller, *, before: str | None, limit: int
) -> ListPage[AgencyWatch, str]:
    """Return a page of the watches of the caller's agency, newest first.

    While its agreement is not in force, all are shown as ended. Raises NotPermittedError,
    NoAgreementError.
    """
    today = services.today()
    with services.units.read() as unit:
        agreement = agency_of(unit, caller)
        found = unit.watches.of_agency(agreement.agency)
    page = page_behind(found[::-1], before, limit, attrgetter("watch_id"))
    look(services, caller, LookKind.REQUESTS, (one.request_id for one in page.items))
    in_force = agreement.is_in_force(today)
    told = tuple(_told(one, today, in_force=in_force) for one in page.items)
    return ListPage(told, page.next_key)


def watch_of(services: Services, caller: Caller, request_id: RequestId) -> AgencyWatch | None:
    """Return the newest watch of a case of the caller's agency, or None.

    The access to the case has already been recorded. Raises NotPermittedError, NoAgreementError,
    NotFoundError.
    """
    today = services.today()
    with services.units.read() as unit:
        agreement = agency_of(unit, caller)
        own_request(unit, caller, request_id)
        found = unit.watches.of_request(request_id)
    mine = [one for one in found if one.agency == agreement.agency]
    return _told(mine[-1], today, in_force=agreement.is_in_force(today)) if mine else None


def _told(watch: Watch, today: date, *, in_force: bool = True) -> AgencyWatch:
    state = watch.state(today) if in_force else WatchState.ENDED
    return AgencyWatch(watch.request_id, state, watch.last_day, watch.steps[-1].confirm_by)


def tell_watching_agencies(services: Services, is_stopping: Callable[[], bool]) -> int:
    """Tell agencies whose case has changed during their watch to ask again; return how many."""
    today = services.today()
    with services.units.read() as unit:
        open_ones = unit.watches.unfinished(today)
    told = 0
    for one in open_ones:
        if is_stopping():
            break
        with services.units.begin() as unit:
            file = errors.existing(unit.requests.file(one.request_id))
            at = AtWork(services, unit, NOTIFIER, file)
            if _is_to_be_told(at, one):
                checking.step_watch(at, one, WatchAct.NOTICED, today)
                told += 1
    return told


def _is_to_be_told(at: AtWork, watch: Watch) -> bool:
    found = at.unit.watches.of_request(watch.request_id)
    (now,) = (one for one in found if one.watch_id == watch.watch_id)
    file = at.file
    agreement = at.unit.agreements.newest(file.request.asker.code)
    is_covered = agreement is not None and agreement.covers(file.request.purpose, at.today)
    if now.state(at.today) is not WatchState.WATCHING or not is_covered or not file.person_id:
        return False
    people = same_person(at.unit, file.person_id)
    return at.unit.watches.has_changed(people, watch.after_change)
