from __future__ import annotations

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types

from benchmarks.evidencing.febrl import best_f1


def test_f1_at_the_best_threshold_has_an_interval_around_it() -> None:
    mated = [(f"rec-{n}-dup-0", f"rec-{n}-org") for n in range(100)]
    other = [(f"rec-{n}-dup-0", f"rec-{n + 1}-org") for n in range(20)]
    scores = np.array([*np.linspace(5.0, 9.0, 100), *[7.0] * 4, *[1.0] * 16])

    found = best_f1(scores, pd.MultiIndex.from_tuples([*mated, *other]), frozenset(mated))

    assert found["f1"] == 200 / 204
    assert found["f1_low"] < found["f1"] < found["f1_high"] <= 1.0
    assert found["f1_high"] - found["f1_low"] < 0.1


def test_f1_without_an_error_has_no_interval() -> None:
    mated = [(f"rec-{n}-dup-0", f"rec-{n}-org") for n in range(10)]

    found = best_f1(np.ones(10), pd.MultiIndex.from_tuples(mated), frozenset(mated))

    assert (found["f1_low"], found["f1"], found["f1_high"]) == (1.0, 1.0, 1.0)
