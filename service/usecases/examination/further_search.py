"""Searching a mark again with the minutiae and the outline of an examiner's sealed analysis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain import errors
from domain.access.access import Caller, Purpose, Scope
from domain.events.examination import FurtherSearchAsked
from domain.examination.cases import CLOSED_STATES, Analysis, Case
from domain.examination.markups import LARGEST_PX, Feature, FeatureKind
from domain.ids import CaseId, UserId
from domain.list_pages import EventFilter
from domain.people.people import Details
from domain.prints.minutiae import MarkedFeatures, Minutia, MinutiaKind, Place
from domain.prints.prints import Impression
from domain.searches.searches import Probe, Search
from prints.features.parameters import VECTOR
from service.ports.print_reading import UNSTATED
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import refuse_if_tampered
from service.usecases.examination.prints import Scale, scale_of_probe
from service.usecases.idempotency import IdempotencyKey
from service.usecases.searches.searching import SubmitSearch, submit
from service.usecases.services import Services

_FULL_QUALITY = 100
_KINDS = {
    FeatureKind.ENDING: MinutiaKind.RIDGE_ENDING,
    FeatureKind.BIFURCATION: MinutiaKind.BIFURCATION,
    FeatureKind.MINUTIA: MinutiaKind.OTHER,
}


@dataclass(frozen=True, slots=True)
class FurtherSearch:
    """What an examiner's analysis offers for a further search of the mark."""

    minutiae: int
    """The number of the examiner's minutiae that are searched with."""
    is_outlined: bool
    """Whether minutiae that the extractor finds inside the examiner's outline are added."""
    is_asked: bool
    """Whether the examiner has had the mark searched again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Marked:
    """A mark as it was searched, and what an examiner marked in it."""

    search: Search
    details: Details
    impression: Impression
    picture: bytes
    features: MarkedFeatures


def search_further(services: Services, caller: Caller, case_id: CaseId) -> FurtherSearch:
    """Search a mark again with the minutiae of the caller's sealed analysis.

    What the extractor finds inside the outline of the analysis is added, and nothing without one.
    The search belongs to the force of the first, under the same reference. Asking again changes
    nothing. Raises NotPermittedError, NotFoundError, ClosedCaseError, CaseNotClaimedError,
    StepOutOfOrderError, NothingToSearchError, EvidenceTamperedError, PrintsBusyError.
    """
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = errors.existing(unit.cases.get(case_id))
        _check_examined(case, caller.actor.user_id)
        refuse_if_tampered(services, unit, caller, case)
        analysis = unit.cases.analysis(case_id, caller.actor.user_id)
        marked = _marked(services, unit, case, analysis)
        is_asked = _is_asked(unit, case, caller.actor.user_id)
        reference = unit.references.of([case.search_id]).get(case.search_id, "")
    if not is_asked:
        command = _command(services, caller, case, marked)
        submit(services, replace(command, reference=reference))
    return _told(marked.features, is_asked=True)


def further_search(
    services: Services, unit: UnitOfWork, case: Case, examiner: UserId, analysis: Analysis | None
) -> FurtherSearch | None:
    """Return the further search that an examiner may ask for, or has asked for; otherwise None.

    `analysis` is the examiner's, if sealed.
    """
    try:
        _check_examined(case, examiner)
        marked = _marked(services, unit, case, analysis)
    except (
        errors.ClosedCaseError,
        errors.CaseNotClaimedError,
        errors.StepOutOfOrderError,
        errors.NothingToSearchError,
    ):
        return None
    return _told(marked.features, is_asked=_is_asked(unit, case, examiner))


def _told(features: MarkedFeatures, *, is_asked: bool) -> FurtherSearch:
    return FurtherSearch(len(features.minutiae), bool(features.region), is_asked)


def _check_examined(case: Case, examiner: UserId) -> None:
    """Raise an error unless a case is open and the examiner holds it or has decided it."""
    is_mine = case.claimed_by == examiner or case.is_decided_by(examiner)
    if case.state in CLOSED_STATES:
        raise errors.ClosedCaseError
    if not is_mine:
        raise errors.CaseNotClaimedError


def _marked(
    services: Services, unit: UnitOfWork, case: Case, analysis: Analysis | None
) -> _Marked:
    if analysis is None:
        raise errors.StepOutOfOrderError("Seal the analysis of the mark first.")
    search = errors.existing(unit.searches.get(case.search_id))
    if not search.search_type.has_mark_probe:
        raise errors.NothingToSearchError(
            "Only a mark can be searched again with an examiner's own minutiae."
        )
    probe = unit.searches.probe(case.search_id)
    if probe is None:
        raise errors.NothingToSearchError("This mark has been erased.")
    impression = probe.impressions[0]
    print_ = scale_of_probe(unit, case.search_id, int(impression.position))
    if print_.picture is None:
        raise errors.NothingToSearchError(
            "There is no image of this mark, so it cannot be searched again."
        )
    if services.print_format.features is None:
        raise errors.NothingToSearchError(
            "The service cannot make this gallery's templates from minutiae, so the mark "
            "cannot be searched again."
        )
    features = _features(analysis, print_)
    return _Marked(search, probe.details, impression, print_.picture, features)


def _features(analysis: Analysis, print_: Scale) -> MarkedFeatures:
    """Return an analysis's minutiae with a direction, its cores, deltas and outline."""
    marked = [
        one
        for finger in analysis.fingers
        for one in finger.features
        if print_.holds(one.x_px, one.y_px)
    ]
    minutiae = tuple(_minutia(one) for one in marked if one.direction_deg is not None)
    region = _region(analysis, print_)
    if len(minutiae) < VECTOR.least_minutiae and not region:
        raise errors.NothingToSearchError(
            f"Your sealed analysis has {len(minutiae)} minutiae with a direction: a search needs"
            f" at least {VECTOR.least_minutiae}, or an outline."
        )
    return MarkedFeatures(
        minutiae,
        region,
        cores=_places(marked, FeatureKind.CORE),
        deltas=_places(marked, FeatureKind.DELTA),
    )


def _region(analysis: Analysis, print_: Scale) -> tuple[Place, ...]:
    """Return the corners of the outline, moved to the edge where they lie outside the picture."""
    outlines = (finger.outline for finger in analysis.fingers if finger.outline)
    most = (print_.width_px or LARGEST_PX, print_.height_px or LARGEST_PX)
    return tuple(
        (float(min(at.x_px, most[0])), float(min(at.y_px, most[1]))) for at in next(outlines, ())
    )


def _minutia(one: Feature) -> Minutia:
    angle_rad = math.radians(one.direction_deg or 0)
    return Minutia(one.x_px, one.y_px, angle_rad, _KINDS[one.kind], _FULL_QUALITY)


def _places(marked: Sequence[Feature], kind: FeatureKind) -> tuple[Place, ...]:
    return tuple((float(one.x_px), float(one.y_px)) for one in marked if one.kind is kind)


def _is_asked(unit: UnitOfWork, case: Case, examiner: UserId) -> bool:
    wanted = EventFilter(
        actor=examiner, case_id=case.case_id, event_type=FurtherSearchAsked.event_type
    )
    return bool(unit.events.search(wanted, before=None, limit=1))


def _command(services: Services, caller: Caller, case: Case, marked: _Marked) -> SubmitSearch:
    """Return the search, made by the examiner for the force of the first search."""
    actor = replace(caller.actor, force=marked.search.force)
    source = replace(services.prints.read_one(marked.picture, UNSTATED), marked=marked.features)
    impression = marked.impression
    try:
        taken = services.prints.taken(source, impression.position, impression.impression_type)
    except errors.UnreadablePrintError:
        raise errors.NothingToSearchError(
            f"Fewer than {VECTOR.least_minutiae} minutiae were marked or found inside your"
            " outline: the mark cannot be searched again."
        ) from None
    return SubmitSearch(
        replace(caller, actor=actor, purpose=Purpose.EXAMINATION),
        marked.search.search_type,
        Probe((taken.impression,), marked.details),
        # Two requests at the same moment make one search. No client's key contains a space.
        idempotency=IdempotencyKey(f"further-search {case.case_id}", case.case_id),
        images=(taken.image,),
        minutiae=(taken.minutiae,),
        analysed=case.case_id,
    )
