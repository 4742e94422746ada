"""The provenance of a link, gathered from the repositories for permitted callers."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Caller, Role, Scope
from domain.cases import Decision, Link
from domain.events.looking import LookKind
from domain.ids import LinkId
from service.provenance.force_prov_view import force_prov_json
from service.provenance.prov_view import LinkHistory, prov_json
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.links.disclosures import show_link_to
from service.usecases.links.links import visible_link
from service.usecases.log.witnessing import demand_witnessed
from service.usecases.services import StoreServices


def link_provenance(services: StoreServices, caller: Caller, link_id: LinkId) -> str:
    """Return the provenance of a link as W3C PROV-JSON; a force gets its own view.

    Raises NotPermittedError, NotFoundError, AwaitsWitnessError.
    """
    history = exported_history(services, caller, link_id)
    is_force = caller.actor.role is Role.FORCE
    return force_prov_json(history) if is_force else prov_json(history)


def link_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link; a force is told of no record that it does not hold.

    That it was shown is put on record. Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        link = visible_link(services, unit, caller, link_id)
        history = history_of(unit, caller, link)
    more = (link.person_id, link.encounter_id, link.case_id, *link.decision_ids)
    show_link_to(services, caller, LookKind.PROVENANCE, link, *more)
    return history


def exported_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link to be handed out, and put on record that it was shown.

    Raises NotPermittedError, NotFoundError, AwaitsWitnessError.
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        demand_witnessed(services, unit, visible_link(services, unit, caller, link_id))
    return link_history(services, caller, link_id)


def history_of(unit: UnitOfWork, caller: Caller, link: Link) -> LinkHistory:
    """Return the history of a link that the caller may know of; the look is not recorded here."""
    search = existing(unit.searches.get(link.search_id))
    decisions = _decisions(unit, link)
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


def _decisions(unit: UnitOfWork, link: Link) -> tuple[Decision, ...]:
    case = existing(unit.cases.get(link.case_id))
    return tuple(d for d in case.decisions if d.decision_id in link.decision_ids)


def _as_known(unit: UnitOfWork, caller: Caller, link: Link) -> Link:
    if caller.actor.role is not Role.FORCE or link.record_id is None:
        return link
    record = unit.people.record(link.record_id)
    is_own = record is not None and record.force == caller.actor.force
    return link if is_own else replace(link, record_id=None)
