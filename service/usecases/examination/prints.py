"""Prints that a person may view, reached only through that person's own work.

An examiner can reach the probe of a case they hold or have decided, and the exemplars they have
been shown, by the examiner's own labels. A supervisor can reach the prints of a difference of
opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.access.access import Caller, Role, Scope
from domain.errors import NotFoundError, StepOutOfOrderError
from domain.events.examination import ExemplarShown, PrintShown
from domain.events.looking import LookKind
from domain.examination.cases import Case, CaseState, PointPair
from domain.examination.finding_policy import ShownAs, ShownPrint
from domain.examination.markups import NOMINAL_PPI, FingerMarkup
from domain.ids import CandidateId, CaseId, EncounterId, SearchId, ShownPrintId, UserId
from domain.list_pages import EventFilter
from domain.plain_values import made_from
from domain.prints.prints import FingerPair, FingerPosition, Impression, comparable
from prints.blank_paper import is_blank
from service.ports.print_images import (
    OfEncounter,
    OfSearch,
    PrintImage,
    PrintOrigin,
    kept_pixels,
    picture_facts,
)
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import PROBE_LABEL, work_of
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices
from service.usecases.workbench import Workbench

_LOOKED_THROUGH = 200
"""How many of the newest events for shown exemplars are searched for the present exemplar."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The size, resolution (pixels per inch) and picture of a print, as far as they are known."""

    ppi: int = NOMINAL_PPI
    width_px: int | None = None
    height_px: int | None = None
    picture: bytes | None = field(default=None, repr=False)

    def blank_at(self, places: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """Return the numbers, from 1, of the places where the picture is blank paper.

        None are blank without a picture: minutiae alone do not tell where ridges end.
        """
        grey = kept_pixels(self.picture) if self.picture else None
        if grey is None:
            return ()
        return tuple(
            number
            for number, (x_px, y_px) in enumerate(places, 1)
            if is_blank(grey, x_px, y_px, ppi=self.ppi)
        )

    def holds(self, x_px: int, y_px: int) -> bool:
        """Whether a point is within the print. True if the size is not known."""
        sides = ((x_px, self.width_px), (y_px, self.height_px))
        return all(side_px is None or at_px < side_px for at_px, side_px in sides)


Scales = Mapping[FingerPosition, tuple[Scale, Scale]]
"""The scales of the probe's print and the exemplar's print, by the finger compared."""


@dataclass(frozen=True, slots=True)
class PrintWanted:
    """A print of the probe or of an exemplar, by its place in the capture."""

    case_id: CaseId
    label: str
    index: int
    """The impression's place in the capture, counted from 0, since a mark's finger may be
    unknown."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A print that is about to be shown."""

    label: str
    position: FingerPosition
    content: ShownAs


def put_on_record(services: StoreServices, caller: Caller, case: Case, showing: Showing) -> None:
    """Record, with an event, that the caller was shown a print of a case.

    Only the first time is recorded, and nothing after the caller has decided.
    """
    me = caller.actor.user_id
    shown = made_from(
        ShownPrint,
        showing,
        print_id=ShownPrintId(services.new_id()),
        case_id=case.case_id,
        viewer=me,
        shown_at=services.now(),
    )
    with services.units.read() as unit:
        known = unit.findings.shown_to(case.case_id, me)
    if any(one.is_again(shown) for one in known):
        return
    with services.units.begin() as unit:
        if unit.findings.show(shown):
            told = PrintShown(
                shown.print_id, case.case_id, shown.label, int(shown.position), shown.content
            )
            record(services, unit, caller, told, case)


def print_image(
    bench: Workbench, caller: Caller, wanted: PrintWanted, part: ShownAs
) -> PrintImage:
    """Return the picture of a print that the caller may view, to show the wanted part.

    The showing is recorded, because findings are based on it. Raises NotFoundError in all other
    cases, whether or not the print exists.
    """
    source = _source(bench, caller, wanted)
    image = _found(bench, source)
    content = part if _holds(image, part) else ShownAs.NOTHING
    showing = Showing(wanted.label, source.impression.position, content)
    of = source.encounter_id or source.case.search_id
    look(bench.services, caller, LookKind.PRINT, (wanted.case_id, of), source.case)
    if not source.case.is_decided_by(caller.actor.user_id):
        put_on_record(bench.services, caller, source.case, showing)
    return image


def prepare_print(bench: Workbench, caller: Caller, wanted: PrintWanted) -> None:
    """Have a print drawn before it is requested. Raises NotFoundError as `print_image` does."""
    _found(bench, _source(bench, caller, wanted))


def _found(bench: Workbench, source: _Source) -> PrintImage:
    of = source.encounter_id
    capture = OfSearch(source.case.search_id) if of is None else OfEncounter(of)
    image = bench.prints.of(capture, source.impression)
    if image is None:
        raise NotFoundError
    return image


def _holds(image: PrintImage, part: ShownAs) -> bool:
    if part is ShownAs.MINUTIAE:
        return bool(image.minutiae)
    return image.origin is not PrintOrigin.NONE


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    case: Case
    encounter_id: EncounterId | None
    """None if the print belongs to the probe."""
    impression: Impression


def _source(bench: Workbench, caller: Caller, wanted: PrintWanted) -> _Source:
    with bench.services.units.read() as unit:
        case = unit.cases.get(wanted.case_id)
        if case is None or not _may_look(caller, case):
            raise NotFoundError
        if wanted.label == PROBE_LABEL:
            probe = unit.searches.probe(case.search_id)
            return _Source(case, None, _at(probe.impressions if probe else (), wanted.index))
        encounter_id = _encounter_of(unit, _candidate_of(unit, caller, case, wanted.label))
        impressions = exemplar_impressions(unit, case.search_id, encounter_id)
        return _Source(case, encounter_id, _at(impressions, wanted.index))


def exemplar_impressions(
    unit: UnitOfWork, search_id: SearchId, encounter_id: EncounterId | None
) -> tuple[Impression, ...]:
    """Return the prints of an exemplar that are compared with a probe; none once erased.

    People can view only these prints of an exemplar, by their place among them.
    """
    encounter = unit.encounters.get(encounter_id) if encounter_id else None
    if encounter is None:
        return ()
    # Once the probe is erased, an examiner who compared the two can still view the exemplar.
    probe = unit.searches.probe(search_id)
    return comparable(probe.impressions, encounter.impressions) if probe else encounter.impressions


def exemplar_of(
    unit: UnitOfWork, search_id: SearchId, candidate_id: CandidateId
) -> tuple[Impression, ...]:
    """Return the same for a candidate of a search."""
    candidate = unit.searches.candidate(candidate_id)
    return exemplar_impressions(unit, search_id, candidate.encounter_id if candidate else None)


def _may_look(caller: Caller, case: Case) -> bool:
    if caller.actor.role is Role.SUPERVISOR:
        return Scope.RESOLVE in caller.actor.scopes and case.state is CaseState.DIFFERING
    me = caller.actor.user_id
    return Scope.EXAMINE in caller.actor.scopes and (
        case.claimed_by == me or case.is_decided_by(me)
    )


def _candidate_of(unit: UnitOfWork, caller: Caller, case: Case, label: str) -> CandidateId:
    if caller.actor.role is Role.SUPERVISOR:
        found = differing_labels(case).get(label)
    else:
        found = _shown(unit, case, caller.actor.user_id, label)
    if found is None:
        raise NotFoundError
    return found


def _shown(unit: UnitOfWork, case: Case, me: UserId, label: str) -> CandidateId | None:
    """Return an exemplar that this examiner has been shown: a sealed one or the present one."""
    work = work_of(unit, case.case_id, me)
    sealed = {c.label: c.candidate_id for c in work.comparisons}
    # After the decision, no further exemplar is shown.
    if label in sealed or case.is_decided_by(me):
        return sealed.get(label)
    try:
        current = work.current_exemplar()
    except StepOutOfOrderError:
        return None
    is_shown = current is not None and current[0] == label and _is_recorded(unit, case, me, label)
    return current[1] if current is not None and is_shown else None


def _is_recorded(unit: UnitOfWork, case: Case, me: UserId, label: str) -> bool:
    """Whether the log says that this examiner was shown the exemplar: a guessed label shows
    nothing.
    """
    wanted = EventFilter(actor=me, case_id=case.case_id, event_type=ExemplarShown.event_type)
    events = unit.events.search(wanted, before=None, limit=_LOOKED_THROUGH)
    return any(read_event(e.body).typed_as(ExemplarShown).label == label for e in events)


def differing_labels(case: Case) -> dict[str, CandidateId]:
    """Return the exemplars that were identified, under neutral labels for a supervisor.

    The labels follow the order of the candidates' random ids, so they reveal nothing.
    """
    named = sorted({d.candidate_id for d in case.decisions if d.candidate_id is not None})
    return {f"exemplar-{'abcdefgh'[i]}": candidate for i, candidate in enumerate(named)}


def _encounter_of(unit: UnitOfWork, candidate_id: CandidateId) -> EncounterId:
    candidate = unit.searches.candidate(candidate_id)
    if candidate is None or candidate.encounter_id is None:
        raise NotFoundError
    return candidate.encounter_id


def _at(impressions: tuple[Impression, ...], index: int) -> Impression:
    if not 0 <= index < len(impressions):
        raise NotFoundError
    return impressions[index]


def at_their_scale(
    unit: UnitOfWork, search_id: SearchId, fingers: Sequence[FingerMarkup]
) -> tuple[FingerMarkup, ...]:
    """Return mark-ups of a probe, completed with the resolution of its pictures."""
    return tuple(
        replace(one, ppi=scale_of_probe(unit, search_id, int(one.position)).ppi) for one in fingers
    )


def scales_of(
    unit: UnitOfWork,
    captures: tuple[SearchId, EncounterId | None],
    pairs: Iterable[FingerPair],
    points: Sequence[PointPair],
) -> Scales:
    """Return the scales of the fingers that have points."""
    search_id, encounter_id = captures
    marked = {point.position for point in points}
    return {
        pair.position: (
            scale_of_probe(unit, search_id, int(pair.probe)),
            _scale(_enrolled_picture(unit, encounter_id, int(pair.exemplar)))
            if encounter_id
            else Scale(),
        )
        for pair in pairs
        if pair.position in marked
    }


def scale_of_probe(unit: UnitOfWork, search_id: SearchId, position: int) -> Scale:
    """Return the scale of a print of a search's probe."""
    return _scale(_picture(unit, search_id, position))


def _scale(png: bytes | None) -> Scale:
    """Return the scale of a picture.

    Without a picture, the resolution is nominal and the size unknown.
    """
    if png is None:
        return Scale()
    facts = picture_facts(png)
    return Scale(facts.ppi, facts.width_px, facts.height_px, png)


def _picture(unit: UnitOfWork, search_id: SearchId, position: int) -> bytes | None:
    """Return the picture of a probe, or of the enrolled capture that was searched with."""
    own = unit.images.of(search_id, position)
    encounter_id = None if own else unit.images.searched_with(search_id)
    return own if encounter_id is None else _enrolled_picture(unit, encounter_id, position)


def _enrolled_picture(unit: UnitOfWork, encounter_id: EncounterId, position: int) -> bytes | None:
    """Return the picture of a capture, or of the search that it was enrolled from."""
    enrolled = unit.images.of(encounter_id, position)
    source = None if enrolled else unit.images.source_of(encounter_id)
    # A copy is always newer than its original, so this recursion ends.
    return enrolled if source is None else _picture(unit, source, position)
