"""The audit of proposals: how many of them do examiners exclude?

It follows the log with the count of second candidates. A search counts once it is known to have
ended without an identification: at once if no case was opened, otherwise when its case is closed.
"""

from collections.abc import Iterator, Sequence

from domain.events.links import NotLinked
from domain.events.logged import LoggedEvent
from domain.events.searches import Searched
from domain.examination.cases import Case, DecisionKind, Outcome
from domain.ids import CandidateId, SearchId
from domain.searches.evidence import Band
from domain.searches.experience import Kind, kind_of
from domain.searches.models import ALL, LawState, Source
from domain.searches.searches import SearchType
from matching.experience import needed
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.watch.audit import bound_of, ratios
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.models.watching import PROPOSALS, change_state
from service.usecases.searches.basis_changes import SERVICE
from service.usecases.services import Services

_READ = frozenset({Searched.event_type, NotLinked.event_type})
Audited = tuple[Kind, bool]
"""The kind of a search without an identification, and whether a proposal was excluded."""


def ended_without_link(unit: UnitOfWork, entries: Sequence[LoggedEvent]) -> Iterator[Audited]:
    """Yield the searches that these events show to have ended without an identification."""
    for entry in entries:
        if entry.event_type == Searched.event_type:
            stated = read_event(entry.body).typed_as(Searched)
            kind = _kind(stated.search_type, stated.fingers or 0)
            if kind is not None and unit.cases.of_search(stated.search_id) is None:
                yield kind, False
        elif entry.event_type == NotLinked.event_type:
            found = _closed(unit, read_event(entry.body).typed_as(NotLinked).search_id)
            if found is not None:
                yield found


def _kind(search_type: SearchType, fingers: int) -> Kind | None:
    """Return the kind of a search whose proposals follow from a rate; None for all others."""
    if search_type is SearchType.LT_TP:
        return Kind.MARK
    return kind_of((), fingers) if search_type is SearchType.TP_TP and fingers else None


def _closed(unit: UnitOfWork, search_id: SearchId) -> Audited | None:
    search, probe = unit.searches.get(search_id), unit.searches.probe(search_id)
    case = unit.cases.of_search(search_id)
    if search is None or probe is None or case is None:
        return None
    kind = _kind(search.search_type, len(probe.impressions))
    excluded = excluded_by_all(unit, case)
    proposed = {
        one.candidate_id
        for one in unit.searches.candidates(search_id)
        if one.evidence.band is Band.PROPOSED
    }
    return None if kind is None else (kind, bool(proposed & excluded))


def excluded_by_all(unit: UnitOfWork, case: Case) -> set[CandidateId]:
    """Return the candidates that two or more examiners compared and all of them excluded."""
    excluded = [
        {
            one.candidate_id
            for one in unit.cases.comparisons(case.case_id, decision.decided_by)
            if one.outcome is Outcome.EXCLUDED
        }
        for decision in case.decisions
        if decision.kind is DecisionKind.EXAMINATION
    ]
    return set.intersection(*excluded) if len(excluded) > 1 else set()


def audit_proposals(services: Services, unit: UnitOfWork, seen: Sequence[Audited]) -> None:
    """Add up the evidence against the error rate of proposals; raise an alarm if there is enough.

    After an alarm no candidate of this kind is proposed, in any process, until a person resets the
    audit (`LiveExperience.withheld`).
    """
    now = services.surroundings.clock()
    for kind in sorted({kind for kind, _ in seen}):
        mode = Mode.MARK if kind is Kind.MARK else Mode.TENPRINT
        if services.experience.met[kind].searches < needed(PROPOSED_FPIR[mode]):
            continue  # nobody is proposed yet
        source = Source(ALL, PROPOSALS + kind, services.scorer.digest)
        whole = unit.law.martingale(source)
        for is_excluded in (excluded for of, excluded in seen if of is kind):
            whole = whole.times(ratios(bound_of(mode), is_excluded=is_excluded))
        unit.law.keep_martingale(source, whole, now)
        if whole.is_alarm and unit.law.state(source) is not LawState.MOVED:
            change_state(services, unit, SERVICE, (source, LawState.MOVED, whole))
