"""The grounds of a finding: what the examiner was shown, checked against the office's policy.

The service records itself what was shown, and never relies on the caller's statement. Findings
from pages and from the API are both sealed by this rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.examination.cases import Activity, Case, Outcome, PointPair
from domain.examination.finding_policy import FindingPolicy, ShownAs
from domain.examination.point_geometry import (
    MM_AN_INCH,
    FingerGeometry,
    Places,
    impossible_pairs,
    measured,
)
from domain.ids import CandidateId, UserId
from domain.prints.prints import (
    FingerPair,
    FingerPosition,
    Fingers,
    Impression,
    finger_pairs,
    in_order,
    words_of,
)
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import PROBE_LABEL
from service.usecases.examination.prints import Scale, Scales, scales_of


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding as its examiner states it."""

    outcome: Outcome
    compared: tuple[FingerPosition, ...] | None
    """None means every finger that was shown."""
    identified: tuple[FingerPosition, ...]
    points: tuple[PointPair, ...]
    why_close: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """The fingers that an examiner may compare, and what the examiner was shown of them."""

    activity: Activity
    comparable: frozenset[FingerPosition]
    opened: frozenset[FingerPosition]
    """Fingers shown to the examiner in both prints, even if only as a placeholder."""
    seen: frozenset[FingerPosition]
    """Fingers shown in both prints as an image or as minutiae."""
    analysed: Mapping[FingerPosition, int]
    """The number of minutiae in the examiner's analysis of the probe, by the finger compared."""
    qualities: Mapping[FingerPosition, int]
    """The lower quality of the two prints, by the finger compared."""
    scales: Scales
    least_area_mm2: float
    """The points of an identified finger must be spread over this area, or the examiner must say
    why not."""

    def usable(self, policy: FindingPolicy) -> frozenset[FingerPosition]:
        """Return the fingers that a finding may be based on."""
        return self.seen if policy.needs_prints else self.opened


@dataclass(frozen=True, slots=True)
class Compared:
    """What an examiner compares: a case's probe, one exemplar, and the points marked."""

    case: Case
    examiner: UserId
    label: str
    candidate_id: CandidateId
    points: tuple[PointPair, ...] = ()


def ground_of(unit: UnitOfWork, compared: Compared, *, least_area_mm2: float = 0.0) -> Ground:
    """Return the grounds on which an examiner compares the probe with one exemplar."""
    case, examiner, label = compared.case, compared.examiner, compared.label
    shown = unit.findings.shown_to(case.case_id, examiner)
    opened = {(one.label, one.position) for one in shown}
    seen = {(one.label, one.position) for one in shown if one.content is not ShownAs.NOTHING}
    candidate = unit.searches.candidate(compared.candidate_id)
    encounter_id = candidate.encounter_id if candidate else None
    probe = unit.searches.probe(case.search_id)
    exemplar = unit.encounters.get(encounter_id) if encounter_id else None
    ours = _qualities(probe.impressions if probe else ())
    theirs = _qualities(exemplar.impressions if exemplar else ())
    pairs = finger_pairs(ours, [*theirs])
    return Ground(
        activity=case.activity,
        comparable=frozenset(pair.position for pair in pairs),
        opened=_on_both_sides(pairs, label, opened),
        seen=_on_both_sides(pairs, label, seen),
        analysed=_analysed(unit, case, examiner, pairs),
        qualities={one.position: min(ours[one.probe], theirs[one.exemplar]) for one in pairs},
        scales=scales_of(unit, (case.search_id, encounter_id), pairs, compared.points),
        least_area_mm2=least_area_mm2,
    )


def founded(policy: FindingPolicy, ground: Ground, claim: Claim) -> Fingers:
    """Return the fingers of a finding that meets the policy.

    Raises UnfoundedFindingError, whose detail says what is missing. Raises InvalidInputError for
    fingers that cannot be compared, or identified fingers without an identification.
    """
    _check_named(ground, claim)
    usable = ground.usable(policy)
    compared = in_order(usable if claim.compared is None else claim.compared)
    if claim.outcome is Outcome.INSUFFICIENT:
        _check_placed(ground, claim.points)
        return Fingers(in_order(set(compared) & ground.opened))
    _check_shown(ground, {*compared, *claim.identified}, usable)
    _check_placed(ground, claim.points)
    if claim.outcome is Outcome.IDENTIFIED:
        _check_identified(policy, ground, claim)
    return Fingers(in_order({*compared, *claim.identified}), in_order(claim.identified))


def _check_named(ground: Ground, claim: Claim) -> None:
    if not {*(claim.compared or ()), *claim.identified} <= ground.comparable:
        raise InvalidInputError(
            "A finger that you named is missing from the probe or the exemplar: name "
            "another finger.",
            pointer="/fingers",
        )
    if claim.identified and claim.outcome is not Outcome.IDENTIFIED:
        raise InvalidInputError(
            "Leave the identified fingers out: only an identification names them.",
            pointer="/fingers",
        )


def _check_placed(ground: Ground, points: Sequence[PointPair]) -> None:
    """Raise UnfoundedFindingError for points outside the prints shown to the examiner."""
    blind = in_order({point.position for point in points} - ground.seen)
    if blind:
        raise UnfoundedFindingError(
            f"You marked points in fingers that you had not seen in both prints"
            f" ({words_of(blind)}): open both prints, then mark the points again.",
            pointer="/points",
        )
    beside = in_order({one.position for one in points if not _is_on(ground.scales, one)})
    if beside:
        raise UnfoundedFindingError(
            f"A point of the {words_of(beside)} lies outside its picture: mark it again.",
            pointer="/points",
        )


def _is_on(scales: Scales, point: PointPair) -> bool:
    ours, theirs = scales[point.position]
    return ours.holds(point.probe_x_px, point.probe_y_px) and theirs.holds(
        point.exemplar_x_px, point.exemplar_y_px
    )


def _check_shown(
    ground: Ground, named: set[FingerPosition], usable: frozenset[FingerPosition]
) -> None:
    blank = in_order((named - usable) & ground.opened)
    if blank or not (named or ground.comparable - ground.opened):
        told = f" of the {words_of(blank)}" if blank else ""
        raise UnfoundedFindingError(
            f"There is no image and there are no minutiae{told} to decide on: choose "
            "“insufficient”."
        )
    unseen = in_order(named - usable)
    if unseen:
        raise UnfoundedFindingError(
            f"You have not seen the {words_of(unseen)} in both prints: open both first."
        )
    if not named and ground.opened:
        raise UnfoundedFindingError(
            "There is no image and there are no minutiae of the "
            f"{words_of(in_order(ground.opened))} to decide on: open another finger, or choose "
            "“insufficient”."
        )
    if not named:
        raise UnfoundedFindingError(
            "You have not seen any finger of this exemplar beside the probe: open one first."
        )


def _check_identified(policy: FindingPolicy, ground: Ground, claim: Claim) -> None:
    if not claim.identified:
        raise UnfoundedFindingError("Name at least one finger that you have identified.")
    is_mark = ground.activity is Activity.MARK_COMPARISON
    if is_mark and len(set(claim.identified)) > 1:
        raise UnfoundedFindingError(
            "A mark comes from one finger: name the finger that you identified."
        )
    for finger in claim.identified:
        wanted = policy.pairs_wanted(is_mark=is_mark, quality=ground.qualities[finger])
        _check_points(ground, finger, claim, wanted)
        _check_analysed(ground, finger, policy.analysed_minutiae)


def _check_points(ground: Ground, finger: FingerPosition, claim: Claim, wanted: int) -> None:
    """Raise UnfoundedFindingError for points that cannot support an identification.

    The detail names the pairs that count only with another pair, or that no single finger can
    make.
    """
    places = _places(ground.scales, claim.points, finger)
    found, words = measured(finger, places), words_of((finger,))
    if found.counted < wanted:
        told = _named(found.repeated).capitalize() if found.repeated else ""
        raise UnfoundedFindingError(
            f"Mark at least {wanted} pairs of points in the {words}: {found.counted} count."
            + (f" {told} within a ridge of an earlier pair." if told else "")
        )
    impossible = impossible_pairs(finger, places)
    if impossible:
        raise UnfoundedFindingError(
            f"A single finger cannot have left all of these points. In the {words},"
            f" {_named(impossible)} where no stretching of the skin can put them. Compare again:"
            " correct the points, or choose another outcome."
        )
    _check_ridges(finger, claim.points, ground.scales)
    if wanted and found.area_mm2 < ground.least_area_mm2 and not claim.why_close.strip():
        raise UnfoundedFindingError(
            f"The points in the {words} are spread over {found.area_mm2:.0f} mm²: the "
            f"office requires {ground.least_area_mm2:.0f} mm². Mark points further apart, "
            "or write why you cannot.",
            pointer="/why_close",
        )


def _check_ridges(finger: FingerPosition, points: Sequence[PointPair], scales: Scales) -> None:
    own = [point for point in points if point.position == finger]
    ours, theirs = scales.get(finger, (Scale(), Scale()))
    for side, blank in (
        ("probe", ours.blank_at([(one.probe_x_px, one.probe_y_px) for one in own])),
        ("exemplar", theirs.blank_at([(one.exemplar_x_px, one.exemplar_y_px) for one in own])),
    ):
        if blank:
            raise UnfoundedFindingError(
                f"In the {words_of((finger,))}, {_named(blank)} on a blank area of the {side},"
                " where no ridges can be seen: mark points on ridges.",
                pointer="/points",
            )


def _check_analysed(ground: Ground, finger: FingerPosition, wanted: int) -> None:
    found = ground.analysed.get(finger, 0)
    if found < wanted:
        raise UnfoundedFindingError(
            f"Your sealed analysis of the {words_of((finger,))} has {found} of the "
            f"{wanted} minutiae that the policy requires, so you cannot identify this "
            "finger."
        )


def _analysed(
    unit: UnitOfWork, case: Case, examiner: UserId, pairs: tuple[FingerPair, ...]
) -> dict[FingerPosition, int]:
    analysis = unit.cases.analysis(case.case_id, examiner)
    found = {
        finger.position: sum(one.kind.is_minutia for one in finger.features)
        for finger in (analysis.fingers if analysis else ())
    }
    return {pair.position: found.get(pair.probe, 0) for pair in pairs}


def _qualities(impressions: Sequence[Impression]) -> dict[FingerPosition, int]:
    """Return the quality of each finger of a capture, in the order of the capture."""
    return {one.position: one.quality for one in impressions}


def _on_both_sides(
    pairs: tuple[FingerPair, ...], label: str, given: set[tuple[str, FingerPosition]]
) -> frozenset[FingerPosition]:
    return frozenset(
        pair.position
        for pair in pairs
        if (PROBE_LABEL, pair.probe) in given and (label, pair.exemplar) in given
    )


def geometries(scales: Scales, points: Sequence[PointPair]) -> tuple[FingerGeometry, ...]:
    """Return the geometry of the point pairs, for each finger with points."""
    fingers = in_order({point.position for point in points})
    return tuple(measured(finger, _places(scales, points, finger)) for finger in fingers)


def _named(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"pairs {', '.join(others)} and {last} lie" if others else f"pair {last} lies"


def _places(scales: Scales, points: Sequence[PointPair], finger: FingerPosition) -> Places:
    ours, theirs = scales.get(finger, (Scale(), Scale()))
    own = [point for point in points if point.position == finger]
    return Places(
        tuple(complex(p.probe_x_px, p.probe_y_px) * MM_AN_INCH / ours.ppi for p in own),
        tuple(complex(p.exemplar_x_px, p.exemplar_y_px) * MM_AN_INCH / theirs.ppi for p in own),
    )
