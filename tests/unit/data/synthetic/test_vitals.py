"""Sex, origin and dates of birth within households."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.synthetic.households import HouseholdColumns, Role, household_columns
from data.synthetic.parameters import HouseholdParameters, Parameters, PopulationParameters
from data.synthetic.vitals import DAYS_PER_YEAR, Vitals, vitals

SEED = 3
REFERENCE = PopulationParameters().reference_date.toordinal()


def _made(households: HouseholdParameters) -> tuple[HouseholdColumns, Vitals]:
    parameters = replace(Parameters(), households=households)
    columns = household_columns(SEED, 0, 20, households)
    return columns, vitals(SEED, columns, parameters)


def _ages(made: Vitals) -> np.ndarray:
    return (REFERENCE - made.birth_days) / DAYS_PER_YEAR


def test_everybody_was_old_enough_and_alive_at_the_first_booking() -> None:
    _, made = _made(HouseholdParameters())

    at_booking = (made.booking_days - made.birth_days) / DAYS_PER_YEAR

    assert at_booking.min() >= 10.0
    assert _ages(made).max() < 105.0
    assert made.booking_days.max() <= REFERENCE


def test_twins_share_their_birthday_and_siblings_do_not() -> None:
    columns, made = _made(HouseholdParameters(0.0, 0.5, 0.5, 0.0, 0.0))
    second = np.flatnonzero(columns.heads != np.arange(len(columns.heads)))
    gaps = abs(made.birth_days[second] - made.birth_days[columns.heads[second]])
    is_twin = columns.roles[second] == Role.TWIN

    assert not gaps[is_twin].any()
    assert gaps[~is_twin].min() >= 365


def test_twins_share_their_sex_more_often_than_not() -> None:
    columns, made = _made(HouseholdParameters(0.0, 0.0, 1.0, 0.0, 0.0, identical_twin_share=1.0))

    assert (made.is_male == made.is_male[columns.heads]).all()


def test_parents_are_older_than_their_children() -> None:
    columns, made = _made(HouseholdParameters(0.0, 0.0, 0.0, 0.0, 1.0))
    days = made.birth_days.reshape(-1, 4)
    first_child = days[:, 2:].min(axis=1)

    assert (columns.roles.reshape(-1, 4)[:, 0] == Role.FATHER).all()
    assert ((first_child - days[:, 0]) / DAYS_PER_YEAR).min() > 18
    assert ((first_child - days[:, 1]) / DAYS_PER_YEAR).min() > 15
    assert (abs(days[:, 2] - days[:, 3]) >= 365).all()
    assert made.is_male.reshape(-1, 4)[:, :2].tolist() == [[True, False]] * len(days)


def test_some_sons_bear_the_fathers_name_and_fathers_never_do() -> None:
    columns, made = _made(HouseholdParameters(0.0, 0.0, 0.0, 1.0, 0.0, same_name_share=0.5))
    is_son = columns.roles == Role.SON

    assert made.bears_fathers_name[is_son].mean() == pytest.approx(0.5, abs=0.06)
    assert not made.bears_fathers_name[~is_son].any()


def test_most_couples_are_of_one_origin() -> None:
    columns, made = _made(HouseholdParameters(1.0, 0.0, 0.0, 0.0, 0.0, mixed_origin_share=0.0))

    assert (made.origins == made.origins[columns.heads]).all()


def test_share_of_men_is_that_asked_for() -> None:
    _, made = _made(HouseholdParameters(0.0, 0.0, 0.0, 0.0, 0.0))

    assert made.is_male.mean() == pytest.approx(0.83, abs=0.03)
