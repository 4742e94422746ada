"""Links: shown, revoked with a reason, and told as history."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.access import Caller, Role, Scope
from domain.cases import Link, Withdrawal
from domain.errors import AlreadyRevokedError, InvalidInputError, NotFoundError
from domain.events.links import LinkRevoked
from domain.events.looking import LookKind
from domain.ids import LinkId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.disclosures import give_notices, show_link_to
from service.usecases.log.recording import record
from service.usecases.log.witnessing import awaits_witness
from service.usecases.people.withdrawing import withdraw_exemplars
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class RevokeLink:
    """A request to un-link."""

    caller: Caller
    link_id: LinkId
    reason: str


def show_link(services: StoreServices, caller: Caller, link_id: LinkId) -> Link:
    """Return a link; a force only sees links of its own searches.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        link = visible_link(services, unit, caller, link_id)
    show_link_to(services, caller, LookKind.LINK, link, link.person_id)
    return link


def revoke_link(services: Services, command: RevokeLink) -> None:
    """Revoke a link with a reason; the link and its history stay.

    The capture that the link enrolled is found by no search any more: it is perhaps another
    person's. Raises NotPermittedError, NotFoundError, InvalidInputError (no reason),
    AlreadyRevokedError.
    """
    command.caller.actor.require(Scope.REVOKE_LINKS)
    if not command.reason.strip():
        raise InvalidInputError("The revocation has no reason: give a reason.", pointer="/reason")
    with services.units.write() as unit:
        link = visible_link(services, unit, command.caller, command.link_id)
        if link.revoked_at is not None:
            raise AlreadyRevokedError
        unit.links.revoke(
            replace(
                link,
                revoked_at=services.surroundings.clock(),
                revoked_by=command.caller.actor.user_id,
                revocation_reason=command.reason,
            )
        )
        if link.encounter_id is not None:
            captures = unit.encounters.take_out(link.encounter_id)
            gone = unit.findings.open_exemplars_from(captures)
            withdraw_exemplars(services, unit, command.caller, gone, Withdrawal.REVOKED)
        told = give_notices(services, unit, link)
        found = None if link.encounter_id is None else False
        event = LinkRevoked(link.link_id, link.case_id, told, capture_found=found)
        record(unit, services.surroundings, command.caller, event, link)
        unit.commit()
    services.gallery.catch_up()


def visible_link(
    services: StoreServices, unit: UnitOfWork, caller: Caller, link_id: LinkId
) -> Link:
    """Return a link the caller may know of; raises NotFoundError, the same for all reasons.

    A force may not know of one that still awaits its witnesses.
    """
    link = unit.links.get(link_id)
    if link is None:
        raise NotFoundError
    if caller.actor.role is Role.FORCE and (
        link.force != caller.actor.force or awaits_witness(services, unit, link)
    ):
        raise NotFoundError
    return link
