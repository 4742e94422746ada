"""A card states what its sample can resolve, among how many people, and no further reach."""

from __future__ import annotations

import json
from copy import deepcopy

import numpy as np
import pytest

from domain.errors import ModelError
from matching.evaluation import FPIRS, EvaluationRow, Figure, Observations
from matching.fusion import prior_bits, rate_of_none, reach, supported
from matching.metrics import share_interval
from matching.own import model_card
from matching.own.model_card import _row, figures, kept, opened, unsupported
from matching.parameters import PROPOSED_LEAST_BITS

NONE = Figure(0.0, 0.0, 0.0)


def row(nonmated: int) -> EvaluationRow:
    """Return figures without a miss."""
    fnir = tuple(NONE for _ in FPIRS)
    return EvaluationRow(
        "one finger", "prints", "all", 200, nonmated, fnir, (0.99,), NONE, NONE, NONE
    )


@pytest.mark.parametrize(
    ("nonmated", "rates"), [(299, 0), (300, 1), (600, 2), (2_999, 2), (3_000, 3)]
)
def test_rates_that_the_sample_cannot_resolve_are_left_out(nonmated: int, rates: int) -> None:
    told = _row(row(nonmated), 12_000)
    assert len(told["fnir"]) == rates
    assert told["gallery"] == 12_000
    assert told["rank_1"][1] < told["rank_1"][0] < told["rank_1"][2]


@pytest.mark.parametrize("comparisons", [10**6, 1_300_000_000])
def test_at_the_reach_the_strongest_evidence_just_has_the_bits_of_a_proposal(
    comparisons: int,
) -> None:
    most = reach(comparisons)
    (bits,) = supported(np.array([1e4]), most, rate_of_none(most, comparisons))
    assert prior_bits(most) + bits == pytest.approx(PROPOSED_LEAST_BITS, abs=0.02)


def test_an_interval_contains_the_share_and_narrows_with_more_searches() -> None:
    low, high = share_interval(5, 50)
    narrow = share_interval(500, 5_000)
    assert low < narrow[0] < 0.1 < narrow[1] < high
    assert share_interval(0, 0) == (0.0, 1.0)


@pytest.fixture(scope="module")
def observed() -> Observations:
    """Return 600 searches, a third of them mated, some of whose mates were not proposed."""
    rng, size = np.random.default_rng(7), 600
    is_mated = np.arange(size) % 3 == 0
    return Observations(
        search="ten fingers",
        evidence="prints",
        numbers=rng.permutation(size) + 10_000,
        is_mated=is_mated,
        mate_bits=np.where(np.arange(size) % 6 == 0, rng.normal(9, 4, size), -np.inf),
        mate_ranks=rng.integers(1, 9, size),
        top_bits=rng.normal(-9, 4, size),
        ratios=np.where(is_mated, rng.normal(12, 4, size), np.nan),
        other_ratios=rng.normal(-8, 3, (size, 6)),
        other_weights=rng.uniform(0, 9, (size, 6)),
        lead_odds=rng.normal(0, 4, size),
        lead_is_mate=is_mated,
    )


@pytest.fixture(scope="module")
def sample(observed: Observations) -> list[dict[str, object]]:
    """Return the sample as it is read from the file of a model."""
    everybody = np.ones(600, dtype=np.bool_)
    strata = {"all": everybody, "sex female": np.arange(600) % 2 == 0}
    text = json.dumps([kept(observed, strata, 12_000)], allow_nan=False)
    return list(json.loads(text))


def test_a_sample_opens_as_it_was_kept_without_the_numbers_of_people(
    observed: Observations, sample: list[dict[str, object]]
) -> None:
    again, strata = opened(sample[0])

    assert strata["sex female"].sum() == 300
    assert again.numbers.tolist() == list(range(600))
    for name in ("mate_bits", "top_bits", "ratios", "other_ratios", "lead_odds"):
        np.testing.assert_allclose(getattr(again, name), getattr(observed, name), atol=1e-4)
    for name in ("is_mated", "mate_ranks", "lead_is_mate"):
        np.testing.assert_array_equal(getattr(again, name), getattr(observed, name))


def test_a_card_follows_from_its_sample_and_every_altered_statement_is_told(
    sample: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    card = {"figures": figures(sample), "valid": {"most_people": 1_000}}
    assert unsupported(card, sample, 1_000) == []

    found = figures(sample)
    monkeypatch.setattr(model_card, "figures", lambda _: found)
    assert len(unsupported(card, sample, 999)) == 1
    for place, row in enumerate(card["figures"]):
        for name in row.keys() - {"search", "evidence", "stratum"}:
            altered = deepcopy(card)
            altered["figures"][place][name] = "better"
            (told,) = unsupported(altered, sample, 1_000)
            assert told.startswith(f"ten fingers, prints, {row['stratum']}: ")
    del card["figures"][1]
    assert unsupported(card, sample, 1_000) == ["1 figures of the sample are not on the card."]


@pytest.mark.parametrize("change", [{"ratios": [1.0]}, {"is_mated": None}, {"strata": []}])
def test_a_malformed_sample_is_refused(
    sample: list[dict[str, object]], change: dict[str, object]
) -> None:
    with pytest.raises(ModelError, match="sample in the model card is malformed"):
        figures([sample[0] | change])
