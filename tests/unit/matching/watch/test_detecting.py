"""The detector: no alarm where the law holds, soon one where it moved, in any process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ModelError
from domain.searches.models import Kind
from matching.watch.detecting import ALARM, Gathered, e_value, evidence_against, gathered
from matching.watch.home import (
    HOME,
    TOLERANCE,
    Measure,
    Observation,
    home_law,
    read_home,
    write_home,
)


def _searches(rng: np.random.Generator, count: int, mean: float = 0.0) -> list[Observation]:
    drawn = rng.normal(mean, 0.01, count), rng.normal(-2.2, 0.03, count), rng.normal(60, 9, count)
    return [Observation(Kind.ONE, *map(float, one)) for one in zip(*drawn, strict=True)]


def test_bets_have_a_mean_of_at_most_one_over_the_chances_of_a_home_law() -> None:
    # Chances are multiples of 2 / (n + 1), two-sided: what lies below the least is not bet on.
    chances = 2 * (np.arange(2_000) + 1) / 4_001
    mean = np.mean([e_value(float(chance)) for chance in chances])
    assert 0.8 < mean <= 1.0


def test_a_moved_law_is_detected_within_fifty_searches_and_the_home_law_is_not() -> None:
    rng = np.random.default_rng(5)
    law = home_law("0" * 64, _searches(rng, 2_000))
    home = [evidence_against(law, one) for one in _searches(rng, 5_000)]
    moved = [evidence_against(law, one) for one in _searches(rng, 50, mean=0.05)]

    before = gathered(e for e in home if e is not None)
    after = gathered((e for e in moved if e is not None), before)

    assert before.evidence < ALARM / 100
    assert after.evidence >= ALARM


def test_what_lies_within_the_tolerance_is_no_change() -> None:
    rng = np.random.default_rng(6)
    law = home_law("0" * 64, _searches(rng, 2_000))
    moved = [
        evidence_against(law, one)
        for one in _searches(rng, 5_000, mean=TOLERANCE[Measure.MEAN] / 2)
    ]
    assert gathered(e for e in moved if e is not None).evidence < ALARM / 100


@given(st.lists(st.floats(0.3, 3.0), max_size=12), st.integers(0, 12))
def test_parts_seen_apart_are_put_together_as_if_seen_by_one(drawn: list[float], cut: int) -> None:
    values = [(e, 1.0, 1.0 / e) for e in drawn]
    whole = gathered(values)
    parts = gathered(values[:cut]).then(gathered(values[cut:]))
    assert parts.searches == whole.searches
    assert parts.grown == pytest.approx(whole.grown, rel=1e-9)


def test_an_unknown_kind_of_search_tells_nothing() -> None:
    law = home_law("0" * 64, _searches(np.random.default_rng(1), 300))
    assert evidence_against(law, Observation(Kind.MARK, 0.5, -1.0, 10.0)) is None
    assert Gathered().evidence == 0.0


def test_a_home_law_comes_back_as_written_and_belongs_to_one_model(tmp_path: Path) -> None:
    law = home_law("a" * 64, _searches(np.random.default_rng(2), 3_000))
    write_home(tmp_path, law)
    again = read_home(tmp_path, "a" * 64)
    assert again is not None
    key = (Kind.ONE, Measure.QUALITY)
    assert again.values[key].tolist() == law.values[key].tolist()
    assert read_home(tmp_path, "b" * 64) is None
    (tmp_path / HOME).write_text('{"model": "' + "a" * 64 + '", "values": {"x": [1]}}')
    with pytest.raises(ModelError, match="malformed"):
        read_home(tmp_path, "a" * 64)
    (tmp_path / HOME).unlink()
    assert read_home(tmp_path, "a" * 64) is None
