"""Which outcomes a decision may have, by the steps sealed before it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from domain.errors import InvalidInputError, StepOutOfOrderError
from domain.examination.cases import Analysis, Comparison, Outcome
from domain.ids import CandidateId, CaseId, UserId
from service.usecases.examination.possible_outcomes import PossibleOutcome, SealedSteps

AT = datetime(2026, 1, 1, tzinfo=UTC)
NEGATIVE = {Outcome.EXCLUDED, Outcome.INCONCLUSIVE, Outcome.INSUFFICIENT}


def steps(
    *outcomes: Outcome, is_of_value: bool | None = True, has_compared_all: bool = False
) -> SealedSteps:
    case_id, examiner = CaseId("c"), UserId("e")
    analysis = None if is_of_value is None else Analysis(case_id, examiner, is_of_value, "", AT)
    comparisons = tuple(
        Comparison(case_id, examiner, label, CandidateId(f"candidate-{label}"), outcome, "", AT)
        for label, outcome in zip(("BCD", "FGH", "JKL"), outcomes, strict=False)
    )
    return SealedSteps(analysis, comparisons, has_compared_all)


def test_before_the_analysis_nothing_can_be_decided() -> None:
    assert steps(is_of_value=None).possible_outcomes() == ()
    with pytest.raises(StepOutOfOrderError, match="analysis"):
        steps(is_of_value=None).identified_as(PossibleOutcome(Outcome.INSUFFICIENT))


def test_a_probe_without_value_is_insufficient_at_once_and_nothing_else() -> None:
    assert steps(is_of_value=False).possible_outcomes() == (PossibleOutcome(Outcome.INSUFFICIENT),)
    assert steps(is_of_value=False).identified_as(PossibleOutcome(Outcome.INSUFFICIENT)) is None
    for outcome in (Outcome.EXCLUDED, Outcome.INCONCLUSIVE):
        with pytest.raises(StepOutOfOrderError, match="no value"):
            steps(is_of_value=False).identified_as(PossibleOutcome(outcome))


def test_an_identification_can_be_decided_before_the_last_exemplar() -> None:
    sealed = steps(Outcome.EXCLUDED, Outcome.IDENTIFIED)

    assert sealed.possible_outcomes() == (PossibleOutcome(Outcome.IDENTIFIED, "FGH"),)
    named = sealed.identified_as(PossibleOutcome(Outcome.IDENTIFIED, "FGH"))
    assert named is not None
    assert named.candidate_id == "candidate-FGH"
    for outcome in NEGATIVE:
        with pytest.raises(StepOutOfOrderError, match="every exemplar"):
            sealed.identified_as(PossibleOutcome(outcome))


def test_an_identification_that_is_sealed_is_not_contradicted() -> None:
    sealed = steps(Outcome.IDENTIFIED, Outcome.EXCLUDED, has_compared_all=True)

    assert sealed.possible_outcomes() == (PossibleOutcome(Outcome.IDENTIFIED, "BCD"),)
    for outcome in NEGATIVE:
        with pytest.raises(StepOutOfOrderError, match="revise a comparison first"):
            sealed.identified_as(PossibleOutcome(outcome))


@pytest.mark.parametrize("others", [*product(sorted(NEGATIVE), repeat=3)])
def test_without_an_identification_one_outcome_follows(others: tuple[Outcome, ...]) -> None:
    """The outcome of all comparisons where they agree, and inconclusive where they do not."""
    follows = others[0] if len(set(others)) == 1 else Outcome.INCONCLUSIVE

    sealed = steps(*others, has_compared_all=True)

    assert sealed.possible_outcomes() == (PossibleOutcome(follows),)
    assert sealed.identified_as(PossibleOutcome(follows)) is None


def test_without_any_exemplar_left_the_examination_is_inconclusive() -> None:
    assert steps(has_compared_all=True).possible_outcomes() == (
        PossibleOutcome(Outcome.INCONCLUSIVE),
    )


@pytest.mark.parametrize("label", [None, "FGH", "XXX"])
def test_an_identification_names_an_exemplar_that_was_identified(label: str | None) -> None:
    with pytest.raises(
        StepOutOfOrderError, match="Seal a comparison with the outcome “identified”"
    ):
        steps(Outcome.IDENTIFIED, Outcome.EXCLUDED).identified_as(
            PossibleOutcome(Outcome.IDENTIFIED, label)
        )


def test_no_other_outcome_names_an_exemplar() -> None:
    with pytest.raises(InvalidInputError, match="Leave the exemplar out"):
        steps(Outcome.EXCLUDED, has_compared_all=True).identified_as(
            PossibleOutcome(Outcome.EXCLUDED, "BCD")
        )
