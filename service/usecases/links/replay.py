"""Replay: computing a search again from the stored data: candidates, scores, evidence.

All inputs of a search are in the store: the probe, the templates of the whole gallery as it was,
the version of each record, the model and its thresholds, and the size of the gallery. The present
index and model are not used, unless the caller asks for the look-up to use the index.
"""

from dataclasses import dataclass, replace

from domain.access.access import Caller, Role, Scope
from domain.errors import ModelError
from domain.events.links import LinkReplayed
from domain.examination.cases import Link
from domain.ids import LinkId
from domain.prints.prints import Fingers
from domain.searches.evidence import Evidence
from domain.searches.searches import Basis, Probe
from matching.scorer import Scorer
from prints.print_format import PrintFormat
from service.ports.gallery import ModelShelf
from service.usecases.links import past_search
from service.usecases.links.links import visible_link
from service.usecases.links.past_look_up import LookUp, repeat_look_up
from service.usecases.links.replay_differences import (
    ReplayVerdict,
    first_difference,
    order_difference,
    verdict_on,
)
from service.usecases.log.recording import record
from service.usecases.searches.by_minutiae import coded_arithmetic, ordered_arithmetic
from service.usecases.searches.in_depth import WHITENED, in_depth_arithmetics
from service.usecases.searches.recorded import Recorded, recorded_of
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay, with the first difference in words; empty if there is none."""

    link_id: LinkId
    verdict: ReplayVerdict
    """The verdict on scores and evidence. It is also `different` if the look-up is different."""
    difference: str
    """The first thing that differs; empty if the caller is a force."""
    candidates: int
    """The number of candidates computed again."""
    fingers: Fingers | None = None
    """The fingers that the link names. Examiners compared them; this is not computed again."""
    look_up: LookUp | None = None
    """The look-up in the gallery as it was; None if the look-up was not repeated."""


def replay_link(
    services: StoreServices,
    models: ModelShelf,
    caller: Caller,
    link_id: LinkId,
    *,
    way: past_search.LookUpWay | None = None,
    advance: past_search.Advance = lambda _: None,
) -> Replay:
    """Replay the search that a link came from, including its look-up, and log this.

    The look-up is repeated only if scores and evidence are as recorded. It reads all captures
    unless `way` gives another way to read them, and calls `advance` after each step.

    A force is told only the verdict, because a difference may reveal scores. For a force only the
    scores are replayed, so that a force's request does not read everybody's prints. Raises
    NotPermittedError, NotFoundError, ModelError (a stored model is damaged), and any error that
    `way` raises.
    """
    link, recorded = _recorded(services, caller, link_id)
    found = _on_scores(services, models, link, recorded)
    if caller.actor.role is not Role.FORCE and found.verdict in _COMPUTED:
        look_up = looked_up(services, models, recorded, advance, way=way)
        found = replace(found, look_up=look_up)
        if look_up.verdict is ReplayVerdict.DIFFERENT:
            found = replace(found, verdict=look_up.verdict, difference=look_up.difference)
    return _told(services, caller, link, found)


def replay_scores(
    services: StoreServices, models: ModelShelf, caller: Caller, link_id: LinkId
) -> Replay:
    """Replay scores and evidence of the recorded candidates: `replay_link` without its look-up."""
    link, recorded = _recorded(services, caller, link_id)
    return _told(services, caller, link, _on_scores(services, models, link, recorded))


_COMPUTED = frozenset({ReplayVerdict.EXACT, ReplayVerdict.WITHIN_TOLERANCE})


def _recorded(services: StoreServices, caller: Caller, link_id: LinkId) -> tuple[Link, Recorded]:
    with services.reading(caller, Scope.READ_LINKS) as unit:
        link = visible_link(services, unit, caller, link_id)
        return link, recorded_of(unit, link)


def _on_scores(
    services: StoreServices, models: ModelShelf, link: Link, recorded: Recorded
) -> Replay:
    verdict, difference = compared(services.print_format, models, recorded)
    return Replay(
        link.link_id, verdict, difference, len(recorded.candidates), fingers=link.fingers
    )


def looked_up(
    services: StoreServices,
    models: ModelShelf,
    recorded: Recorded,
    advance: past_search.Advance,
    *,
    way: past_search.LookUpWay | None = None,
) -> LookUp:
    """Repeat the look-up of a search whose evidence has already been computed again.

    All captures are read, unless another way is given. Raises ModelError if the search's model is
    not in the store.
    """
    scorer = models.scorer(recorded.search.basis.model_digest)
    if scorer is None or recorded.probe is None:
        raise ModelError("The model of this search is missing from the store: restore it.")
    past = past_search.PastSearch(
        services.units, services.print_format, scorer, recorded, recorded.probe
    )
    return repeat_look_up(past, way or past_search.EverybodyRead(), advance)


def _told(services: StoreServices, caller: Caller, link: Link, found: Replay) -> Replay:
    """Log a replay and return the caller's view of it."""
    look_up = found.look_up
    event = LinkReplayed(
        link.link_id,
        link.search_id,
        verdict=found.verdict,
        look_up=look_up.verdict if look_up else None,
        captures=look_up.captures if look_up else None,
        look_up_by=look_up.source
        if look_up and look_up.source is past_search.Source.INDEX
        else None,
    )
    with services.units.begin() as unit:
        record(services, unit, caller, event, link)
    return replace(found, difference="") if caller.actor.role is Role.FORCE else found


def compared(
    fmt: PrintFormat, models: ModelShelf, recorded: Recorded
) -> tuple[ReplayVerdict, str]:
    """Compute everything again. Return the verdict, and the first difference in words."""
    if recorded.erased or recorded.probe is None:
        return ReplayVerdict.NOT_POSSIBLE, recorded.erased
    scorer = models.scorer(recorded.search.basis.model_digest)
    if scorer is None:
        return ReplayVerdict.DIFFERENT, "model: the model of the search is not stored here"
    unlike = _unlike_the_log(recorded) or _unlike_the_rules(fmt, recorded.search.basis, scorer)
    if unlike:
        return ReplayVerdict.DIFFERENT, unlike
    again = _again(fmt, scorer, recorded, recorded.probe)
    return verdict_on(
        first_difference(recorded.candidates, again) or order_difference(recorded.examinations)
    )


def _again(
    fmt: PrintFormat, scorer: Scorer, recorded: Recorded, probe: Probe
) -> tuple[Evidence, ...]:
    """Compute the evidence on the recorded candidates again, in their recorded order."""
    row_of = {encounter: row for row, encounter in recorded.held.encounter_ids.items()}
    rows = [row_of[c.encounter_id] for c in recorded.candidates if c.encounter_id]
    beside = past_search.Beside(recorded.held, rows, recorded.details)
    return past_search.evidence_again(fmt, scorer, recorded, probe, beside)


def _unlike_the_rules(fmt: PrintFormat, basis: Basis, scorer: Scorer) -> str:
    in_depth = [*in_depth_arithmetics(fmt)]
    in_order = (ordered_arithmetic(fmt), coded_arithmetic(fmt))
    known = [fmt.comparison.arithmetic, *in_order, *in_depth]
    if basis.arithmetic not in (*known, *(one + WHITENED for one in in_depth)):
        return "arithmetic: the search was computed under another rule"
    if basis.thresholds != scorer.configuration_digest:
        return "thresholds: the search's thresholds are not those of the stored model"
    return ""


def _unlike_the_log(recorded: Recorded) -> str:
    """Name the first fact on which the stored search and the log disagree."""
    basis, stated = recorded.search.basis, recorded.stated
    for name in _STATED:
        if getattr(stated, name, None) != getattr(basis, name):
            return f"{name}: the stored search differs from its event in the log"
    strangers = None if recorded.probe is None else recorded.probe.strangers
    if (
        stated is not None
        and strangers is not None
        and stated.law not in (None, strangers.standing)
    ):
        return "law: prints were weighed in a different way from the event in the log"
    if stated is None or stated.candidates != len(recorded.candidates):
        return "candidates: their number in the store differs from the event in the log"
    if recorded.linked not in {candidate.candidate_id for candidate in recorded.candidates}:
        return "candidates: the linked candidate is not among them"
    return ""


_STATED = (
    "model_digest",
    "index_generation",
    "index_digest",
    "configuration_digest",
    "index_cursor",
    "gallery_size",
    "thresholds",
    "arithmetic",
)
"""The facts about a search's basis that its event states, with the same names."""
