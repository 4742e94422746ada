"""The date of birth recorded at a booking."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Draws
from data.synthetic.mistakes import said_dates
from domain.people.people import PartialDate
from tests.unit.data.synthetic.builders import circumstances, circumstances_with

BIRTH = date(1987, 4, 9)
UNIFORMS = st.lists(st.floats(0.0, 0.999), min_size=6, max_size=6)
BIRTHS = st.dates(date(1930, 1, 1), date(2012, 12, 31))


def _said(birth: date, share: str, values: list[float]) -> tuple[PartialDate, ...]:
    how = circumstances_with(share, 0.999)
    return said_dates(birth.toordinal(), Draws([0.5, *values]), how)


@given(birth=BIRTHS, values=UNIFORMS)
def test_true_date_is_said_when_no_share_is_set(birth: date, values: list[float]) -> None:
    said = said_dates(birth.toordinal(), Draws(values), circumstances())

    assert said == (PartialDate(birth.year, birth.month, birth.day),)


def test_day_and_month_are_swapped_where_that_is_a_date() -> None:
    assert _said(BIRTH, "date_swapped_share", [0.1] * 4) == (PartialDate(1987, 9, 4),)
    assert _said(date(1987, 4, 29), "date_swapped_share", [0.1] * 4)[0].month == 4


@given(birth=BIRTHS, values=UNIFORMS)
def test_wrong_digit_is_another_date_that_exists(birth: date, values: list[float]) -> None:
    said = _said(birth, "date_digit_share", values)[0]

    assert said != PartialDate(birth.year, birth.month, birth.day)
    assert said.month == birth.month
    assert said.is_complete


@given(birth=BIRTHS, values=UNIFORMS)
def test_wrong_year_is_one_or_ten_off(birth: date, values: list[float]) -> None:
    said = _said(birth, "date_year_share", values)[0]

    assert said.year is not None
    assert abs(said.year - birth.year) in {1, 10}


@given(birth=BIRTHS, values=UNIFORMS)
def test_partial_date_keeps_the_year(birth: date, values: list[float]) -> None:
    said = _said(birth, "date_partial_share", values)[0]

    assert (said.year, said.day) == (birth.year, None)


@pytest.mark.parametrize(("value", "year"), [(0.0, 1900), (0.3, 1970), (0.9, 1987)])
def test_placeholder_is_the_first_of_january(value: float, year: int) -> None:
    assert _said(BIRTH, "date_placeholder_share", [value]) == (PartialDate(year, 1, 1),)


def test_date_may_be_missing() -> None:
    assert _said(BIRTH, "date_missing_share", []) == ()
