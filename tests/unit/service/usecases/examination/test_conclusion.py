"""When sealed decisions conclude a case, and when one more examiner may bring that about."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from domain.examination.cases import Decision, Outcome
from domain.ids import CandidateId
from domain.prints.prints import FingerPosition, Fingers
from service.usecases.examination.conclusion import agreed, may_agree
from tests.contract.builders import decision

THUMB, INDEX = FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX


def _sealed(*findings: str) -> tuple[Decision, ...]:
    """Return decisions: `x` excluded, `i` inconclusive, else the candidate identified."""
    none = {"x": Outcome.EXCLUDED, "i": Outcome.INCONCLUSIVE}
    return tuple(
        decision(f"examiner-{number}", outcome=none[one], candidate_id=None)
        if one in none
        else decision(f"examiner-{number}", candidate_id=CandidateId(one))
        for number, one in enumerate(findings)
    )


@pytest.mark.parametrize(
    ("findings", "wanted", "concluding"),
    [
        ("A", 2, ()),
        ("AA", 2, (0, 1)),
        ("AB", 2, ()),
        ("ABA", 2, (0, 2)),
        ("Axx", 2, (1, 2)),
        ("Axi", 2, ()),
        ("AxBA", 2, (0, 3)),
        ("AxAx", 2, ()),
        ("AxAA", 2, (0, 2, 3)),
        ("AxA", 3, ()),
        ("AxAA", 3, (0, 2, 3)),
    ],
)
def test_decisions_conclude_where_enough_agree_and_as_many_do_not_agree_on_another(
    findings: str, wanted: int, concluding: tuple[int, ...]
) -> None:
    decisions = _sealed(*findings)

    assert agreed(decisions, wanted) == tuple(decisions[n] for n in concluding)


@pytest.mark.parametrize(
    ("findings", "wanted", "is_open"),
    [
        ("A", 2, True),
        ("Ax", 2, True),
        ("Axi", 2, False),
        ("AxiB", 2, False),
        ("AAx", 3, True),
        ("ABx", 3, False),
        ("A", 6, True),
    ],
)
def test_one_examiner_more_than_must_agree_is_asked_and_no_more(
    findings: str, wanted: int, is_open: bool
) -> None:
    for order in set(permutations(findings)):
        assert may_agree(_sealed(*order), wanted) == is_open


def test_identifications_of_one_person_without_a_finger_in_common_do_not_conclude() -> None:
    def named(who: str, *fingers: FingerPosition, **changes: Any) -> Decision:
        return decision(who, fingers=Fingers(fingers, fingers), **changes)

    apart = (named("ann", THUMB), named("bob", INDEX))
    both = named("cat", THUMB, INDEX)

    assert agreed(apart, 2) == ()
    assert agreed((*apart, both), 2) == (apart[0], both)
