"""Fees of a request: nothing is paid, waived or refunded that was not asked or paid before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.requests.request_states import FEE_STEPS, Step
from domain.requests.requests import MOST_PENCE, Fees, amount_text, pence_of

STEPS = st.lists(st.tuples(st.sampled_from(FEE_STEPS), st.integers(-5, 30)), max_size=12)


@given(STEPS)
def test_nothing_is_paid_twice_and_nothing_comes_from_nothing(
    steps: list[tuple[Step, int]],
) -> None:
    fees, taken = Fees(), []
    for step, pence in steps:
        most = _most(step, taken)
        if 1 <= pence <= most:
            fees = fees.after((step, pence))
            taken.append((step, pence))
            continue
        with pytest.raises(InvalidInputError):
            fees.after((step, pence))
    assert (fees.asked, fees.paid, fees.waived, fees.refunded) == tuple(
        _sum(taken, step) for step in FEE_STEPS
    )
    assert 0 <= fees.due <= fees.asked
    assert 0 <= fees.kept <= fees.paid


def _most(step: Step, taken: list[tuple[Step, int]]) -> int:
    asked, paid, waived, refunded = (_sum(taken, one) for one in FEE_STEPS)
    if step is Step.ASK_FEE:
        return MOST_PENCE
    return paid - refunded if step is Step.REFUND_FEE else asked - paid - waived


def _sum(taken: list[tuple[Step, int]], step: Step) -> int:
    return sum(pence for one, pence in taken if one is step)


@given(st.integers(1, MOST_PENCE))
def test_an_amount_is_read_as_it_was_written(pence: int) -> None:
    assert pence_of(amount_text(pence)) == pence


def test_amounts_are_written_in_pounds() -> None:
    assert [amount_text(one) for one in (6500, 5, 120)] == ["65.00 GBP", "0.05 GBP", "1.20 GBP"]


def test_a_fee_has_a_limit() -> None:
    with pytest.raises(InvalidInputError):
        Fees().after((Step.ASK_FEE, MOST_PENCE + 1))
