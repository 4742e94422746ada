"""Labelled pairs of the office's own decided cases: the sealed decisions are the labels.

A label is a finding of people, not the truth, and the pairs are a selection: the sentences of
`effects` say how, and a model's card repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.cases import Case, CaseState, DecisionKind, Outcome
from domain.ids import CandidateId
from domain.people import Details
from domain.prints import Impression
from domain.searches import Candidate, Probe, SearchOutcome
from matching.own.own_data import LabelledPair, Side
from service.storage.unit_of_work import UnitOfWork
from service.usecases.models.comparing import details_then
from service.usecases.services import StoreServices

_MOST_CASES = 50_000
_SOURCE = "decided cases"


@dataclass(frozen=True, slots=True, eq=False)
class DecidedPairs:
    """The pairs, how many cases gave some, and the effects of their selection."""

    pairs: tuple[LabelledPair, ...]
    cases: int
    effects: tuple[str, ...]


def decided_pairs(services: StoreServices, caller: Caller) -> DecidedPairs:
    """Return the pairs that the examiners of a case agreed on.

    One person: those whose decisions made the link identified the candidate. Different people:
    every examiner excluded the candidate. Anything else is left out and counted. Raises
    NotPermittedError.
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.read() as unit:
        cases = [
            case
            for state in (CaseState.LINKED, CaseState.NOT_LINKED)
            for case in unit.cases.in_state(state, limit=_MOST_CASES)
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
        "Pairs of decided cases were proposed by the model in force: people whom it did not put "
        "before examiners are missing, so mates look more alike than they are.",
        "Other people among these pairs are those that the model found most alike: they are no "
        "sample of strangers, and strangers are counted over all captures instead.",
        f"Labels are sealed decisions, not truth: {mated} identifications and"
        f" {len(pairs) - mated} exclusions that every examiner made. {left_out} decided cases gave"
        " none: inconclusive, insufficient, differing or erased.",
        "An examiner's error is learnt as if it were true; control items, not these figures, tell"
        " how often examiners err.",
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
                _asked(asked, probe),
                held,
            )


def _findings(unit: UnitOfWork, case: Case) -> tuple[CandidateId | None, set[CandidateId]]:
    """Return the candidate identified, and those that every examiner excluded."""
    examined = [one for one in case.decisions if one.kind is DecisionKind.EXAMINATION]
    link_id = unit.queue.link_of_case(case.case_id)
    link = unit.links.get(link_id) if link_id else None
    excluded = [
        {
            one.candidate_id
            for one in unit.cases.comparisons(case.case_id, decision.decided_by)
            if one.outcome is Outcome.EXCLUDED
        }
        for decision in examined
    ]
    everywhere = set.intersection(*excluded) if len(excluded) > 1 else set()
    return (link.candidate_id if link else None), everywhere


def _asked(person: str, probe: Probe) -> Side:
    return Side(person, probe.details, probe.impressions)


def _held(unit: UnitOfWork, candidate: Candidate) -> Side | None:
    encounter = (
        None if candidate.encounter_id is None else unit.encounters.get(candidate.encounter_id)
    )
    details = details_then(unit, candidate) or Details()
    impressions: tuple[Impression, ...] = () if encounter is None else encounter.impressions
    if not impressions and details.is_empty:
        return None
    return Side(str(candidate.person_id), details, impressions)
