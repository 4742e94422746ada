"""Few generated people, all the way: trials, fit, files, scorer, figures."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.synthetic.population import Population
from matching.biometric import PAIRINGS
from matching.evaluation import FPIRS, RANKS, Observations, evaluate, observe
from matching.policy import Mode
from matching.scorer import MODELS, load_scorer
from matching.training.inputs import PrintInputs, TrialSet
from matching.training.train import train, train_prints, train_words
from matching.watch.home import read_home
from service.cli.training.training_data import (
    TrainingSize,
    calibration_trials,
    details_sample,
    finger_samples,
    make_training_inputs,
)
from service.cli.training.trials import is_held_out

SIZE = TrainingSize(
    finger_people=160,
    mark_people=40,
    detail_people=500,
    gallery_people=240,
    mated_trials=60,
    nonmated_trials=90,
    candidates=10,
)


@pytest.fixture(scope="module")
def trials() -> list[TrialSet]:
    return calibration_trials(Population(77), SIZE)


@pytest.fixture(scope="module")
def observed(trials: list[TrialSet]) -> list[Observations]:
    scorer = load_scorer()
    return [one for trial_set in trials for one in observe(scorer, trial_set)]


def test_trials_cover_every_mode_and_know_their_answer(trials: list[TrialSet]) -> None:
    assert {one.mode for one in trials} == set(Mode)
    for one in trials:
        assert len(one.gallery) == SIZE.gallery_people
        for trial in one.trials:
            assert (trial.mate < 0) == is_held_out(trial.number)
            assert trial.weights.sum() == pytest.approx(SIZE.gallery_people)
            assert len(set(trial.candidates.tolist())) == len(trial.candidates)


def test_the_same_seed_gives_the_same_trials(trials: list[TrialSet]) -> None:
    again = calibration_trials(Population(77), SIZE)
    for one, other in zip(trials, again, strict=True):
        for first, second in zip(one.trials, other.trials, strict=True):
            assert first.candidates.tolist() == second.candidates.tolist()
            assert first.probe.details == second.probe.details


def test_tenprints_are_seen_with_and_without_details_and_marks_without(
    observed: list[Observations],
) -> None:
    seen = [(one.search, one.evidence) for one in observed]
    assert seen == [
        ("one finger", "prints"),
        ("one finger", "fused"),
        ("two fingers", "prints"),
        ("two fingers", "fused"),
        ("ten fingers", "prints"),
        ("ten fingers", "fused"),
        ("marks", "prints"),
        ("names", "details"),
    ]


def test_ten_fingers_find_everybody_and_nobody_else(observed: list[Observations]) -> None:
    ten = next(one for one in observed if one.search == "ten fingers")
    everybody = {"all": np.ones(len(ten.numbers), bool)}
    (row,) = evaluate(ten, everybody, rng=np.random.default_rng(0))
    assert (row.mated, row.nonmated) == (60, 90)
    assert [one.value for one in row.fnir] == [0.0] * len(FPIRS)
    assert row.hit_rates == (1.0,) * len(RANKS)
    assert row.cllr.value < 0.01
    assert row.cllr.low <= row.cllr.value <= row.cllr.high


def test_whoever_the_look_up_did_not_propose_is_missed_whatever_the_details_say(
    trials: list[TrialSet],
) -> None:
    ten = next(one for one in trials if one.name == "ten fingers")
    unfound = [replace(one, is_mate_proposed=False) for one in ten.trials]
    (_, fused) = observe(load_scorer(), replace(ten, trials=unfound))
    assert np.all(np.isneginf(fused.mate_bits[fused.is_mated]))
    assert not fused.lead_is_mate.any()
    assert fused.mate_ranks.min() > max(RANKS)


def test_the_quoted_leader_is_the_mate_of_those_on_record(observed: list[Observations]) -> None:
    ten = next(one for one in observed if one.search == "ten fingers")
    assert np.array_equal(ten.lead_is_mate, ten.is_mated)
    assert ten.lead_odds[ten.is_mated].min() > 0 > ten.lead_odds[~ten.is_mated].max()


@pytest.mark.dear("trains a model")
def test_a_model_trained_on_few_people_scores_and_finds_its_calibration_people(
    tmp_path: Path,
) -> None:
    inputs = make_training_inputs(SIZE)
    assert list(inputs.fingers) == list(PAIRINGS)
    assert inputs.strangers["prints"].counts.sum() > 400_000
    digest = train(inputs, tmp_path)
    scorer = load_scorer(tmp_path)
    assert scorer.digest == digest
    ten = next(one for one in inputs.calibration if one.name == "ten fingers")
    (_, fused) = observe(scorer, ten)
    assert (fused.mate_ranks[fused.is_mated] == 1).mean() > 0.97


@pytest.mark.slow
def test_training_again_gives_the_same_digest(tmp_path: Path) -> None:
    digests = {train(make_training_inputs(SIZE), tmp_path / name) for name in ("first", "second")}
    assert len(digests) == 1


def test_prints_are_fitted_anew_beside_the_details_of_another_model(
    trials: list[TrialSet], tmp_path: Path
) -> None:
    fingers, strangers = finger_samples(Population(78), SIZE)
    kept = [one for one in trials if one.mode is not Mode.NAMES]
    digest = train_prints(PrintInputs(fingers, strangers, kept), MODELS, tmp_path)
    scorer = load_scorer(tmp_path)
    assert scorer.digest == digest != load_scorer().digest
    for name in ("demographic", "frequencies"):
        file = f"{name}.json"
        assert (tmp_path / file).read_bytes() == (MODELS / file).read_bytes()
    names = Mode.NAMES
    assert scorer.policy.thresholds[names] == load_scorer().policy.thresholds[names]
    two = next(one for one in kept if one.name == "two fingers")
    (_, fused) = observe(scorer, two)
    assert (fused.mate_ranks[fused.is_mated] == 1).mean() > 0.97


def test_words_are_fitted_for_another_model_and_everything_else_of_it_is_kept(
    trials: list[TrialSet], tmp_path: Path
) -> None:
    shutil.copytree(MODELS, tmp_path / "before")
    (enquiries,) = [one for one in trials if one.mode is Mode.NAMES]
    sample = details_sample(Population(78), 200)
    digest = train_words(sample, enquiries, tmp_path / "before", tmp_path / "after")
    before, after = load_scorer(tmp_path / "before"), load_scorer(tmp_path / "after")
    assert after.digest == digest
    assert read_home(tmp_path / "after", digest) is not None
    for name in ("demographic", "frequencies", "biometric"):
        file = f"{name}.json"
        assert (tmp_path / "after" / file).read_bytes() == (MODELS / file).read_bytes()
    for mode in (Mode.TENPRINT, Mode.MARK):
        assert after.policy.thresholds[mode] == before.policy.thresholds[mode]
    *_, fused = observe(after, enquiries)
    assert (fused.mate_ranks[fused.is_mated] == 1).mean() > 0.9
