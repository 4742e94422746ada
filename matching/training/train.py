"""Fit every part of the model and write its files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.biometric import PAIRINGS
from matching.calibration import IDENTITY
from matching.frequencies import make_frequencies
from matching.fusion import prior_bits
from matching.model_files import WORDS, read_model, write_model
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
from matching.scorer import Scorer
from matching.training.biometric_fit import fit_pairing
from matching.training.calibration_fit import fit_map, pair_bits, threshold, trial_bits
from matching.training.demographic_fit import fit_demographic, fit_frequencies
from matching.training.word_fit import fit_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.prints import ImpressionType
    from matching.biometric_tables import PairingFit
    from matching.calibration import CalibrationMap
    from matching.levels import Bits
    from matching.training.calibration_fit import TrialBits
    from matching.training.inputs import PairingSample, TrainingInputs, TrialSet

Parts = dict[str, Any]


def train(inputs: TrainingInputs, directory: Path) -> str:
    """Fit a model, write its files into a directory, and return its digest.

    The same inputs give the same digest. Prints are calibrated first, then the whole statistic,
    and the thresholds of the policy last.
    """
    frequencies = fit_frequencies(inputs.details)
    counted = make_frequencies(frequencies["tables"], frequencies["association"])
    parts: Parts = {
        "demographic": fit_demographic(inputs.details),
        "frequencies": frequencies,
        WORDS: fit_words(inputs.names, counted),
        "biometric": biometric_data(inputs.fingers),
        "calibration": uncalibrated(),
        "policy": policy_data({mode: [np.zeros(1)] for mode in Mode}),
    }
    calibrated = calibrate(parts, inputs.calibration)
    return write_model(directory, parts | calibrated, heading=heading())


def calibrate(parts: Parts, trials: Sequence[TrialSet]) -> Parts:
    """Return the calibration and the policy of a model that has none yet."""
    scorer = _scorer(parts)
    searches = {mode: [trial_bits(scorer, t) for t in trials if t.mode is mode] for mode in Mode}
    maps = {mode: _print_map(searches[mode]) for mode in (Mode.TENPRINT, Mode.MARK)}
    whole = {
        mode: [_calibrated(one, maps.get(mode)) for one in sets] for mode, sets in searches.items()
    }
    posterior = {
        str(mode): _map_data(fit_map(pair_bits(_flat(searches[mode]), _flat(whole[mode]))))
        for mode in Mode
    }
    prints = {"prints": _map_data(maps[Mode.TENPRINT]), "marks": _map_data(maps[Mode.MARK])}
    sizes = {mode: [len(t.gallery) for t in trials if t.mode is mode] for mode in Mode}
    tops = {
        mode: [_tops(*one) for one in zip(searches[mode], whole[mode], sizes[mode], strict=True)]
        for mode in Mode
    }
    return {"calibration": {**prints, "posterior": posterior}, "policy": policy_data(tops)}


def _scorer(parts: Parts) -> Scorer:
    with TemporaryDirectory() as directory:
        write_model(Path(directory), parts, heading=heading())
        return Scorer(read_model(Path(directory)))


def _flat(sets: Sequence[Sequence[Any]]) -> list[Any]:
    return [one for searches in sets for one in searches]


def _print_map(sets: Sequence[Sequence[TrialBits]]) -> CalibrationMap:
    searches = _flat(sets)
    return fit_map(pair_bits(searches, [one.prints for one in searches]))


def _calibrated(searches: Sequence[TrialBits], prints: CalibrationMap | None) -> list[Bits]:
    """Return the uncalibrated total of each search's candidates, its prints calibrated."""
    if prints is None:
        return [one.details for one in searches]
    return [prints(one.prints) + one.details for one in searches]


def _tops(searches: Sequence[TrialBits], bits: Sequence[Bits], gallery_size: int) -> Bits:
    """Return the strongest total of each search of a person who is not in the gallery."""
    strongest = (found.max() for one, found in zip(searches, bits, strict=True) if one.mate < 0)
    return np.array(list(strongest)) + prior_bits(gallery_size)


def policy_data(tops: Mapping[Mode, Sequence[Bits]]) -> Parts:
    """Return the policy as plain data: the strictest threshold over the kinds of each mode.

    `tops`: per mode, for each kind of search, float64 (n,) as `threshold` takes them.
    """
    thresholds = {
        str(mode): {
            "proposed_bits": max(
                PROPOSED_LEAST_BITS, *(threshold(one, PROPOSED_FPIR[mode]) for one in kinds)
            ),
            "possible_bits": max(
                POSSIBLE_LEAST_BITS, *(threshold(one, POSSIBLE_FPIR) for one in kinds)
            ),
        }
        for mode, kinds in tops.items()
    }
    return {
        "version": MODEL_VERSION,
        "targets": {"proposed_fpir": PROPOSED_FPIR, "possible_fpir": POSSIBLE_FPIR},
        "thresholds": thresholds,
        "sufficient_name_levels": list(SUFFICIENT_NAME_LEVELS),
        "sufficient_date_levels": list(SUFFICIENT_DATE_LEVELS),
        "flags": {**FLAG_BITS, "quality_needed": FLAG_QUALITY},
    }


def biometric_data(
    samples: Mapping[tuple[ImpressionType, ImpressionType], PairingSample],
) -> Parts:
    """Return the fitted distributions of all pairings as plain data for JSON."""
    return {"pairings": [_fit_data(fit_pairing(samples[pairing])) for pairing in PAIRINGS]}


def _fit_data(fit: PairingFit) -> Parts:
    return {
        "means": [round(value, 7) for value in fit.means],
        "expected_range": [round(value, 4) for value in fit.expected_range],
        "spread": round(fit.spread, 6),
        "residuals": [float(f"{value:.5g}") for value in fit.residuals],
        "impostors": fit.impostors.tolist(),
    }


def _map_data(fitted: CalibrationMap) -> Parts:
    return {
        "statistic": fitted.statistic.tolist(),
        "calibrated": fitted.calibrated.tolist(),
    }


def uncalibrated() -> Parts:
    """Return identity calibration data."""
    same = _map_data(IDENTITY)
    return {"prints": same, "marks": same, "posterior": {str(mode): same for mode in Mode}}


def heading() -> Parts:
    """Return the head of a manifest: the model's name, version and origin."""
    return {
        "name": MODEL_NAME,
        "version": MODEL_VERSION,
        "command": "identlink model train",
        "seeds": {"train": TRAIN_SEED, "calibration": CALIBRATION_SEED},
    }
