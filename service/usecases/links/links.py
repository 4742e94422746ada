"""Links: shown, recorded when disclosed, revoked with a reason, and their history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from domain.access.access import Caller, Role, Scope
from domain.errors import AlreadyRevokedError, NotFoundError, existing
from domain.events.links import Disclosed, LinkRevoked
from domain.events.looking import Listed, Looked, LookKind
from domain.examination.cases import Link, Withdrawal
from domain.ids import LinkId
from domain.list_pages import ListPage, page_behind
from domain.plain_text import require_words
from domain.requests.disclosures import Notice
from service.provenance.prov_view import LinkHistory, prov_json
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import awaits_witness, demand_witnessed
from service.usecases.log.recording import Concern, keep_look, look, look_at, record
from service.usecases.people.ended_cases import withdraw_exemplars
from service.usecases.people.merging import claimed_human
from service.usecases.services import Services, StoreServices


def show_links(
    services: StoreServices, caller: Caller, links: Sequence[Link], told: Looked | Listed
) -> None:
    """Record that links, or what they led to, are about to be shown. If they are shown to a force,
    a separate event in the same transaction records the disclosure.
    """
    force = caller.actor.force
    if caller.actor.role is not Role.FORCE or force is None or not links:
        keep_look(services, caller, told, links[0] if len(links) == 1 else Concern())
        return
    now = services.now()
    with services.units.begin() as unit:
        for link in links:
            unit.notices.tell(link.link_id, force, now)
        record(services, unit, caller, Disclosed(tuple(link.link_id for link in links), force))
        record(services, unit, caller, told)


def show_link_to(
    services: StoreServices, caller: Caller, kind: LookKind, link: Link, *more: str | None
) -> None:
    """Record that one link is about to be shown, together with the items in `more`."""
    shown = (link.link_id, link.search_id, link.record_id, *more)
    show_links(services, caller, (link,), look_at(services, kind, shown))


def give_notices(services: StoreServices, unit: UnitOfWork, link: Link) -> int:
    """Store a notice of revocation for each force that was shown a link; return how many."""
    told = unit.notices.recipients(link.link_id)
    now = services.now()
    for force in told:
        unit.notices.give(Notice(services.new_id(), link.link_id, force, now))
    return len(told)


def own_notices(
    services: StoreServices, caller: Caller, *, before: str | None = None, limit: int
) -> ListPage[Notice, str]:
    """Return the notices to the caller's force, newest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_SEARCHES) as unit:
        notices = unit.notices.of_force(caller.require_force())
    page = page_behind(notices, before, limit, attrgetter("notice_id"))
    look(services, caller, LookKind.NOTICES, (notice.link_id for notice in page.items))
    return page


@dataclass(frozen=True, slots=True)
class RevokeLink:
    """A request to revoke a link."""

    caller: Caller
    link_id: LinkId
    reason: str


def show_link(services: StoreServices, caller: Caller, link_id: LinkId) -> Link:
    """Return a link. A force sees only links of its own searches.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_LINKS) as unit:
        link = visible_link(services, unit, caller, link_id)
    show_link_to(services, caller, LookKind.LINK, link, link.person_id)
    return link


def revoke_link(services: Services, command: RevokeLink) -> None:
    """Revoke a link with a reason. The link and its history remain on record.

    Searches no longer find the capture that the link enrolled, because it may be another person's.
    Raises NotPermittedError, NotFoundError, InvalidInputError (no reason), AlreadyRevokedError,
    ConflictError (the person has just been merged or parted).
    """
    command.caller.actor.require(Scope.REVOKE_LINKS)
    require_words(command.reason, "/reason")
    with services.units.begin() as unit:
        link = visible_link(services, unit, command.caller, command.link_id)
        if link.revoked_at is not None:
            raise AlreadyRevokedError
        claimed_human(unit, link.person_id)
        unit.links.revoke(
            replace(
                link,
                revoked_at=services.now(),
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
        record(services, unit, command.caller, event, link)
    services.gallery.catch_up()


def visible_link(
    services: StoreServices, unit: UnitOfWork, caller: Caller, link_id: LinkId
) -> Link:
    """Return a link that the caller may know of. Raises NotFoundError, the same for all reasons.

    A force may not know of a link that is still waiting for its witnesses.
    """
    link = existing(unit.links.get(link_id))
    if caller.actor.role is Role.FORCE and (
        link.force != caller.actor.force or awaits_witness(services, unit, link)
    ):
        raise NotFoundError
    return link


def link_provenance(services: StoreServices, caller: Caller, link_id: LinkId) -> str:
    """Return the provenance of a link as W3C PROV-JSON. A force gets a reduced view.

    Raises NotPermittedError, NotFoundError, AwaitsWitnessError.
    """
    history = exported_history(services, caller, link_id)
    is_force = caller.actor.role is Role.FORCE
    return prov_json(history, is_force=is_force)


def link_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link, and record that it was shown.

    A force is not told of a record that another force owns. Raises NotPermittedError,
    NotFoundError.
    """
    with services.reading(caller, Scope.READ_LINKS) as unit:
        link = visible_link(services, unit, caller, link_id)
        history = history_of(unit, caller, link)
    more = (link.person_id, link.encounter_id, link.case_id, *link.decision_ids)
    show_link_to(services, caller, LookKind.PROVENANCE, link, *more)
    return history


def exported_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link for export, and record that it was shown.

    Raises NotPermittedError, NotFoundError, AwaitsWitnessError.
    """
    with services.reading(caller, Scope.READ_LINKS) as unit:
        demand_witnessed(services, unit, visible_link(services, unit, caller, link_id))
    return link_history(services, caller, link_id)


def history_of(unit: UnitOfWork, caller: Caller, link: Link) -> LinkHistory:
    """Return the history of a link that the caller may know. The access is not recorded here."""
    search = existing(unit.searches.get(link.search_id))
    case = existing(unit.cases.get(link.case_id))
    decisions = tuple(d for d in case.decisions if d.decision_id in link.decision_ids)
    told = (search.search_id, *(d.decision_id for d in decisions), link.link_id)
    known = _as_known(unit, caller, link)
    candidate = unit.searches.candidate(link.candidate_id)
    return LinkHistory(
        search=search,
        probe_commitment=search.probe_commitment,
        decisions=decisions,
        link=known,
        event_numbers=tuple((ref, unit.events.first_about(ref)) for ref in told),
        record_version=candidate.record_version if candidate and known.record_id else None,
    )


def _as_known(unit: UnitOfWork, caller: Caller, link: Link) -> Link:
    if caller.actor.role is not Role.FORCE or link.record_id is None:
        return link
    record = unit.people.record(link.record_id)
    is_own = record is not None and record.force == caller.actor.force
    return link if is_own else replace(link, record_id=None)
