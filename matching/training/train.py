"""Fit every part of the model and write its files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from domain.prints.prints import ImpressionType
from matching.biometric import PAIRINGS
from matching.biometric_tables import PairingFit
from matching.calibration import IDENTITY, CalibrationMap
from matching.fusion import either_thresholds, prior_bits
from matching.levels import Bits
from matching.model_files import MANIFEST, PARTS, WORDS, read_model, write_model
from matching.parameters import (
    CALIBRATION_SEED,
    FLAG_BITS,
    FLAG_QUALITY,
    MODEL_NAME,
    MODEL_VERSION,
    POSSIBLE_FPIR,
    POSSIBLE_LEAST_BITS,
    PROPOSED_FPIR,
    PROPOSED_LEAST_BITS,
    SUFFICIENT_DATE_LEVELS,
    SUFFICIENT_NAME_LEVELS,
    TRAIN_SEED,
)
from matching.policy import Mode
from matching.print_parameters import COUNT_DISPERSION
from matching.scorer import Scorer
from matching.training.biometric_fit import fit_pairing, interval_bits
from matching.training.calibration_fit import TrialBits, fit_map, pair_bits, threshold, trial_bits
from matching.training.inputs import (
    DetailsSample,
    PrintInputs,
    StrangerSample,
    TrainingInputs,
    TrialSet,
)
from matching.training.stranger_counts import upper_density
from matching.watch.home import read_home, write_home

Parts = dict[str, Any]


def train(inputs: TrainingInputs, directory: Path) -> str:
    """Fit a model, write its files into a directory, and return its digest.

    The same inputs give the same digest. The bits of the prints are calibrated first, then the
    total bits, and the policy's thresholds last.
    """
    # Splink is an optional extra, which fitting only prints does not need.
    from matching.training.demographic_fit import (  # noqa: PLC0415
        fit_demographic,
        fit_frequencies,
        fit_words,
    )

    frequencies = fit_frequencies(inputs.details)
    parts: Parts = {
        "demographic": fit_demographic(inputs.details),
        "frequencies": frequencies,
        WORDS: fit_words(inputs.names),
        "biometric": biometric_data(inputs),
        "calibration": uncalibrated(),
        "policy": policy_data({mode: [np.zeros(1)] for mode in Mode}),
    }
    calibrated = calibrate(parts, inputs.calibration)
    return write_model(directory, parts | calibrated, heading=heading())


def train_prints(inputs: PrintInputs, details_of: Path, directory: Path) -> str:
    """Fit prints again, keep the details of a model, write it and return its digest.

    Everything about details (levels, frequencies, words, and the calibration and thresholds of
    names enquiries) is taken over unchanged. Raises ModelError if the existing model cannot be
    read.
    """
    read_model(details_of)
    kept = {path.stem: json.loads(path.read_text()) for path in details_of.glob("*.json")}
    parts: Parts = {
        name: kept[name] for name in ("demographic", "frequencies", WORDS) if name in kept
    }
    parts |= {
        "biometric": biometric_data(inputs),
        "calibration": uncalibrated(),
        "policy": policy_data({mode: [np.zeros(1)] for mode in Mode}),
    }
    calibrated = calibrate(parts, inputs.calibration)
    names = str(Mode.NAMES)
    calibrated["calibration"]["posterior"][names] = kept["calibration"]["posterior"][names]
    calibrated["policy"]["thresholds"][names] = kept["policy"]["thresholds"][names]
    return write_model(directory, parts | calibrated, heading=heading())


def train_words(sample: DetailsSample, enquiries: TrialSet, model: Path, directory: Path) -> str:
    """Add weights of words to a model, calibrate its names enquiries again, and keep the rest.
    Write the new model and return its digest. Raises ModelError if the model cannot be read.
    """
    kept = read_model(model)
    parts: Parts = {name: json.loads((model / f"{name}.json").read_text()) for name in PARTS}
    given = json.loads((model / MANIFEST).read_text())
    stated = {name: given[name] for name in ("template_format",) if name in given}
    _fit_names(parts, sample, enquiries)
    digest = write_model(directory, parts, heading=heading() | stated)
    home = read_home(model, kept.digest)
    if home is not None:
        # Prints are unchanged, and so are the strangers that searches meet at home.
        write_home(directory, replace(home, model_digest=digest))
    return digest


def _fit_names(parts: Parts, sample: DetailsSample, enquiries: TrialSet) -> None:
    """Fit words, and calibration and thresholds of names enquiries, in the parts of a model."""
    from matching.training.demographic_fit import fit_words  # noqa: PLC0415 - needs Splink

    parts[WORDS] = fit_words(sample)
    names, posterior = str(Mode.NAMES), parts["calibration"]["posterior"]
    posterior[names] = _map_data(IDENTITY)
    fitted = calibrate(parts, [enquiries])
    posterior[names] = fitted["calibration"]["posterior"][names]
    parts["policy"]["thresholds"][names] = fitted["policy"]["thresholds"][names]
    parts["policy"]["version"] = MODEL_VERSION


def calibrate(parts: Parts, trials: Sequence[TrialSet]) -> Parts:
    """Return the calibration and the policy of a model that has none yet.

    Names enquiries are calibrated by a map. Prints are not, because counts limit their ratios, and
    beyond the last search used for fitting a map would claim more than the counts.
    """
    scorer = fitted_scorer(parts)
    searches = {mode: [trial_bits(scorer, t) for t in trials if t.mode is mode] for mode in Mode}
    calibration = uncalibrated()
    tops = {
        mode: [
            _tops(one, prior_bits(size))
            for one, size in zip(searches[mode], _sizes(trials, mode), strict=True)
        ]
        for mode in Mode
    }
    by_prints = [
        _print_tops(one, prior_bits(size))
        for one, size in zip(searches[Mode.TENPRINT], _sizes(trials, Mode.TENPRINT), strict=True)
    ]
    named = _flat(searches[Mode.NAMES])
    if named:
        fitted = fit_map(pair_bits(named, [one.total for one in named]))
        calibration["posterior"][str(Mode.NAMES)] = _map_data(fitted)
    return {"calibration": calibration, "policy": policy_data(tops, by_prints)}


def _sizes(trials: Sequence[TrialSet], mode: Mode) -> list[int]:
    return [len(one.gallery) for one in trials if one.mode is mode]


def fitted_scorer(parts: Parts) -> Scorer:
    """Return the scorer of parts that have not been written to a directory yet."""
    with TemporaryDirectory() as directory:
        write_model(Path(directory), parts, heading=heading())
        return Scorer(read_model(Path(directory)))


def _flat(sets: Sequence[Sequence[Any]]) -> list[Any]:
    return [one for searches in sets for one in searches]


def _tops(searches: Sequence[TrialBits], prior: float) -> Bits:
    """Return the strongest total of each search for a person who is not in the gallery."""
    return np.array([one.total.max() for one in searches if one.mate < 0]) + prior


def _print_tops(searches: Sequence[TrialBits], prior: float) -> Bits:
    """Return the strongest total of prints only, of each search for people not in the gallery."""
    unseen = [one.prints for one in searches if one.mate < 0 and one.prints is not None]
    return np.array([one.max() for one in unseen]) + prior


def policy_data(
    tops: Mapping[Mode, Sequence[Bits]], by_prints: Sequence[Bits] | None = None
) -> Parts:
    """Return the policy as plain data, with the strictest threshold over the kinds of search of
    each mode.

    `tops`: for each mode and each kind of search, float64 (n,), in the form that `threshold`
    takes. `by_prints`: the same for prints only, for tenprints; None for one threshold. If it is
    given, a tenprint is proposed if its prints reach one threshold or its total another
    (`matching.fusion`).
    """
    thresholds = {
        str(mode): {
            "proposed_bits": _strictest(kinds, PROPOSED_FPIR[mode], PROPOSED_LEAST_BITS),
            "possible_bits": _strictest(kinds, POSSIBLE_FPIR, POSSIBLE_LEAST_BITS),
        }
        for mode, kinds in tops.items()
    }
    if by_prints:
        thresholds[str(Mode.TENPRINT)] |= _either(by_prints, tops[Mode.TENPRINT])
    return {
        "version": MODEL_VERSION,
        "targets": {"proposed_fpir": PROPOSED_FPIR, "possible_fpir": POSSIBLE_FPIR},
        "thresholds": thresholds,
        "sufficient_name_levels": list(SUFFICIENT_NAME_LEVELS),
        "sufficient_date_levels": list(SUFFICIENT_DATE_LEVELS),
        "flags": {**FLAG_BITS, "quality_needed": FLAG_QUALITY},
    }


def _either(by_prints: Sequence[Bits], totals: Sequence[Bits]) -> dict[str, float]:
    rate = PROPOSED_FPIR[Mode.TENPRINT]
    found = [
        either_thresholds(prints, total, rate)
        for prints, total in zip(by_prints, totals, strict=True)
        if len(prints) == len(total)
    ]
    if not found:
        return {}
    return {
        "proposed_bits": max(PROPOSED_LEAST_BITS, *(total for _, total in found)),
        "prints_bits": max(PROPOSED_LEAST_BITS, *(prints for prints, _ in found)),
    }


def _strictest(kinds: Sequence[Bits], false_positive_rate: float, least: float) -> float:
    return max([least, *(threshold(one, false_positive_rate) for one in kinds)])


def biometric_data(inputs: PrintInputs) -> Parts:
    """Return the fitted distributions of mates and the counts of strangers, as plain data."""
    samples = inputs.fingers
    return {
        "pairings": [fit_data(fit_pairing(samples[pairing])) for pairing in PAIRINGS],
        "strangers": {kind: stranger_data(one) for kind, one in inputs.strangers.items()},
        "finger_interval_bits": round(
            interval_bits(samples[_COMMON_PAIRING], np.random.default_rng(TRAIN_SEED)), 3
        ),
    }


_COMMON_PAIRING = (ImpressionType.ROLLED, ImpressionType.PLAIN)


def fit_data(fit: PairingFit) -> Parts:
    """Return the fit of mates for one pair of impression types, as plain data."""
    return {
        "means": [round(value, 7) for value in fit.means],
        "expected_range": [round(value, 4) for value in fit.expected_range],
        "spread": round(fit.spread, 6),
        "residuals": [float(f"{value:.5g}") for value in fit.residuals],
    }


def stranger_data(sample: StrangerSample) -> Parts:
    """Return the counts of strangers and the bound on their density, as plain data."""
    return {
        "comparisons": int(sample.counts.sum() / COUNT_DISPERSION),
        "moments": [round(value, 6) for value in sample.moments.tolist()],
        "log2_density": [round(value, 4) for value in upper_density(sample.counts).tolist()],
        "counts": sample.counts.tolist(),
    }


def _map_data(fitted: CalibrationMap) -> Parts:
    return {
        "statistic": fitted.statistic.tolist(),
        "calibrated": fitted.calibrated.tolist(),
    }


def uncalibrated() -> Parts:
    """Return calibration data that change nothing (identity maps)."""
    same = _map_data(IDENTITY)
    return {"prints": same, "marks": same, "posterior": {str(mode): same for mode in Mode}}


def heading() -> Parts:
    """Return the heading of a manifest: the model's name, version and origin."""
    return {
        "name": MODEL_NAME,
        "version": MODEL_VERSION,
        "command": "identlink model train",
        "seeds": {"train": TRAIN_SEED, "calibration": CALIBRATION_SEED},
    }
