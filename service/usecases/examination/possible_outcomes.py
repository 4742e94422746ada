"""The outcomes that a decision may have, given the steps that its examiner has sealed.

A decision follows from the comparisons: for another outcome, a comparison must first be revised.
The views show these outcomes and sealing a decision enforces them, with one rule for pages and
API.
"""

from dataclasses import dataclass
from itertools import chain

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, StepOutOfOrderError
from domain.events.examination import FindingPolicySet
from domain.examination.cases import Analysis, Comparison, Outcome
from domain.examination.finding_policy import FindingPolicy, PolicyVersion
from domain.ids import PolicyId
from domain.prints.prints import Fingers, in_order
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class PossibleOutcome:
    """An outcome that a decision may have now."""

    outcome: Outcome
    label: str | None = None
    """The label of the exemplar that would be identified; None for other outcomes."""


@dataclass(frozen=True, slots=True)
class SealedSteps:
    """The work that one examiner has sealed on a case before deciding."""

    analysis: Analysis | None
    comparisons: tuple[Comparison, ...]
    has_compared_all: bool

    def possible_outcomes(self) -> tuple[PossibleOutcome, ...]:
        """Return the outcomes that a decision may have now; none before the analysis.

        A probe without value is not compared and is insufficient. An identification may be decided
        at once, any other outcome only once all exemplars are evaluated.
        """
        if self.analysis is None:
            return ()
        if not self.analysis.is_of_value:
            return (PossibleOutcome(Outcome.INSUFFICIENT),)
        identified = tuple(PossibleOutcome(c.outcome, c.label) for c in self._identified())
        if identified or not self.has_compared_all:
            return identified
        return (PossibleOutcome(_following({c.outcome for c in self.comparisons})),)

    def identified_as(self, wanted: PossibleOutcome) -> Comparison | None:
        """Return the comparison that an outcome identifies; None for any other outcome.

        Raises StepOutOfOrderError for an outcome that a decision may not have now, and
        InvalidInputError for a label without an identification.
        """
        if wanted.label is not None and wanted.outcome is not Outcome.IDENTIFIED:
            raise InvalidInputError(
                "Leave the exemplar out: only an identification names an exemplar.",
                pointer="/label",
            )
        if wanted not in self.possible_outcomes():
            raise self._refusal(wanted.outcome)
        return next((c for c in self._identified() if c.label == wanted.label), None)

    def fingers(self, identified: Comparison | None) -> Fingers:
        """Return the fingers of the comparison that identifies; if none does, of all of them."""
        if identified is not None and identified.fingers is not None:
            return identified.fingers
        several = (c.fingers.compared for c in self.comparisons if c.fingers is not None)
        return Fingers(in_order(chain.from_iterable(several)))

    def _identified(self) -> tuple[Comparison, ...]:
        return tuple(c for c in self.comparisons if c.outcome is Outcome.IDENTIFIED)

    def _refusal(self, outcome: Outcome) -> StepOutOfOrderError:
        """Return the error that names the step needed before a decision may have this outcome."""
        if self.analysis is None:
            return StepOutOfOrderError("Seal the analysis of the probe first.")
        if outcome is Outcome.IDENTIFIED:
            return StepOutOfOrderError(
                "Seal a comparison with the outcome “identified” before you decide “identified”."
            )
        if not self.analysis.is_of_value:
            return StepOutOfOrderError(
                "Your analysis says that the probe is of no value, so the only possible outcome "
                "is “insufficient”."
            )
        if not self.has_compared_all:
            return StepOutOfOrderError("Evaluate every exemplar before you choose this outcome.")
        return StepOutOfOrderError(
            "This decision contradicts your sealed comparisons: decide in line with your "
            "comparisons, or revise a comparison first."
        )


def _following(outcomes: set[Outcome]) -> Outcome:
    """Return the outcome that follows if no exemplar was identified.

    If all comparisons have the same outcome, it is that one. If they differ, or every exemplar was
    withdrawn, it is inconclusive.
    """
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.INCONCLUSIVE


def finding_policy(services: StoreServices) -> PolicyVersion:
    """Return the finding policy in force."""
    with services.units.read() as unit:
        return unit.findings.policy()


def set_finding_policy(
    services: StoreServices, caller: Caller, policy: FindingPolicy, *, is_trial: bool = False
) -> PolicyVersion:
    """Set the policy for findings sealed from now on.

    Setting the policy already in force changes nothing. Raises NotPermittedError, ConflictError
    (another policy was set at the same time), and InvalidInputError for findings based only on
    templates, except in a trial with invented people.
    """
    caller.actor.require(Scope.OPERATE)
    if not (policy.needs_prints or is_trial):
        raise InvalidInputError(
            "Findings must be based on prints: findings without prints are allowed only in a "
            "trial with invented people (IDENTLINK_TRIAL)."
        )
    with services.units.begin() as unit:
        held = unit.findings.policy()
        if held.policy == policy:
            return held
        policy_id = PolicyId(services.new_id())
        made = PolicyVersion(
            policy=policy,
            version=held.version + 1,
            policy_id=policy_id,
            set_by=caller.actor.user_id,
            set_at=services.now(),
        )
        unit.findings.set_policy(made)
        event = FindingPolicySet.of(policy, policy_id=policy_id, version=made.version)
        record(services, unit, caller, event)
    return made
