"""The ground of a finding: what its examiner was shown, held against the office's policy.

What was shown is the service's own record, never a claim of the caller; pages and API seal
findings through this one rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.cases import Activity, Case, Outcome, PointPair
from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.finding_policy import FindingPolicy
from domain.fingers import FingerPair, Fingers, finger_pairs, in_order, words_of
from domain.ids import CandidateId, UserId
from domain.markups import FeatureKind
from domain.prints import FingerPosition, Impression
from domain.shown_prints import ShownAs
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.blinding import PROBE_LABEL


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding as its examiner states it."""

    outcome: Outcome
    compared: tuple[FingerPosition, ...] | None
    """None for every finger that was shown."""
    identified: tuple[FingerPosition, ...]
    points: tuple[PointPair, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The fingers that an examiner may compare, and what was shown of them."""

    activity: Activity
    comparable: frozenset[FingerPosition]
    opened: frozenset[FingerPosition]
    """Given to the examiner on both sides, if only as a placeholder."""
    seen: frozenset[FingerPosition]
    """Given on both sides as an image or as minutiae."""
    analysed: Mapping[FingerPosition, int]
    """How many minutiae the examiner's analysis of the probe has, by the finger compared."""

    def usable(self, policy: FindingPolicy) -> frozenset[FingerPosition]:
        """Return the fingers that a finding may rest on."""
        return self.seen if policy.needs_prints else self.opened


def ground_of(
    unit: UnitOfWork, case: Case, examiner: UserId, label: str, candidate_id: CandidateId
) -> Ground:
    """Return the ground on which an examiner compares the probe with one exemplar."""
    shown = unit.findings.shown_to(case.case_id, examiner)
    opened = {(one.label, one.position) for one in shown}
    seen = {(one.label, one.position) for one in shown if one.content is not ShownAs.NOTHING}
    pairs = _pairs(unit, case, candidate_id)
    return Ground(
        activity=case.activity,
        comparable=frozenset(pair.position for pair in pairs),
        opened=_on_both_sides(pairs, label, opened),
        seen=_on_both_sides(pairs, label, seen),
        analysed=_analysed(unit, case, examiner, pairs),
    )


def founded(policy: FindingPolicy, ground: Ground, claim: Claim) -> Fingers:
    """Return the fingers of a finding that meets the policy.

    Raises UnfoundedFindingError, whose detail names what is missing, and InvalidInputError for
    fingers that are not to be compared, or named where nothing is identified.
    """
    _check_named(ground, claim)
    usable = ground.usable(policy)
    compared = in_order(usable if claim.compared is None else claim.compared)
    if claim.outcome is Outcome.INSUFFICIENT:
        return Fingers(in_order(set(compared) & ground.opened))
    _check_shown(ground, {*compared, *claim.identified}, usable)
    if claim.outcome is Outcome.IDENTIFIED:
        _check_identified(policy, ground, claim)
    return Fingers(in_order({*compared, *claim.identified}), in_order(claim.identified))


def _check_named(ground: Ground, claim: Claim) -> None:
    if not {*(claim.compared or ()), *claim.identified} <= ground.comparable:
        raise InvalidInputError(
            "The probe and the exemplar do not share a finger that you name: name others.",
            pointer="/fingers",
        )
    if claim.identified and claim.outcome is not Outcome.IDENTIFIED:
        raise InvalidInputError(
            "Leave the identified fingers out: only an identification names them.",
            pointer="/fingers",
        )


def _check_shown(
    ground: Ground, named: set[FingerPosition], usable: frozenset[FingerPosition]
) -> None:
    blank = in_order((named - usable) & ground.opened)
    if blank or not (named or ground.comparable - ground.opened):
        told = f" of the {words_of(blank)}" if blank else ""
        raise UnfoundedFindingError(
            f"There is neither an image nor minutiae{told} to rest on: find it insufficient."
        )
    unseen = in_order(named - usable)
    if unseen:
        raise UnfoundedFindingError(
            f"You have not been shown the {words_of(unseen)} in both prints: open them first."
        )
    if not named:
        raise UnfoundedFindingError(
            "You have not been shown a finger of this exemplar beside the probe: open one first."
        )


def _check_identified(policy: FindingPolicy, ground: Ground, claim: Claim) -> None:
    if not claim.identified:
        raise UnfoundedFindingError("Name at least one finger that you identified.")
    wanted = policy.tenprint_point_pairs
    if ground.activity is Activity.MARK_COMPARISON:
        wanted = policy.mark_point_pairs
        if len(set(claim.identified)) > 1:
            raise UnfoundedFindingError(
                "A mark is of one finger: name the one that you identified."
            )
    for finger in claim.identified:
        _check_marked(claim, finger, wanted)
        _check_analysed(ground, finger, policy.analysed_minutiae)


def _check_marked(claim: Claim, finger: FingerPosition, wanted: int) -> None:
    marked = _marked(claim.points, finger)
    if marked < wanted:
        raise UnfoundedFindingError(
            f"Mark at least {wanted} pairs of points in the {words_of((finger,))}: {marked} are"
            " marked."
        )


def _check_analysed(ground: Ground, finger: FingerPosition, wanted: int) -> None:
    found = ground.analysed.get(finger, 0)
    if found < wanted:
        raise UnfoundedFindingError(
            f"Your sealed analysis of the {words_of((finger,))} has {found} of the {wanted}"
            " minutiae that the policy demands: this finger cannot be identified on it."
        )


def _marked(points: Collection[PointPair], finger: FingerPosition) -> int:
    """Return how many pairs are distinct in both prints."""
    pairs = [pair.places_px for pair in points if pair.position == finger]
    return min(len({pair[:2] for pair in pairs}), len({pair[2:] for pair in pairs}))


def _pairs(unit: UnitOfWork, case: Case, candidate_id: CandidateId) -> tuple[FingerPair, ...]:
    probe = unit.searches.probe(case.search_id)
    candidate = unit.searches.candidate(candidate_id)
    encounter_id = candidate.encounter_id if candidate else None
    exemplar = unit.encounters.get(encounter_id) if encounter_id else None
    return finger_pairs(
        _positions(probe.impressions if probe else ()),
        _positions(exemplar.impressions if exemplar else ()),
    )


def _analysed(
    unit: UnitOfWork, case: Case, examiner: UserId, pairs: tuple[FingerPair, ...]
) -> dict[FingerPosition, int]:
    analysis = unit.cases.analysis(case.case_id, examiner)
    found = {
        finger.position: sum(one.kind is FeatureKind.MINUTIA for one in finger.features)
        for finger in (analysis.fingers if analysis else ())
    }
    return {pair.position: found.get(pair.probe, 0) for pair in pairs}


def _positions(impressions: tuple[Impression, ...]) -> tuple[FingerPosition, ...]:
    return tuple(impression.position for impression in impressions)


def _on_both_sides(
    pairs: tuple[FingerPair, ...], label: str, given: set[tuple[str, FingerPosition]]
) -> frozenset[FingerPosition]:
    return frozenset(
        pair.position
        for pair in pairs
        if (PROBE_LABEL, pair.probe) in given and (label, pair.exemplar) in given
    )
