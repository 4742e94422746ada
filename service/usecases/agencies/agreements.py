"""Versions of agreements with agencies, and the accounts that act for an agency."""

from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.agencies import agencies
from domain.errors import NoAgreementError, StaleRecordError
from domain.events.agencies import AgencyMemberNamed, AgreementMade
from domain.events.looking import LookKind
from domain.ids import UserId
from domain.restrictions import UsePurpose
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices


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
    made = agencies.Agreement(
        command.agency,
        command.expected_version + 1,
        command.name,
        command.legal_status,
        command.purposes,
        command.reach,
        command.standing,
        command.starts_on,
        command.review_on,
        command.caller.actor.user_id,
        services.surroundings.clock(),
        command.contacts,
    )
    with services.units.write() as unit:
        newest = unit.agreements.newest(command.agency)
        if (0 if newest is None else newest.version) != command.expected_version:
            raise StaleRecordError("The agreement has a newer version: reload it.")
        unit.agreements.add(made)
        event = AgreementMade(made.agency, made.version, made.standing)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return made


def list_agreements(services: StoreServices, caller: Caller) -> tuple[agencies.Agreement, ...]:
    """Return the newest version of every agreement, by agency code. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_AGREEMENTS)
    with services.units.read() as unit:
        found = unit.agreements.all_newest()
    look(services, caller, LookKind.AGREEMENTS, (one.agency for one in found))
    return found


def show_agreement(
    services: StoreServices, caller: Caller, agency: str
) -> tuple[agencies.Agreement, ...]:
    """Return all versions of an agreement, oldest first.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_AGREEMENTS)
    with services.units.read() as unit:
        existing(unit.agreements.newest(agency))
        found = unit.agreements.versions(agency)
    look(services, caller, LookKind.AGREEMENT, (agency,))
    return found


def name_member(services: StoreServices, caller: Caller, agency: str, user_id: UserId) -> None:
    """Permanently name an account or a client as acting for an agency.

    Raises NotPermittedError, NotFoundError (no such agency), ConflictError (the account or client
    already acts for an agency).
    """
    caller.actor.require(Scope.KEEP_AGREEMENTS)
    with services.units.write() as unit:
        existing(unit.agreements.newest(agency))
        now = services.surroundings.clock()
        unit.agreements.name_member(user_id, agency, caller.actor.user_id, now)
        record(unit, services.surroundings, caller, AgencyMemberNamed(user_id, agency))
        unit.commit()


def agency_of(unit: UnitOfWork, caller: Caller) -> agencies.Agreement:
    """Return the agreement of the agency that the caller acts for.

    Raises NotPermittedError, NoAgreementError (the caller acts for no agency).
    """
    caller.actor.require(Scope.ASK_AS_AGENCY)
    agency = unit.agreements.agency_of(caller.actor.user_id)
    agreement = None if agency is None else unit.agreements.newest(agency)
    if agreement is None:
        raise NoAgreementError(
            "Your account does not act for an agency: ask the office to assign it to an agency."
        )
    return agreement


def own_agreement(services: StoreServices, caller: Caller) -> agencies.Agreement:
    """Return the agreement of the caller's agency.

    Raises NotPermittedError, NoAgreementError (the caller acts for no agency).
    """
    with services.units.read() as unit:
        found = agency_of(unit, caller)
    look(services, caller, LookKind.AGREEMENT, (found.agency,))
    return found
