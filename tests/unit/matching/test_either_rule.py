"""Liars lose nothing to strangers whose details agree by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.people import Details, PersonName
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.evidence import Band
from domain.searches.searches import Probe
from matching.fusion import either_thresholds, is_proposed
from matching.model_files import read_model
from matching.policy import BANDS, Mode, policy_from_data, policy_to_data
from matching.scored import ScoredCandidates
from matching.scorer import MODELS, Scorer
from prints.registry import FORMATS
from prints.vectors.comparing import unit_vector


@given(
    st.lists(st.floats(-30, 30), min_size=1, max_size=400),
    st.sampled_from([0.5, 0.1, 0.01, 0.001]),
    st.integers(0, 9),
)
def test_no_more_than_the_target_share_is_proposed(
    prints: list[float], rate: float, seed: int
) -> None:
    alone = np.array(prints)
    totals = alone + np.abs(np.random.default_rng(seed).normal(0, 8, len(alone)))
    thresholds = either_thresholds(alone, totals, rate)
    assert is_proposed(alone, totals, thresholds).sum() <= int(rate * len(alone))


def test_liars_are_found_as_by_prints_where_details_of_strangers_agree_by_chance() -> None:
    rng = np.random.default_rng(8)
    prints, liars = rng.normal(-12, 4, 20_000), rng.normal(12, 4, 20_000)
    # One stranger in fifty agrees in details, and gains up to 15 bits by it.
    totals = prints + np.where(rng.random(20_000) < 0.02, 15.0, 0.0)
    rate = 0.001
    by_prints, by_total = (np.quantile(one, 1 - rate) for one in (prints, totals))
    missed_by_prints, missed_by_sum = (np.mean(liars < one) for one in (by_prints, by_total))

    either = ~is_proposed(liars, liars, either_thresholds(prints, totals, rate))

    assert missed_by_sum > missed_by_prints + 0.05  # the failure
    assert either.mean() <= missed_by_prints + 0.005


def test_a_policy_without_the_rule_has_the_digest_it_had() -> None:
    policy = read_model(MODELS).policy
    data = policy_to_data(policy)
    assert "prints_bits" not in data["thresholds"][Mode.TENPRINT]
    data["thresholds"][Mode.TENPRINT]["prints_bits"] = 7.0
    assert policy_from_data(data).digest != policy.digest


@pytest.mark.parametrize(("prints_bits", "band"), [(None, Band.POSSIBLE), (4.0, Band.PROPOSED)])
def test_prints_alone_propose_whatever_the_total_needs(
    prints_bits: float | None, band: Band
) -> None:
    model = read_model(MODELS)
    held = model.policy.thresholds
    tenprint = replace(held[Mode.TENPRINT], proposed_bits=60.0, prints_bits=prints_bits)
    policy = replace(model.policy, thresholds={**held, Mode.TENPRINT: tenprint})
    scored = _scored(Scorer(replace(model, policy=policy)))
    (evidence,) = scored
    assert BANDS[int(scored.band_codes[0])] is band
    told = "prints by themselves reach" in evidence.rows[-1].note
    assert told == (prints_bits is not None)


def _scored(scorer: Scorer) -> ScoredCandidates:
    template = FORMATS.named(scorer.template_format).template
    vector = unit_vector(np.ones(template.dimension), template)
    fingers = tuple(
        Impression(FingerPosition(n), ImpressionType.PLAIN, 60, vector, template) for n in (2, 7)
    )
    cosines = np.full((1, 10), np.nan, dtype=np.float32)
    cosines[0, [1, 6]] = 0.8, 0.85
    compared = FingerComparisons(
        cosines, np.full((1, 10), 70, dtype=np.uint8), np.zeros((1, 10), dtype=np.uint8)
    )
    probe = Probe(fingers, Details(names=(PersonName("Ann", "Occleve"),)))
    return scorer.score_prints(probe, compared, [Details()], gallery_size=10_000)
