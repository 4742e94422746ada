"""The provenance of a link, gathered from the repositories for permitted callers."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Caller, Role, Scope
from domain.cases import Decision, Link
from domain.ids import LinkId
from service.provenance.prov_view import LinkHistory
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.links.disclosures import disclose
from service.usecases.links.links import visible_link
from service.usecases.log.witnessing import demand_witnessed
from service.usecases.services import StoreServices


def link_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link; a force is told of no record that it does not hold.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        link = visible_link(services, unit, caller, link_id)
        search = existing(unit.searches.get(link.search_id))
        decisions = _decisions(unit, link)
        told = (search.search_id, *(d.decision_id for d in decisions), link.link_id)
        known = _as_known(unit, caller, link)
        candidate = unit.searches.candidate(link.candidate_id)
        history = LinkHistory(
            search=search,
            probe_commitment=search.probe_commitment,
            decisions=decisions,
            link=known,
            event_numbers=tuple((ref, _number(unit, ref)) for ref in told),
            record_version=candidate.record_version if candidate and known.record_id else None,
        )
    disclose(services, caller, (link,))
    return history


def exported_history(services: StoreServices, caller: Caller, link_id: LinkId) -> LinkHistory:
    """Return the history of a link to be handed out.

    Raises NotPermittedError, NotFoundError, AwaitsWitnessError.
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        demand_witnessed(services, unit, visible_link(services, unit, caller, link_id))
    return link_history(services, caller, link_id)


def _decisions(unit: UnitOfWork, link: Link) -> tuple[Decision, ...]:
    case = existing(unit.cases.get(link.case_id))
    return tuple(d for d in case.decisions if d.decision_id in link.decision_ids)


def _number(unit: UnitOfWork, ref: str) -> int:
    """Return the number of the first event about this id: the one that made it."""
    return unit.events.about(ref)[0].seq


def _as_known(unit: UnitOfWork, caller: Caller, link: Link) -> Link:
    if caller.actor.role is not Role.FORCE or link.record_id is None:
        return link
    record = unit.people.record(link.record_id)
    is_own = record is not None and record.force == caller.actor.force
    return link if is_own else replace(link, record_id=None)
