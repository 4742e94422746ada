"""The office's own decided cases: labelled pairs, each search's most similar stranger, and an
audit of how many proposals examiners exclude.

A label is a finding by people, not the truth, and the pairs are a selection. The sentences in
`effects` describe this selection, and a model's card repeats them. The audit counts a search once
it ended without an identification: at once if no case was opened, else when its case is closed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.access.access import Caller, Scope
from domain.events.catalogue import LoggedEvent
from domain.events.links import Linked, NotLinked
from domain.events.searches import Searched
from domain.examination.cases import Case, CaseState, DecisionKind, Outcome
from domain.ids import CandidateId, SearchId
from domain.people.people import Details
from domain.prints.prints import Impression
from domain.searches.evidence import Band
from domain.searches.models import ALL, Kind, LawState, RehearsalSource, Source, kind_of
from domain.searches.searches import Candidate, SearchOutcome, SearchType
from matching.experience import needed, steps_of
from matching.own.own_data import LabelledPair, Side
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.watch.seconds import bound_of, ratios
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import SERVICE
from service.usecases.models.counting import Met, refresh, store_counted
from service.usecases.models.watching import PROPOSALS, change_state, watch_seconds
from service.usecases.searches.looking_up import compare
from service.usecases.searches.recorded import Recorded, details_then, recorded_of
from service.usecases.services import Services, StoreServices

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
    now = services.now()
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


_MOST_CASES = 50_000
_SOURCE = "decided cases"


@dataclass(frozen=True, slots=True, eq=False)
class DecidedPairs:
    """The decided pairs, the number of cases with at least one, and how selection affects them."""

    pairs: tuple[LabelledPair, ...]
    cases: int
    effects: tuple[str, ...]


def decided_pairs(services: StoreServices, caller: Caller) -> DecidedPairs:
    """Return the pairs on which the examiners of a case agreed.

    A pair is of one person if the decisions that made the link identified the candidate, and of
    different people if every examiner excluded the candidate. All other cases are left out and
    counted. Raises NotPermittedError.
    """
    with services.reading(caller, Scope.OPERATE) as unit:
        cases = [
            case
            for state in (CaseState.LINKED, CaseState.NOT_LINKED)
            for case in unit.cases.in_state(state, limit=_MOST_CASES).items
        ]
        found = [tuple(_pairs(unit, case)) for case in cases]
    pairs = tuple(pair for some in found for pair in some)
    used = sum(bool(some) for some in found)
    return DecidedPairs(pairs, used, _effects(pairs, left_out=len(cases) - used))


def _effects(pairs: tuple[LabelledPair, ...], *, left_out: int) -> tuple[str, ...]:
    if not pairs:
        return ()
    mated = sum(pair.is_mated for pair in pairs)
    return (
        "The model in use proposed the pairs of the decided cases. People whom it did not "
        "propose to examiners are missing, so mates look more alike than they are.",
        "The different people in these pairs are those that the model found most alike. They "
        "are not a random sample, so different people are counted over all captures instead.",
        f"Labels are sealed decisions, not truth: {mated} identifications and "
        f"{len(pairs) - mated} exclusions that every examiner made. {left_out} decided cases "
        "gave no label: inconclusive, insufficient, differing or erased.",
        "The model learns an examiner's error as if it were true. Control items, not these "
        "figures, show how often examiners make errors.",
    )


def _pairs(unit: UnitOfWork, case: Case) -> Iterator[LabelledPair]:
    search = unit.searches.get(case.search_id)
    probe = unit.searches.probe(case.search_id)
    if search is None or probe is None or not probe.impressions:
        return
    if case.state is CaseState.LINKED and search.outcome is not SearchOutcome.LINKED:
        return  # revoked
    identified, excluded = _findings(unit, case)
    wanted = {identified, *excluded} - {None}
    candidates = [
        one
        for one in unit.searches.candidates(case.search_id)
        if one.candidate_id in wanted and one.evidence.rows
    ]
    same = next((one for one in candidates if one.candidate_id == identified), None)
    if identified is not None and same is None:
        return
    asked = f"search {search.search_id}" if same is None else str(same.person_id)
    for candidate in candidates:
        held = _held(unit, candidate)
        if held is not None and (candidate is same or str(candidate.person_id) != asked):
            yield LabelledPair(
                candidate is same,
                f"{search.submitted_at:%Y-%m}",
                f"force {search.force}",
                _SOURCE,
                Side(asked, probe.details, probe.impressions),
                held,
            )


def _findings(unit: UnitOfWork, case: Case) -> tuple[CandidateId | None, set[CandidateId]]:
    """Return the candidate who was identified, and those whom every examiner excluded."""
    link_id = unit.queue.link_of_case(case.case_id)
    link = unit.links.get(link_id) if link_id else None
    return (link.candidate_id if link else None), excluded_by_all(unit, case)


def _held(unit: UnitOfWork, candidate: Candidate) -> Side | None:
    encounter = (
        None if candidate.encounter_id is None else unit.encounters.get(candidate.encounter_id)
    )
    details = details_then(unit, candidate) or Details()
    impressions: tuple[Impression, ...] = () if encounter is None else encounter.impressions
    if not impressions and details.is_empty:
        return None
    return Side(str(candidate.person_id), details, impressions)


# The log is followed like a feed, outside any request. Marks can only be counted in this way,
# because exemplars cannot replace them in a rehearsal. Other searches are counted in addition to
# rehearsals, because live captures may differ from enrolled ones.


FOLLOWER = "decided-seconds"
"""The name under which the position reached in the log is kept between runs."""

_EVENTS_AT_ONCE = 2_000
_SECONDS_COMPARED = 8
"""Candidates are in order of bits, which include details. The most similar one is among this
many."""


def count_seconds(services: Services, caller: Caller) -> int:
    """Count the strangers of the links among up to 2,000 events, and audit the proposals of
    searches that ended without a link; return how many events.

    A search is left out if its link was revoked, if the linked person was not its first candidate,
    or if it is erased.
    """
    with services.units.read() as unit:
        start = unit.jobs.followed_to(FOLLOWER)
        entries = unit.events.entries(start=start, limit=_EVENTS_AT_ONCE)
        linked = [one for one in entries if one.event_type == Linked.event_type]
        met = [one for entry in linked if (one := _second(services, unit, entry)) is not None]
        ended = tuple(ended_without_link(unit, entries))
    if not entries:
        return 0
    with services.units.begin() as unit:
        if unit.jobs.followed_to(FOLLOWER) != start:
            return 0  # another process counted them meanwhile
        if met:
            origin = (RehearsalSource.LIVE, services.gallery.index.digest)
            store_counted(services, unit, caller, origin, met)
            watch_seconds(services, unit, [(one.kind, one.step) for one in met])
        audit_proposals(services, unit, ended)
        unit.jobs.follow_to(FOLLOWER, entries[-1].seq + 1)
    refresh(services)
    return len(entries)


def _second(services: Services, unit: UnitOfWork, entry: LoggedEvent) -> Met | None:
    link = unit.links.get(read_event(entry.body).typed_as(Linked).link_id)
    if link is None or link.revoked_at is not None:
        return None
    recorded = recorded_of(unit, link)
    leader = recorded.candidates[0] if recorded.candidates else None
    if recorded.erased or leader is None or leader.candidate_id != recorded.linked:
        return None
    return _met(services, recorded)


def _met(services: Services, recorded: Recorded) -> Met | None:
    """Return how similar to the probe the most similar of the other candidates is."""
    kind, probe = recorded.search.search_type, recorded.probe
    row_of = {encounter: row for row, encounter in recorded.held.encounter_ids.items()}
    others = recorded.candidates[1 : 1 + _SECONDS_COMPARED]
    rows = [row_of[one.encounter_id] for one in others if one.encounter_id in row_of]
    if probe is None or not rows:
        return None
    compared = compare(services.print_format, kind, probe, recorded.held, rows)
    alike = services.scorer.alikeness(
        probe.strangers, compared, is_mark=kind is not SearchType.TP_TP
    )
    if alike is None or not np.isfinite(alike.max()):
        return None
    of = services.experience.of(kind, probe).kind
    return Met(Kind(of), int(steps_of(alike.max(keepdims=True))[0]), None)
