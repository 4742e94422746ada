from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import CandidateId
from domain.searches.evidence import Band, Evidence, millibits
from domain.searches.searches import Candidate
from service.usecases.examination.claiming import shuffled
from service.usecases.links.replay_differences import (
    TOLERANCE_MILLIBITS,
    first_difference,
    order_difference,
)
from tests.contract.builders import candidate, evidence, examination


def _moved(told: Evidence, bits: float) -> Evidence:
    last = told.rows[-1]
    return told._replace(rows=(*told.rows[:-1], last._replace(bits=last.bits + bits)))


def _two() -> tuple[Candidate, Candidate]:
    first = candidate("first", rank=1)
    return first, replace(candidate("second", rank=2), evidence=_moved(evidence(), -3.0))


def test_the_same_evidence_is_no_difference() -> None:
    recorded = _two()

    assert first_difference(recorded, [c.evidence for c in recorded]) is None


@given(st.floats(-0.004, 0.004).filter(lambda bits: abs(bits) > 0.002))
def test_what_rounding_explains_is_within_tolerance(bits: float) -> None:
    recorded = _two()

    found = first_difference(recorded, [_moved(c.evidence, bits) for c in recorded])

    assert found is not None
    assert found.is_rounding


@given(st.floats(0.01, 50.0))
def test_more_than_rounding_is_a_difference_that_names_its_rank(bits: float) -> None:
    first, second = _two()

    found = first_difference((first, second), [first.evidence, _moved(second.evidence, bits)])

    assert millibits(bits) > TOLERANCE_MILLIBITS
    assert found is not None
    assert not found.is_rounding
    assert found.words.startswith("rank 2")


def test_a_real_difference_comes_before_one_of_rounding() -> None:
    first, second = _two()
    again = [_moved(first.evidence, 0.003), second.evidence._replace(band=Band.PROPOSED)]

    found = first_difference((first, second), again)

    assert found is not None
    assert found.words == "rank 2: the band differs"


def test_other_rows_and_other_flags_are_differences() -> None:
    first, second = _two()
    rows = first.evidence._replace(rows=first.evidence.rows[:1])
    flags = first.evidence._replace(flags=())

    found = [first_difference((first, second), [one, second.evidence]) for one in (rows, flags)]

    assert [difference and difference.words for difference in found] == [
        "rank 1: other evidence was compared",
        "rank 1: the flags differ",
    ]


def test_an_order_that_turned_round_is_a_difference() -> None:
    first, second = _two()
    swapped = [second.evidence, first.evidence]
    recorded = (
        replace(first, evidence=second.evidence),
        replace(second, evidence=first.evidence),
    )

    found = first_difference(recorded, swapped)

    assert found is not None
    assert found.words == "rank 1: the next one is stronger when computed again"


def test_the_order_shown_is_held_against_its_seed() -> None:
    ids = [CandidateId(f"{number:032x}") for number in range(4)]
    shown = examination(shuffle_seed=7, order=shuffled(ids, 7))

    assert order_difference([shown]) is None
    assert order_difference([replace(shown, shuffle_seed=8)]) is not None
