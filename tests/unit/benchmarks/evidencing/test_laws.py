from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evidencing.other_laws import LAWS, law_rows, share
from benchmarks.runner import rows_table
from data.synthetic.population import Population
from domain.prints.prints import ImpressionType
from matching.parameters import TRAIN_SEED
from matching.scorer import load_scorer

PEOPLE = np.arange(300, dtype=np.int64)
HELD = Population(5).templates(0, 300).prints
PROBES = Population(5).probe_templates(PEOPLE, ImpressionType.PLAIN).prints
BOTH = HELD.presence[:, 1] & PROBES.presence[:, 1]


def cosines(law: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the cosines of strangers, and of mates, of one finger under a law."""
    held, probes = (LAWS[law](one.vectors, PEOPLE)[BOTH, 1] for one in (HELD, PROBES))
    table = probes @ held.T
    return table[~np.eye(len(table), dtype=bool)], np.diag(table)


@pytest.mark.parametrize("law", LAWS)
def test_templates_keep_their_length_and_missing_fingers_stay_missing(law: str) -> None:
    bent = LAWS[law](HELD.vectors, PEOPLE)
    lengths = np.linalg.norm(bent, axis=2)
    assert np.allclose(lengths[HELD.presence], 1.0, atol=1e-5)
    assert not bent[~HELD.presence].any()


@pytest.mark.parametrize(
    ("law", "mean", "spread"),
    [
        ("centred", 0.007, 0.11),
        ("shifted", 0.43, 0.08),
        ("wide", 0.01, 0.2),
        ("low dimension", 0.01, 0.32),
    ],
)
def test_strangers_follow_the_law_asked_for(law: str, mean: float, spread: float) -> None:
    strangers, mates = cosines(law)
    assert strangers.mean() == pytest.approx(mean, abs=0.02)
    assert strangers.std() == pytest.approx(spread, rel=0.2)
    assert np.median(mates) > mean + 2.0 * spread


@pytest.mark.parametrize("law", ["clustered", "heavy-tailed"])
def test_some_strangers_are_much_alike(law: str) -> None:
    strangers, _ = cosines(law)
    deviations = (strangers - strangers.mean()) / strangers.std()
    assert (deviations > 4.0).mean() > 10 * 3.2e-5


def test_a_share_has_an_exact_interval() -> None:
    assert share(np.zeros(3000, dtype=bool)) == (0.0, 0.0, 0.00123)
    assert share(np.arange(10) < 5) == (0.5, 0.18709, 0.81291)
    assert share(np.zeros(0, dtype=bool)) == (None, None, None)


@pytest.mark.parametrize("law", ["shifted", "wide"])
def test_no_stranger_is_proposed_under_a_law_that_the_model_does_not_know(law: str) -> None:
    # With pooled ratios .96 and .80 of such searches by one finger proposed a stranger.
    rows = law_rows([law], 240, 31, load_scorer(), mated=40, unseen=60)
    assert [(row["search"], row["evidence"]) for row in rows] == [
        (search, evidence)
        for search in ("one finger", "two fingers")
        for evidence in ("prints", "fused")
    ]
    assert all(row["unseen_proposed"][0] == 0.0 for row in rows)
    assert all(row["nearly_sure_true"][0] == 1.0 for row in rows if row["nearly_sure"])
    assert rows[2]["mated_proposed"][0] > 0.9
    assert "0.0000 (0.0000-" in rows_table("evidence on other laws", rows)


def test_people_that_models_were_fitted_on_are_refused() -> None:
    with pytest.raises(ValueError, match="choose another"):
        law_rows(["wide"], 240, TRAIN_SEED, load_scorer(), mated=1, unseen=1)
