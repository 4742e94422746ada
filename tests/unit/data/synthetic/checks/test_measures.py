"""The measures of the calibration check, on samples small enough for every run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf

import numpy as np
import pytest

from data.synthetic.checks.people import (
    has_invalid_identifier,
    measure_people,
    measure_surnames,
)
from data.synthetic.checks.report import CheckSizes, Measure, run_check
from data.synthetic.checks.templates import (
    INDEX_FINGERS,
    Mates,
    cosines_between,
    finger_correlation,
    measure_impostors,
    measure_mates,
    miss_rate,
    participation_ratio,
)
from data.synthetic.parameters import MistakeParameters, Parameters
from data.synthetic.population import Population
from domain.prints.prints import ImpressionType

POPULATION = Population(0)


def test_participation_ratio_counts_the_axes_in_use() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((4_000, 30)).astype(np.float32)
    vectors[:, 10:] = 0.0

    assert participation_ratio(vectors) == pytest.approx(10.0, abs=0.2)


def test_impostors_have_the_spread_and_dimension_asked_for() -> None:
    impostors = measure_impostors(POPULATION, 700)

    mean, deviation, _ = impostors.single.moments()
    assert abs(mean) < 0.03
    assert deviation == pytest.approx(0.11, abs=0.01)
    assert 72 < impostors.effective_dimension < 88
    assert impostors.two.moments()[1] == pytest.approx(deviation, rel=0.1)
    assert impostors.ten.total == 700 * 699 // 2


def test_mates_are_far_above_impostors_and_marks_between() -> None:
    medians = [
        measure_mates(POPULATION, 300, kind).quantiles((0.5,))[0] for kind in ImpressionType
    ]

    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 0.88 > medians[2] > 0.6


def test_fused_scores_divide_by_the_root_of_the_fingers_compared() -> None:
    cosines = np.full((2, 10), np.nan, dtype=np.float32)
    cosines[0, 1] = 0.8
    cosines[0, 6] = 0.6

    mates = Mates(ImpressionType.PLAIN, cosines)

    assert mates.fused(INDEX_FINGERS) == pytest.approx([1.4 / np.sqrt(2.0)])


def test_absent_fingers_are_not_compared() -> None:
    arrays = POPULATION.templates(0, 400)

    cosines = cosines_between(arrays, arrays)

    assert (np.isnan(cosines) == ~arrays.prints.presence).all()
    assert np.nanmin(cosines) > 0.9999


def test_miss_rate_counts_what_lies_below() -> None:
    rate = miss_rate(np.array([0.1, 0.5, 0.9, 0.95]), 0.5)

    assert rate.value == 0.25
    assert rate.low < 0.25 < rate.high
    assert rate.trials == 4


def test_person_effect_ties_the_fingers_together() -> None:
    mates = measure_mates(POPULATION, 4_000, ImpressionType.PLAIN)

    assert 0.25 < finger_correlation(mates, INDEX_FINGERS, 0.05) < 0.6


def test_person_without_effects_has_independent_fingers() -> None:
    noise = replace(Parameters().noise, person_sd=0.0, booking_sd=0.0, ruined_booking_share=0.0)
    independent = Population(0, replace(Parameters(), noise=noise))
    mates = measure_mates(independent, 4_000, ImpressionType.PLAIN)

    assert finger_correlation(mates, INDEX_FINGERS, 0.05) < 0.12


def test_rates_of_the_error_model_are_recovered() -> None:
    mistakes = MistakeParameters(
        carelessness=0.0,
        false_identity_share=0.2,
        sex_missing_share=0.1,
        place_missing_share=0.3,
        address_missing_share=0.15,
    )

    found = measure_people(Population(1, replace(Parameters(), mistakes=mistakes)), 3_000)

    assert found.false_identity_share == pytest.approx(0.2, abs=0.03)
    assert found.missing_shares["sex"] == pytest.approx(0.1, abs=0.02)
    assert found.missing_shares["place of birth"] == pytest.approx(0.3, abs=0.03)
    assert found.missing_shares["address"] == pytest.approx(0.15, abs=0.025)
    assert found.records_with_invalid_identifiers == 0


def test_invalid_identifier_on_a_record_is_seen() -> None:
    record = next(record for record in POPULATION.records(0, 20) if record)
    wrong = replace(record, details=replace(record.details, pnc_ids=("2001/0171310S",)))

    assert not has_invalid_identifier(record, date(2025, 1, 1))
    assert has_invalid_identifier(wrong, date(2025, 1, 1))


def test_careless_bookings_get_the_name_wrong_more_often() -> None:
    found = measure_people(POPULATION, 3_000)

    assert found.careless_exact_name_share < found.exact_name_share - 0.05


def test_surnames_have_a_heavy_tail() -> None:
    found = measure_surnames(POPULATION, 20_000)

    assert found.distinct > 6_000
    assert 0.005 < found.commonest_share < 0.03
    assert found.once_share > 0.4


@pytest.mark.parametrize(("value", "is_met"), [(0.5, True), (1.0, True), (1.01, False)])
def test_measure_is_met_within_its_range(value: float, is_met: bool) -> None:
    assert Measure("x", value, 0.0, 1.0, "test").is_met is is_met


@pytest.mark.slow
def test_calibration_is_met() -> None:
    sizes = CheckSizes(
        impostor_persons=4_000,
        mate_persons=20_000,
        detail_persons=4_000,
        surname_persons=10_000,
    )

    missed = [measure.name for measure in run_check(POPULATION, sizes) if not measure.is_met]

    assert missed == []


@pytest.mark.slow
def test_a_million_people_have_twenty_thousand_surnames() -> None:
    assert measure_surnames(POPULATION, 1_000_000).distinct >= 20_000


def test_open_bounds_are_always_met() -> None:
    assert Measure("x", 1e9, -inf, inf, "test").is_met
