from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.people import Details
from matching.comparators.date_of_birth import SCALE, Dates, date_codes, slips
from matching.forms import day_number, day_numbers
from matching.parameters import NEAR_YEARS_DAYS, STARTING_LEVELS
from tests.unit.matching.builders import bits_of, born, level_of


def dates(*numbers: int) -> Dates:
    column = np.array(numbers)
    return Dates(column, day_numbers(column))


DATES = st.dates(date(1930, 1, 1), date(2010, 12, 31))


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        ("1980-02-03", "1980-02-03", "same"),
        ("1980-02-03", "1980-03-02", "swapped"),
        ("1980-02-XX", "1980-02-03", "known parts agree"),
        ("XXXX-02-03", "1980-02-03", "known parts agree"),
        ("1981-02-03", "1980-02-03", "anniversary"),
        ("1990-02-03", "1980-02-03", "anniversary"),
        ("1980-02-13", "1980-02-03", "one slip"),
        ("1980-02-21", "1980-02-12", "one slip"),
        ("1980-XX-XX", "1980-02-03", "year agrees"),
        ("1981-07-19", "1980-02-03", "within two years"),
        ("1984-07-19", "1980-02-03", "within five years"),
        ("1960-07-19", "1980-02-03", "different"),
        ("1980-XX-XX", "1981-02-03", "within two years"),
        ("1980-XX-XX", "1970-02-03", "different"),
        ("XXXX-XX-05", "1980-02-03", "different"),
        ("1970-01-01", "1970-01-01", "not compared"),
        ("1980-XX-XX", "XXXX-02-03", "not compared"),
    ],
)
def test_levels_of_dates(said: str, held: str, level: str) -> None:
    assert level_of("date of birth", born(said), born(held)) == level
    assert level_of("date of birth", born(held), born(said)) == level


def test_a_date_on_record_as_an_alias_earns_the_level_less_the_pairs() -> None:
    alias = bits_of("date of birth", born("1980-02-03"), born("1960-07-19", "1980-02-03"))
    main = bits_of("date of birth", born("1980-02-03"), born("1980-02-03"))
    assert alias == pytest.approx(main - 1.0)


def test_a_missing_date_adds_exactly_nothing() -> None:
    assert bits_of("date of birth", Details(), born("1980-02-03")) == 0.0


@given(DATES, DATES)
def test_levels_are_symmetric(one: date, other: date) -> None:
    first, second = (int(f"{day:%Y%m%d}") for day in (one, other))
    assert date_codes(first, dates(second))[0] == date_codes(second, dates(first))[0]


PARTLY = st.builds(
    lambda day, unknown: int(
        "".join(
            "0" * len(p) if n in unknown else p
            for n, p in enumerate((f"{day:%Y}", f"{day:%m}", f"{day:%d}"))
        )
    ),
    DATES,
    st.frozensets(st.integers(0, 2), max_size=2),
)


def parts_of(number: int) -> tuple[int, int, int]:
    return number // 10000, number // 100 % 100, number % 100


def level_one_by_one(own: int, held: int) -> str:
    """Return the level by its sentence, strongest first."""
    pairs = [(a, b) for a, b in zip(parts_of(own), parts_of(held), strict=True) if a and b]
    shared, whole = sum(a == b for a, b in pairs), len(pairs) == 3
    years = abs(parts_of(own)[0] - parts_of(held)[0])
    days = abs(day_number(own) - day_number(held)) if whole else years * 366
    year, month, day = parts_of(own)
    dated = parts_of(own)[0] > 0 and parts_of(held)[0] > 0
    conditions = {
        "not compared": not pairs,
        "same": whole and own == held,
        "swapped": whole and held == year * 10000 + day * 100 + month,
        "known parts agree": not whole and len(pairs) == shared == 2,
        "anniversary": whole and own % 10000 == held % 10000 and years in (1, 10),
        "one slip": whole and held in slips(own).tolist(),
        "year agrees": not whole and len(pairs) == shared == 1,
        "within two years": dated and days <= NEAR_YEARS_DAYS[0],
        "within five years": dated and days <= NEAR_YEARS_DAYS[1],
    }
    return next((level for level, holds in conditions.items() if holds), "different")


@given(PARTLY, st.lists(PARTLY, max_size=20), st.integers(-12, 12), st.sampled_from([32, 64]))
def test_many_dates_have_the_levels_of_each(
    own: int, others: list[int], years: int, width: int
) -> None:
    numbers = np.array([*others, own, own + years * 10000, *slips(own)], dtype=f"i{width // 8}")
    numbers = np.array([n for n in numbers.tolist() if is_date(n)], dtype=numbers.dtype)
    codes = date_codes(own, Dates(numbers, day_numbers(numbers)))
    levels = ["not compared", *SCALE.keys]
    assert [levels[code] for code in codes] == [level_one_by_one(own, n) for n in numbers.tolist()]


def is_date(number: int) -> bool:
    year, month, day = parts_of(number)
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return year >= 1850 or not year


@given(DATES)
def test_day_and_month_swapped_never_scores_above_equality(day: date) -> None:
    number = int(f"{day:%Y%m%d}")
    swapped = number // 10000 * 10000 + number % 100 * 100 + number // 100 % 100
    bits = [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in SCALE.levels)]
    codes = date_codes(number, dates(number, swapped))
    assert bits[codes[1]] <= bits[codes[0]]


@given(DATES, st.integers(0, 4000))
def test_days_are_counted_as_the_calendar_does(day: date, days: int) -> None:
    later = day + timedelta(days=days)
    numbers = [int(f"{one:%Y%m%d}") for one in (day, later)]
    assert day_numbers(np.array(numbers)).tolist() == [day_number(n) for n in numbers]
    assert day_number(numbers[1]) - day_number(numbers[0]) == days


@given(DATES, DATES)
def test_slips_are_the_numbers_one_mistake_away(one: date, other: date) -> None:
    first, second = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    differ = [place for place in range(8) if first[place] != second[place]]
    neighbours = (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and [first[p] for p in differ] == [second[p] for p in reversed(differ)]
    )
    assert (int(second) in slips(int(first)).tolist()) == (len(differ) <= 1 or neighbours)
