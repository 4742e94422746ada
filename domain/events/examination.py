"""The examiners' work on a case, step by step."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import ACTOR, ITS_ROW, THE_SEARCH, Committed, Leaves, Part, Row
from domain.examination.cases import DecisionKind, FurtherCause, Outcome, Priority, Withdrawal
from domain.examination.finding_policy import ShownAs
from domain.forces import NO_FORCE
from domain.ids import (
    CandidateId,
    CaseId,
    DecisionId,
    FurtherId,
    PolicyId,
    SearchId,
    ShownPrintId,
    UserId,
)

_FINGERS = (("compared", "fingers_compared"), ("identified", "fingers_identified"))


@event(
    "case-claimed",
    leaves=(
        Row("examinations", key="case_id", by="examiner"),
        Committed(
            "examinations",
            (
                ("case_id", "case_id"),
                ("examiner", ACTOR),
            ),
            (Part("examination_exemplars", (("case_id", "case_id"), ("examiner", "examiner"))),),
        ),
    ),
)
class CaseClaimed(Event):
    """An examiner took a case."""

    case_id: Subject[CaseId]


@event("case-released")
class CaseReleased(Event):
    """A case was returned to the queue."""

    case_id: Subject[CaseId]
    held_by: UserId | None = None
    """The examiner from whom a supervisor took the case."""


@event(
    "further-examination-asked",
    leaves=Leaves("further_examinations", by="asked_by"),
    tells_a_link=True,
)
class FurtherExaminationAsked(Event):
    """A case was given to one more examiner, who is told nothing of the earlier decisions."""

    further_id: Subject[FurtherId]
    case_id: Subject[CaseId]
    cause: FurtherCause


@event("further-search-asked", tells_a_link=True)
class FurtherSearchAsked(Event):
    """An examiner had a mark searched again with the minutiae of their sealed analysis."""

    case_id: Subject[CaseId]
    """The case with the analysis."""
    search_id: Subject[SearchId]
    minutiae: int
    """The number of the examiner's minutiae that were searched with."""


@event("exemplar-shown", is_look=True)
class ExemplarShown(Event):
    """Prints of a candidate were shown without the candidate's name."""

    case_id: Subject[CaseId]
    candidate_ids: Subject[tuple[CandidateId, ...]] = ()
    """The candidates whose prints a supervisor was shown."""
    candidate_id: CandidateId | None = None
    """The candidate that an examiner is comparing, under a neutral label."""
    label: str | None = None


@event("print-shown", leaves=Leaves("prints_shown", by="viewer", given="print_id"))
class PrintShown(Event):
    """A person was shown a print of a case in this form for the first time."""

    print_id: Subject[ShownPrintId]
    case_id: Subject[CaseId]
    label: str
    """`probe`, or the neutral label of the exemplar."""
    position: int
    content: ShownAs


@event(
    "analysis-sealed",
    leaves=Leaves(
        "analyses",
        by="examiner",
        also=(("of_value", "is_of_value"),),
        where=("case_id", ("examiner", ACTOR)),
    ),
    tells_a_link=True,
)
class AnalysisSealed(Event):
    """An examiner sealed the analysis of the probe."""

    case_id: Subject[CaseId]
    of_value: bool


@event(
    "comparison-sealed",
    leaves=Leaves(
        "comparisons",
        by="examiner",
        also=_FINGERS,
        where=("case_id", "candidate_id", ("examiner", ACTOR)),
    ),
)
class ComparisonSealed(Event):
    """An examiner sealed the comparison with one candidate."""

    case_id: Subject[CaseId]
    candidate_id: CandidateId
    outcome: Outcome
    compared: str | None = None
    """The fingers compared, as FGP numbers separated by commas. `identified` has the same form."""
    identified: str | None = None
    policy_version: int | None = None


@event("comparison-revised", leaves=Leaves("comparison_revisions", by="examiner", also=_FINGERS))
class ComparisonRevised(Event):
    """An examiner revised a sealed comparison, and stated the reason."""

    revision_id: Subject[str]
    case_id: Subject[CaseId]
    candidate_id: CandidateId
    revised: Outcome
    """The outcome that was replaced."""
    outcome: Outcome
    compared: str
    identified: str
    policy_version: int


@event("exemplar-withdrawn", leaves=Leaves("withdrawn_exemplars"))
class ExemplarWithdrawn(Event):
    """An exemplar was withdrawn from an open case: its prints can no longer be compared."""

    candidate_id: Subject[CandidateId]
    case_id: Subject[CaseId]
    cause: Withdrawal


@event("finding-policy-set", leaves=Leaves("finding_policies", by="set_by"))
class FindingPolicySet(Event):
    """The office set what an examiner must have seen, named and marked before making a finding."""

    policy_id: Subject[PolicyId]
    version: int
    mark_point_pairs: int
    needs_prints: bool
    tenprint_point_pairs: int | None = None
    analysed_minutiae: int | None = None
    unmarked_quality: int | None = None
    """The quality from which a finger of a tenprint needs no points."""


@event(
    "decision-sealed",
    leaves=Leaves(
        "decisions",
        by="decided_by",
        says=("case_id", "kind", "outcome", "candidate_id"),
        also=_FINGERS,
        # No more prints are shown to an examiner after the decision.
        parts=(Part("prints_shown", (("case_id", "case_id"), ("viewer", "decided_by"))),),
    ),
    tells_a_link=True,
)
class DecisionSealed(Event):
    """A decision on a case was sealed."""

    decision_id: Subject[DecisionId]
    case_id: Subject[CaseId]
    kind: DecisionKind
    outcome: Outcome
    shuffle_seed: int
    candidate_id: Subject[CandidateId | None] = None
    """The candidate that was identified."""
    compared: str | None = None
    identified: str | None = None


@event(
    "difference-resolved",
    leaves=(
        Row(
            "decisions",
            key="case_id",
            by="decided_by",
            says=("outcome",),
            when=("kind", DecisionKind.RESOLUTION),
        ),
    ),
    demands=ITS_ROW,
    tells_a_link=True,
)
class DifferenceResolved(Event):
    """A supervisor resolved a difference of opinion between sealed decisions."""

    case_id: Subject[CaseId]
    outcome: Outcome
    upheld: DecisionId | None = None
    """The decision that was upheld; None if the outcome is inconclusive."""


@event("draft-kept")
class DraftKept(Event):
    """The text of a form was kept, because it was sent after the session had ended."""

    about_id: Subject[str]
    """What the form is about; the account of its writer where that is nothing yet."""
    step: str
    """The form, by its route; a name in earlier releases."""


@event("evidence-unmasked", tells_a_link=True, is_look=True)
class EvidenceUnmasked(Event):
    """Scores and ranks were shown to a reader."""

    ref: Subject[SearchId | CaseId]
    """The search itself; or a concluded case, whose search is then in `search_id`."""
    search_id: Subject[SearchId | None] = None


@event(
    "priority-changed",
    leaves=(
        Row("cases", key="case_id", says=("priority",), unless=("priority", Priority.ROUTINE)),
    ),
)
class PriorityChanged(Event):
    """A supervisor changed the priority of a case."""

    case_id: Subject[CaseId]
    priority: Priority


@event(
    "control-inserted",
    leaves=(
        Row(
            "searches",
            key="search_id",
            by="submitted_by",
            counts=("candidates", "candidates"),
            when=("force", NO_FORCE),
        ),
        THE_SEARCH,
    ),
    demands=ITS_ROW,
)
class ControlInserted(Event):
    """A control item was put into the queue."""

    search_id: Subject[SearchId]
    case_id: Subject[CaseId]
    candidates: int | None = None


@event("tampering-found")
class TamperingFound(Event):
    """A row behind a case was changed after its event; work on the case was refused."""

    case_id: Subject[CaseId]
    row_ref: Subject[str]
    """The search, decision, shown print or case to which the row belongs."""
    committed_by: int | None = None
    """The number of the event that committed to the row; None if no event did."""
