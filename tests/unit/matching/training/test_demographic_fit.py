from __future__ import annotations

import numpy as np
import pytest

from domain.people.people import Details
from matching.levels import Probabilities
from matching.parameters import STARTING_LEVELS
from matching.training.demographic_fit import fit_demographic, fit_frequencies, monotone
from matching.training.inputs import DetailsSample
from tests.unit.matching.builders import named, random_details


def test_levels_become_monotone_and_m_stays() -> None:
    fitted = {
        "sex": {
            "same": Probabilities(0.5, 0.25),
            "close": Probabilities(0.3, 0.01),
            "different": Probabilities(0.2, 0.74),
        }
    }
    levels = monotone(fitted)["sex"]
    bits = [pair.bits for pair in levels.values()]
    assert bits == sorted(bits, reverse=True)
    assert [pair.m for pair in levels.values()] == [0.5, 0.3, 0.2]


def test_monotone_levels_are_left_alone() -> None:
    fitted = {"sex": {"same": Probabilities(0.9, 0.5), "different": Probabilities(0.1, 0.5)}}
    assert monotone(fitted)["sex"]["same"].bits == pytest.approx(np.log2(0.9 / 0.5), abs=1e-5)


def test_frequencies_count_people_once_and_leave_rare_terms_out() -> None:
    people = [named("John", "Smith")] * 6 + [named("Jane", "Jones")] * 3 + [named("Zoe", "Quirk")]
    fitted = fit_frequencies(DetailsSample(said=people, held=people))
    assert fitted["tables"]["surname"] == {"JONES": 0.3, "SMITH": 0.6}
    assert fitted["association"] > 1.0


@pytest.mark.slow
def test_training_gives_the_same_model_twice_and_every_level_a_weight() -> None:
    rng = np.random.default_rng(3)
    people = [random_details(rng) for _ in range(1500)]
    sample = DetailsSample(said=people, held=[Details(), *people[1:]])
    first, second = fit_demographic(sample), fit_demographic(sample)
    assert first == second
    for source, levels in STARTING_LEVELS.items():
        assert list(first["comparisons"][source]) == list(levels)
