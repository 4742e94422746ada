"""The model of print matches recovers a known law, and claims less where sets differ."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import InvalidInputError
from matching.match_bits import LEAST_BITS, MOST_BITS, bounded_bits
from matching.training.match_fit import (
    LabelledMatches,
    fit_matches,
    measured,
    model_card,
)


def matches(seed: int, *, apart: float, mated: int = 400, others: int = 4_000) -> LabelledMatches:
    """Return matches whose logarithm of score is normal, means apart by so many deviations."""
    rng = np.random.default_rng(seed)
    is_mated = np.arange(mated + others) < mated
    logs = rng.normal(np.where(is_mated, 3.0 + apart, 3.0), 1.0)
    statistics = np.column_stack([np.expm1(logs), np.full((len(logs), 2), 10.0)])
    return LabelledMatches(statistics, is_mated)


def test_a_known_law_is_recovered() -> None:
    # Two normal laws of deviation 1: the log ratio rises by `apart` nats a unit.
    fit = fit_matches({str(seed): matches(seed, apart=3.0) for seed in range(3)})

    assert fit.shrinkage >= 0.9
    assert fit.weights[1] == pytest.approx(fit.shrinkage * 3.0 / np.log(2), rel=0.1)
    middle = np.array([[np.expm1(4.5), 10.0, 10.0]])
    assert bounded_bits(fit.weights, middle)[0] == pytest.approx(0.0, abs=0.4)


def test_each_set_is_judged_by_a_model_that_did_not_see_it() -> None:
    alike = {str(seed): matches(seed, apart=4.0) for seed in range(3)}
    # In this set a match means nothing, and only the others could tell otherwise.
    rng = np.random.default_rng(9)
    blind = LabelledMatches(matches(7, apart=4.0).statistics, rng.permutation(4_400) < 400)

    fit = fit_matches({**alike, "blind": blind})

    assert fit.left_out["blind"].cllr > 1.0
    assert not fit.left_out["blind"].keeps_bounds
    assert fit.left_out["0"].cllr < 0.5


def test_bounds_that_a_set_breaks_make_the_model_claim_less() -> None:
    # Strangers of the last set are more alike than those of the others.
    shifted = matches(5, apart=4.0)
    logs = np.log1p(shifted.statistics[:, 0]) + 0.8
    harder = LabelledMatches(
        np.column_stack([np.expm1(logs), shifted.statistics[:, 1:]]), shifted.is_mated
    )
    easy = {str(seed): matches(seed, apart=4.0) for seed in range(3)}

    fit = fit_matches({**easy, "harder": harder})
    alone = fit_matches(easy)

    assert fit.shrinkage < alone.shrinkage
    assert all(one.keeps_bounds for one in fit.left_out.values())


def test_costs_and_bounds_are_counted() -> None:
    pairs = LabelledMatches(np.zeros((4, 3)), np.array([True, True, False, False]))

    neutral = measured(np.zeros(4), pairs)
    sure = measured(np.array([20.0, 0.0, 0.0, 0.0]), pairs)

    assert (neutral.cllr, neutral.mated_at_least, neutral.others_at_most) == (1.0, 0.0, 0.0)
    assert sure.others_at_most == 1.0
    assert sure.cllr > 3.0


def test_one_set_or_few_pairs_fit_nothing() -> None:
    whole = matches(1, apart=3.0)
    with pytest.raises(InvalidInputError, match="two sets"):
        fit_matches({"one": whole})
    with pytest.raises(InvalidInputError, match="two prints of the same finger"):
        fit_matches({"one": whole, "few": matches(2, apart=3.0, mated=3)})


def test_the_card_says_how_each_set_does_and_what_it_is_not_for() -> None:
    fit = fit_matches({str(seed): matches(seed, apart=3.0) for seed in range(2)})

    card = model_card(fit, note="drawn numbers")

    assert card["fitted_on"] == "drawn numbers"
    assert card["bounds_bits"] == [LEAST_BITS, MOST_BITS]
    assert set(card["left_out"]) == {"0", "1"}
    assert card["left_out"]["0"]["mated"] == 400
    assert any("no marks" in words for words in card["must_not"])
