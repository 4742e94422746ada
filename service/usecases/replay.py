"""Replay: the scores and the evidence of a search computed again from what was recorded.

What a search was computed from is all in the store: the probe, the templates of its candidates,
the version of each record, the model and its thresholds, the size of the gallery. Neither the
index nor the model of today has a part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.access import Caller, Role, Scope
from domain.cases import Link
from domain.errors import NotFoundError
from domain.events import EventType
from domain.evidence import Evidence
from domain.ids import LinkId
from domain.people import Details
from domain.searches import Basis, Candidate, Probe, Search
from matching.scorer import Scorer
from service.ports.cases import Examination
from service.ports.encounters import HeldTemplates
from service.ports.models import ModelShelf
from service.ports.unit_of_work import UnitOfWork
from service.provenance.canonical import read_event
from service.usecases.comparing import ARITHMETIC, compare
from service.usecases.links import visible_link
from service.usecases.recording import record
from service.usecases.replay_differences import Difference, first_difference, order_difference
from service.usecases.services import StoreServices


class Verdict(StrEnum):
    """What a replay came to."""

    EXACT = "exact"
    WITHIN_TOLERANCE = "within tolerance"
    DIFFERENT = "different"
    NOT_POSSIBLE = "not possible (erased)"


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer, and the first difference in words; empty when there is none."""

    link_id: LinkId
    verdict: Verdict
    difference: str
    candidates: int
    """How many candidates were computed again."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Everything that was recorded of a search, or what of it is gone."""

    search: Search
    probe: Probe | None
    candidates: tuple[Candidate, ...]
    details: tuple[Details | None, ...]
    held: HeldTemplates
    examinations: tuple[Examination, ...]
    stated: dict[str, str | int]
    """The facts of its event in the log."""
    erased: str
    """What was erased, in words; empty when all is there."""


def replay_link(
    services: StoreServices, models: ModelShelf, caller: Caller, link_id: LinkId
) -> Replay:
    """Replay the search that a link came from, and put on record that it was done.

    A force is told the verdict alone: a difference may name figures. Raises NotPermittedError,
    NotFoundError, ModelError (a kept model is damaged).
    """
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        link = visible_link(unit, caller, link_id)
        recorded = recorded_of(unit, link)
    found = compared(models, recorded)
    with services.units.write() as unit:
        record(
            unit,
            services.surroundings,
            caller,
            EventType.LINK_REPLAYED,
            about=(link_id, link.search_id),
            force=link.force,
            case_id=link.case_id,
            facts=(("verdict", found[0]),),
        )
        unit.commit()
    told = "" if caller.actor.role is Role.FORCE else found[1]
    return Replay(link_id, found[0], told, len(recorded.candidates))


def recorded_of(unit: UnitOfWork, link: Link) -> Recorded:
    """Return what was recorded of the search behind a link; raises NotFoundError."""
    search = unit.searches.get(link.search_id)
    if search is None:
        raise NotFoundError
    candidates = unit.searches.candidates(search.search_id)
    probe = unit.searches.probe(search.search_id)
    held = unit.encounters.templates_by_id([c.encounter_id for c in candidates if c.encounter_id])
    details = tuple(_details(unit, candidate) for candidate in candidates)
    case = unit.cases.get(link.case_id)
    seen = (
        unit.cases.examination(link.case_id, d.decided_by)
        for d in (case.decisions if case else ())
    )
    events = (read_event(entry.body) for entry in unit.log.about(search.search_id))
    facts = next((e.facts for e in events if e.event_type is EventType.SEARCHED), ())
    return Recorded(
        search=search,
        probe=probe,
        candidates=candidates,
        details=details,
        held=held,
        examinations=tuple(one for one in seen if one is not None),
        stated=dict(facts),
        erased=_erased(probe, candidates, details, held),
    )


def _details(unit: UnitOfWork, candidate: Candidate) -> Details | None:
    """Return the details that were weighed, in the version that was live then."""
    if candidate.record_id is None or candidate.record_version is None:
        return None
    found = unit.people.record_version(candidate.record_id, candidate.record_version)
    return None if found is None else found.details


def _erased(
    probe: Probe | None,
    candidates: tuple[Candidate, ...],
    details: tuple[Details | None, ...],
    held: HeldTemplates,
) -> str:
    if probe is None:
        return "the probe was erased"
    known = set(held.encounter_ids.values())
    for candidate, said in zip(candidates, details, strict=True):
        is_gone = (
            not candidate.evidence.rows
            or candidate.encounter_id not in known
            or (candidate.record_id is not None and said is None)
        )
        if is_gone:
            return f"what is needed of the candidate at rank {candidate.rank} was erased"
    return ""


def compared(models: ModelShelf, recorded: Recorded) -> tuple[Verdict, str]:
    """Compute everything again; return the verdict and the first difference in words."""
    if recorded.erased or recorded.probe is None:
        return Verdict.NOT_POSSIBLE, recorded.erased
    scorer = models.scorer(recorded.search.basis.model_digest)
    if scorer is None:
        return Verdict.DIFFERENT, "model: the model it was computed with is not kept here"
    unlike = _unlike_the_log(recorded) or _unlike_the_rules(recorded.search.basis, scorer)
    if unlike:
        return Verdict.DIFFERENT, unlike
    again = _again(scorer, recorded, recorded.probe)
    return _verdict(
        first_difference(recorded.candidates, again) or order_difference(recorded.examinations)
    )


def _verdict(difference: Difference | None) -> tuple[Verdict, str]:
    if difference is None:
        return Verdict.EXACT, ""
    if difference.is_rounding:
        return Verdict.WITHIN_TOLERANCE, difference.words
    return Verdict.DIFFERENT, difference.words


def _again(scorer: Scorer, recorded: Recorded, probe: Probe) -> tuple[Evidence, ...]:
    """Compute the evidence on the recorded candidates, in their recorded order."""
    row_of = {encounter: row for row, encounter in recorded.held.encounter_ids.items()}
    rows = [row_of[c.encounter_id] for c in recorded.candidates if c.encounter_id]
    comparisons = compare(recorded.search.search_type, probe, recorded.held, rows)
    scored = scorer.score_prints(
        probe,
        comparisons,
        recorded.details,
        gallery_size=recorded.search.basis.gallery_size,
    )
    return tuple(scored)


def _unlike_the_rules(basis: Basis, scorer: Scorer) -> str:
    if basis.arithmetic != ARITHMETIC:
        return "arithmetic: it was computed under another rule"
    if basis.thresholds != scorer.configuration_digest:
        return "thresholds: they are not the ones of the model that is kept"
    return ""


def _unlike_the_log(recorded: Recorded) -> str:
    """Name the first fact in which the stored basis is not what the log says of the search."""
    basis = recorded.search.basis
    for name in (
        "model_digest",
        "index_generation",
        "index_digest",
        "configuration_digest",
        "index_cursor",
        "gallery_size",
        "thresholds",
        "arithmetic",
    ):
        if recorded.stated.get(name) != getattr(basis, name):
            return f"{name}: the stored search says something else than its event in the log"
    if recorded.stated.get("candidates") != len(recorded.candidates):
        return "candidates: the store holds another number than the event in the log says"
    return ""
